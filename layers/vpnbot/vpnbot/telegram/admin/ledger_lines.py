"""An entry of a person's ledger in words: what was decided, and what it changed.

The stored text of an entry names the decision; the message `ledger-<text>` says it in the reader's language.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from vpnbot.domain.people.roles import Role
from vpnbot.domain.promo.uses import DISCOUNT_ENTRY, USE_ENTRY
from vpnbot.domain.staff.acts import ActKind
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.renewal import RenewalState
from vpnbot.domain.subscriptions.status import Status
from vpnbot.telegram.admin.stored_names import AS_STORED, Names
from vpnbot.telegram.messages.screen import Argument, Phrase, phrase

_LONGEST = 120
_KEY = "key on "
_CHANGES = ("status", "plan", "starts", "ends", "renewal", "trial used", "banned", "role")
"""The facts of `domain/people/ledger.py` whose changes are shown; keys are counted."""
_WORDED = frozenset(
    (
        "met",
        "trial started",
        "key ready",
        "keys placed",
        "new link",
        "device removed",
        "first_hour",
        "first_day",
        "reminder_day",
        "reminder_hours",
        "expiry",
        "aftercare",
        "link_end",
        "renewal_notice",
        "renewal_charge",
        "charge announced",
        "days given by the staff",
        "plan changed by the staff",
        "new link made by the staff",
        "suspended",
        "resumed",
        "trial allowed again",
        "message from the staff",
        "note of the staff",
        "key moved by the staff",
        "deleted",
        "role changed",
        "asked a question",
        "edited a question",
        "was answered",
        "conversation closed",
        "renewal on",
        "renewal off",
        "renewal stopped at provider",
        "renewal off in telegram",
        "renewal on again in telegram",
        "renewal declined",
        "renewed",
        "saved method removed",
        "discount taken off",
        "gift opened",
        "gift taken back",
        "gift was opened",
        "gift not opened",
        "gift expired",
        "gift kept",
        "reminded of a refund of a gift",
        "new link of a gift",
        "order placed",
        "begun",
        "cancelled",
        "lapsed",
        "declined",
        "paid",
        "paid again",
        "paid by another",
        "paid late",
        "paid, surplus",
        "paid, waiting",
        "stars payment failed",
        "contradiction",
        "granted by operator",
        "surplus granted by operator",
        "held money returned",
        "held, no order",
        "held, other currency",
        "held, test payment",
        "held, too little",
        "sent back, person deleted",
        "sent back, renewal was off",
        "receipt registered",
        "receipt refused",
        "refund wanted",
        "refund asked",
        "refund by hand",
        "refund refused",
        "refund request answered",
        "refunded",
        "refunded elsewhere",
        "refunded in part",
        "waits for the server",
        "server is back",
        "stopped waiting",
        "compensation for an outage",
        "reward for inviting",
        "days for an invited friend",
        "reward taken back",
        "days of an invited friend taken back",
        "reward not given",
        "reward approved",
        "reward refused",
        "win-back offered",
        "notified that plans are open",
        "notified that there are trials",
        "notified that the provider works again",
        "notified as operator",
        "language changed",
        "reminders muted",
        "reminders switched on",
        "wants plans",
        "waits until the shop is open",
        "waits for a trial",
        "opinion: good",
        "opinion: bad",
        "opinion: slow",
        "opinion: connection",
        "opinion: app",
        "opinion: price",
        "receipt address",
        "reachable again",
        "news switched on",
        "news switched off",
    )
)
"""The stored texts, in small letters, that `ledger-<text>` words, with hyphens between the words."""
_STATES = {"status": frozenset(Status), "renewal": frozenset(RenewalState), "role": frozenset(Role)}
_KEY_STEP = re.compile(r"key (leaves|left) server (.+)")
_TRAFFIC = re.compile(r"(\d+) % of the traffic used")
_UNDONE = re.compile(r"undone: (.+)")
_TRUE, _FALSE = str(True), str(False)


def entry_lines(entry: Mapping[str, Any], names: Names = AS_STORED) -> tuple[Phrase, ...]:
    """Return the lines of an entry."""
    at = datetime.fromisoformat(str(entry["at"]))
    what = words_of(str(entry.get("what", "")), names)
    return (phrase("person-entry", at=at, what=what), *_changes(entry, names))


def words_of(what: str, names: Names = AS_STORED) -> Argument:
    """Return what the stored text of an entry says, in words of the reader's language."""
    if what.lower() in _WORDED:
        return phrase(f"ledger-{re.sub(r'[^a-z]+', '-', what.lower())}")
    if found := _KEY_STEP.fullmatch(what):
        return phrase(f"ledger-key-{found[1]}-server", server=names.server(found[2]))
    if found := _TRAFFIC.fullmatch(what):
        return phrase("ledger-traffic-used", percent=int(found[1]))
    if what.startswith(USE_ENTRY):
        return phrase("ledger-promo-code", code=what.removeprefix(USE_ENTRY))
    if what.startswith(DISCOUNT_ENTRY):
        return phrase("ledger-discount-code", code=what.removeprefix(DISCOUNT_ENTRY))
    if (found := _UNDONE.fullmatch(what)) and found[1] in frozenset(ActKind):
        return phrase("ledger-undone", what=phrase(f"act-name-{found[1]}"))
    return what[:_LONGEST]


def _changes(entry: Mapping[str, Any], names: Names) -> Iterator[Phrase]:
    changes = dict(entry.get("changes") or {})
    for name in _CHANGES:
        if name in changes:
            before, after = (_value(each, name, names) for each in changes[name])
            yield phrase(f"person-change-{name.replace(' ', '-')}", before=before, after=after)
    keys = sum(name.startswith(_KEY) for name in changes)
    if keys:
        yield phrase("person-change-keys", count=keys)


def _value(stored: object, name: str, names: Names) -> Argument:
    text = str(stored)[:_LONGEST]
    if text in _STATES.get(name, ()):
        return phrase(f"role-{text}" if name == "role" else f"person-{name}-{text}")
    if name == "plan" and text == TRIAL.id:
        return phrase("plan-trial")
    if name == "plan" and text:
        return names.plan(text)
    if text in {_TRUE, _FALSE}:
        return phrase("person-change-yes" if text == _TRUE else "person-change-no")
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return text or "—"
