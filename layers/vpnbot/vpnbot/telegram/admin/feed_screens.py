"""The feed as the staff read it in the chat, a page at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import batched

from vpnbot.domain.feed import Event, feed_time
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.customer.feed_words import line
from vpnbot.telegram.messages.packed_ids import packed_person, unpacked_person
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

_CARDS_IN_A_ROW = 4
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def feed(events: Sequence[Event], *, more: bool) -> Screen:
    """Return a page of the feed; `more`: there are older events."""
    if not events:
        return Screen((phrase("feed-empty"),), rows((ADMIN,)))
    lines = tuple(_dated(number, event) for number, event in enumerate(events, start=1))
    cards = [
        Button(f"👤 {number}", action=Area.PERSON.on(packed_person(event.person)))
        for number, event in enumerate(events, start=1)
    ]
    older = Button(phrase("button-feed-older"), action=Area.FEED.on(*_cursor(events[-1]))) if more else None
    return Screen((phrase("feed"), lines), rows(*batched(cards, _CARDS_IN_A_ROW, strict=False), (older,), (ADMIN,)))


def _dated(number: int, event: Event) -> Phrase:
    return phrase("feed-line", number=number, at=event.at, event=line(replace(event, person="")))


def _cursor(event: Event) -> tuple[str, ...]:
    """Return the key of an event as arguments of callback data; `key_of` reads them."""
    time, kind, person, number = event.key.split("#")
    moment = datetime.fromisoformat(time)
    return str((moment - _EPOCH) // _MICROSECOND), kind, packed_person(person), number


def key_of(arguments: Sequence[str]) -> str:
    """Return the key of the event that `_cursor` has packed; empty if it is none: the newest events follow."""
    if len(arguments) != 4 or not arguments[0].isdecimal():
        return ""
    person = unpacked_person(arguments[2])
    if person is None:
        return ""
    moment = _EPOCH + int(arguments[0]) * _MICROSECOND
    return f"{feed_time(moment)}#{arguments[1]}#{person}#{arguments[3]}"
