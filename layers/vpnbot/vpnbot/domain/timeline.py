"""What time brings to a subscription, measured from its end, and what of it is still worth telling when late."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KEEP_LINK = timedelta(days=30)
"""An expired link stays reserved for so long, and works again once renewed."""


class Event(StrEnum):
    """Something that time alone brings about."""

    REMINDER_DAY = "reminder_day"
    REMINDER_HOURS = "reminder_hours"
    EXPIRY = "expiry"
    AFTERCARE = "aftercare"
    LINK_END = "link_end"


REMINDERS = frozenset({Event.REMINDER_DAY, Event.REMINDER_HOURS})

_FROM_END = {
    Event.REMINDER_DAY: timedelta(hours=-24),
    Event.REMINDER_HOURS: timedelta(hours=-3),
    Event.EXPIRY: timedelta(),
    Event.AFTERCARE: timedelta(hours=24),
    Event.LINK_END: KEEP_LINK,
}
_TRUE_FOR = {
    Event.REMINDER_DAY: timedelta(hours=21),
    Event.REMINDER_HOURS: timedelta(hours=3),
    Event.EXPIRY: KEEP_LINK,
    Event.AFTERCARE: timedelta(hours=24),
}
_SILENT = frozenset({Event.LINK_END})


@dataclass(frozen=True, slots=True)
class Moment:
    """An event and the time it is meant for, which no lease and no backoff moves."""

    event: Event
    at: datetime

    @property
    def cause(self) -> str:
        """The ledger's name for it: after the fact, not after whoever noticed."""
        return f"event:{self.event}:{self.at:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def valid_until(self) -> datetime:
        """From when on telling it would be stale: a reminder by the next word, the expiry once the link is gone."""
        return self.at + _TRUE_FOR.get(self.event, timedelta())


def moments(ends_at: datetime) -> tuple[Moment, ...]:
    """Return all moments of a subscription that ends at `ends_at`, in order."""
    return tuple(Moment(event, ends_at + offset) for event, offset in _FROM_END.items())


def still_worth_telling(passed: Sequence[Moment], now: datetime) -> Iterator[Moment]:
    """Yield the moments whose message is still true at `now`.

    Whoever hears of the end only now is not asked in the same breath how it was.
    """
    late_expiry = any(moment.event is Event.EXPIRY for moment in passed)
    for moment in passed:
        if moment.event in _SILENT or now >= moment.valid_until:
            continue
        if moment.event is Event.AFTERCARE and late_expiry:
            continue
        yield moment
