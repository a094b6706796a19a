"""The append-only history of a person: what was decided, why, and what it changed; it makes a cause decide once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.money import Money
from vpnbot.domain.people.person import Person

type Change = Mapping[str, tuple[str, str]]


KEPT_AFTER_DELETION = ("payment:", "refund:", "dispute:")
"""How causes begin whose entries outlive a deletion: without them the same payment could count a second time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision. `cause` names the fact that decided, never the messenger; `actor` who stood behind it.

    A decision about money names its `order`, the `money` that moved (negative: back to the person) and the `seconds`
    of entitlement that came or went with it, so that a ledger adds up.
    """

    cause: str
    what: str
    at: datetime
    actor: str = "person"
    order: str | None = None
    money: Money | None = None
    seconds: int | None = None


def outlives_deletion(cause: str) -> bool:
    """Tell whether the entry of this cause stays when the history of a deleted person is erased."""
    return cause.startswith(KEPT_AFTER_DELETION)


def changes(before: Person, after: Person) -> Change:
    """Return which facts a decision changed, each before and after; none of them identifies the person."""
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
        "reminders": str(user.reminders),
        "wants plans": str(user.wants_plans),
        "status": str(subscription.status),
        "plan": subscription.plan.id if subscription.plan else "",
        "starts": _time(subscription.starts_at),
        "ends": _time(subscription.ends_at),
    }
    keys = {
        f"key on {a.server_id} ({a.key.tag})": f"{a.wanted}, revision {a.wanted_revision}" for a in person.accesses
    }
    return facts | keys


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
