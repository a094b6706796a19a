"""What time brings to a subscription, measured from its end, and what of it is still worth telling when late.

A trial's first hour and first day are measured from its beginning: whoever has not connected by then is offered help.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KEEP_LINK = timedelta(days=30)
"""An expired link stays reserved for so long, and works again once renewed."""


class EventKind(StrEnum):
    """Something that time alone brings about."""

    FIRST_HOUR = "first_hour"
    FIRST_DAY = "first_day"
    REMINDER_DAY = "reminder_day"
    REMINDER_HOURS = "reminder_hours"
    EXPIRY = "expiry"
    AFTERCARE = "aftercare"
    LINK_END = "link_end"


OFFERS_OF_HELP = frozenset({EventKind.FIRST_HOUR, EventKind.FIRST_DAY})
"""Only for whoever has not connected yet."""

_FROM_BEGINNING = {
    EventKind.FIRST_HOUR: timedelta(hours=1),
    EventKind.FIRST_DAY: timedelta(hours=24),
}
_FROM_END = {
    EventKind.REMINDER_DAY: timedelta(hours=-24),
    EventKind.REMINDER_HOURS: timedelta(hours=-3),
    EventKind.EXPIRY: timedelta(),
    EventKind.AFTERCARE: timedelta(hours=24),
    EventKind.LINK_END: KEEP_LINK,
}
_TRUE_FOR = {
    EventKind.FIRST_HOUR: timedelta(hours=23),
    EventKind.FIRST_DAY: timedelta(hours=24),
    EventKind.REMINDER_DAY: timedelta(hours=21),
    EventKind.REMINDER_HOURS: timedelta(hours=3),
    EventKind.EXPIRY: KEEP_LINK,
    EventKind.AFTERCARE: timedelta(hours=24),
}
_SILENT = frozenset({EventKind.LINK_END})


@dataclass(frozen=True, slots=True)
class ScheduledEvent:
    """An event and the time it is meant for, which no lease and no backoff moves."""

    event: EventKind
    at: datetime

    @property
    def cause(self) -> str:
        """The ledger's name for it: after the fact, not after whoever noticed."""
        return f"event:{self.event}:{self.at:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def valid_until(self) -> datetime:
        """From when on telling it would be stale: a reminder by the next word, the expiry once the link is gone."""
        return self.at + _TRUE_FOR.get(self.event, timedelta())


def scheduled_events(ends_at: datetime, trial: timedelta | None = None) -> tuple[ScheduledEvent, ...]:
    """Return all moments of a subscription that ends at `ends_at`, in order.

    `trial` is how long it lasts, if it is one; its beginning is counted back from the end, as a pause moves both.
    """
    told = [ScheduledEvent(event, ends_at + offset) for event, offset in _FROM_END.items()]
    if trial is not None:
        told += [
            ScheduledEvent(event, ends_at - trial + offset)
            for event, offset in _FROM_BEGINNING.items()
            if offset < trial
        ]
    return tuple(sorted(told, key=lambda moment: moment.at))


def still_valid(passed: Sequence[ScheduledEvent], now: datetime) -> Iterator[ScheduledEvent]:
    """Yield the moments whose message is still true at `now`.

    Whoever hears of the end only now is not asked in the same breath how it was.
    """
    late_expiry = any(moment.event is EventKind.EXPIRY for moment in passed)
    for moment in passed:
        if moment.event in _SILENT or now >= moment.valid_until:
            continue
        if moment.event is EventKind.AFTERCARE and late_expiry:
            continue
        yield moment
