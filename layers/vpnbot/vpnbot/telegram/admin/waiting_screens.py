"""The list of what waits for the staff: a button for each, which leads to where it is decided."""

from collections.abc import Iterator
from datetime import datetime

from vpnbot.domain.needs import Need, NeedKind
from vpnbot.domain.orders.order_id import shown_number
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.customer.money_callbacks import Subject, Tap, on, on_unmatched
from vpnbot.telegram.messages.packed_ids import packed_order, packed_person
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN
from vpnbot.usecases.staff.what_waits import Waiting

SHOWN = 10
"""The most entries on one screen; when they are dealt with, the next ones are shown."""
_SHOWN_ID_CHARACTERS = 6


def waiting(found: Waiting, now: datetime) -> Screen:
    """Return the list; the oldest of each kind come first."""
    if not found.needs:
        return Screen((phrase("waiting-nothing"),), rows((ADMIN,)))
    shown = sorted(found.needs, key=lambda need: need.at)[:SHOWN]
    lines = [line for need in shown for line in _line(need, now)]
    return Screen((phrase("waiting", count=len(found.needs)),), rows(*lines, (ADMIN,)))


def summary(found: Waiting) -> tuple[Phrase, ...]:
    """Return a line for each kind that waits."""
    counts = {kind: found.count(kind) for kind in NeedKind}
    return tuple(phrase(f"waiting-{kind}", count=count) for kind, count in counts.items() if count)


def _line(need: Need, now: datetime) -> Iterator[tuple[Button, ...]]:
    label = phrase(f"button-waiting-{need.kind}", about=_about(need), since=now - need.at)
    yield (Button(label, action=_leads_to(need)),)
    if need.kind is NeedKind.REFUND:
        answered = Area.WAITING.on(packed_person(need.person), packed_order(need.subject))
        yield (Button(phrase("button-waiting-answered", about=_about(need)), action=answered),)


def _about(need: Need) -> str:
    if need.kind in {NeedKind.HELD, NeedKind.BY_HAND, NeedKind.REFUND}:
        return f"№{shown_number(need.subject)}"
    if need.kind is NeedKind.COMPENSATION:
        return need.subject.rpartition("#")[0]
    return (need.person or need.subject)[:_SHOWN_ID_CHARACTERS]


def _leads_to(need: Need) -> str:
    match need.kind:
        case NeedKind.UNMATCHED:
            return on_unmatched(Tap.SHOW, need.subject)
        case NeedKind.COMPENSATION:
            return Area.OUTAGES.on("one", need.subject)
        case NeedKind.REWARD:
            return Area.REWARDS.on(packed_person(need.person))
        case NeedKind.NO_KEY | NeedKind.UNANSWERED:
            return Area.PERSON.on(packed_person(need.person))
        case _:
            return on(Tap.SHOW, Subject.of(need.person, need.subject, need.payment))
