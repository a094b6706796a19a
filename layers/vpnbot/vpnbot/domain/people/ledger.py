"""The append-only history of a person's decisions. Each cause is in it at most once, so that it is decided once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.money import Money
from vpnbot.domain.people.person import Person

type Change = Mapping[str, tuple[str, str]]


KEPT_AFTER_DELETION = ("payment:", "refund:", "dispute:", "referral:")
"""Prefixes of the causes whose entries stay after a deletion, so that the same payment is not applied twice, and none
is rewarded twice."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision. `cause` names the fact behind it, such as an update or an event; `actor` names who made it.

    A decision about money has its `order`, the `money` that was paid (negative: paid back to the person) and the
    `seconds` of entitlement that were added (negative: taken away), so that sums over the ledger are complete.
    """

    cause: str
    what: str
    at: datetime
    actor: str = "person"
    order: str | None = None
    money: Money | None = None
    seconds: int | None = None


def outlives_deletion(cause: str) -> bool:
    """Tell whether the entry of this cause stays when a deleted person's history is erased."""
    return cause.startswith(KEPT_AFTER_DELETION)


def changes(before: Person, after: Person) -> Change:
    """Return the facts that a decision changed, by name, each as (before, after); none identifies the person."""
    facts_before, facts_after = _facts(before), _facts(after)
    return {
        name: (facts_before.get(name, ""), facts_after.get(name, ""))
        for name in sorted(facts_before.keys() | facts_after.keys())
        if facts_before.get(name, "") != facts_after.get(name, "")
    }


def _facts(person: Person) -> dict[str, str]:
    user, subscription = person.user, person.subscription
    facts = {
        "known": str(user.known),
        "language": user.language or "",
        "trial used": str(user.trial_used),
        "banned": str(user.banned),
        "role": str(user.role or ""),
        "accepted terms": user.accepted_terms,
        "reminders": str(user.reminders),
        "news": str(user.news),
        "wants plans": str(user.wants_plans),
        "wants trial": str(user.wants_trial),
        "waits for one of the trials": str(user.in_trial_list),
        "status": str(subscription.status),
        "plan": subscription.plan.id if subscription.plan else "",
        "starts": _time(subscription.starts_at),
        "ends": _time(subscription.ends_at),
        "renewal": str(subscription.renewal.state) if subscription.renewal else "",
    }
    keys = {
        f"key on {a.server_id} ({a.key.tag})": f"{a.wanted}, revision {a.wanted_revision}" for a in person.accesses
    }
    return facts | keys


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
