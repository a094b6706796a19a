"""The scheduled events of a subscription, measured from its end, and how long their notifications are valid.

The first hour and the first day of a trial are measured from its beginning: a person who has not connected by then is
offered help. The events of automatic renewal follow from what was announced and tried, see `renewal.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from vpnbot.domain.sending_window import SendingWindow
from vpnbot.domain.subscriptions.renewal import Renewal, RenewalState

KEEP_LINK = timedelta(days=30)
"""How long the link is kept after the expiry; it works again after a renewal in this time."""


class EventKind(StrEnum):
    """What happens at a scheduled time."""

    FIRST_HOUR = "first_hour"
    FIRST_DAY = "first_day"
    REMINDER_DAY = "reminder_day"
    REMINDER_HOURS = "reminder_hours"
    EXPIRY = "expiry"
    AFTERCARE = "aftercare"
    LINK_END = "link_end"
    RENEWAL_NOTICE = "renewal_notice"
    RENEWAL_CHARGE = "renewal_charge"


RENEWAL_EVENTS = frozenset({EventKind.RENEWAL_NOTICE, EventKind.RENEWAL_CHARGE})
"""The events of automatic renewal: each waits until it is applied, however late that is."""

OFFERS_OF_HELP = frozenset({EventKind.FIRST_HOUR, EventKind.FIRST_DAY})
"""The events with notifications only for people who have not connected yet."""

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
_VALID_FOR = {
    EventKind.FIRST_HOUR: timedelta(hours=23),
    EventKind.FIRST_DAY: timedelta(hours=24),
    EventKind.REMINDER_DAY: timedelta(hours=21),
    EventKind.REMINDER_HOURS: timedelta(hours=3),
    EventKind.EXPIRY: KEEP_LINK,
    EventKind.AFTERCARE: timedelta(hours=24),
}
_MOVED = frozenset({EventKind.REMINDER_DAY, EventKind.REMINDER_HOURS, EventKind.AFTERCARE})
_LATEST_BEFORE_END = timedelta(hours=1)
_SILENT = frozenset({EventKind.LINK_END, *RENEWAL_EVENTS})


@dataclass(frozen=True, slots=True)
class ScheduledEvent:
    """An event and its nominal time, which does not depend on when due work applies it.

    `at` is when it is due. That may differ from the nominal time, `meant_for`, because messages that can wait are
    sent only in the hours of the shop. `course` is that of the subscription: it makes the causes different if two
    events of the same kind have the same time because the end was changed and changed back. `replaced_at` is when
    another event makes the notification invalid; None: only its own validity counts. `number` counts the charges of
    a renewal.
    """

    kind: EventKind
    at: datetime
    course: int = 0
    replaced_at: datetime | None = field(default=None, compare=False)
    number: int = 0
    nominal_at: datetime | None = None

    @property
    def meant_for(self) -> datetime:
        """The nominal time, which follows from the end or the beginning alone."""
        return self.nominal_at or self.at

    @property
    def cause(self) -> str:
        """The cause of the event in the ledger. Course 0 is left out, as in the causes of earlier versions."""
        counted = (self.number,) if self.number else ()
        return timed_cause(self.kind, self.course, *counted, f"{self.meant_for:%Y-%m-%dT%H:%M:%SZ}")

    @property
    def valid_until(self) -> datetime:
        """When the notification stops being valid: a reminder at the next one, the expiry at the end of the link."""
        own = self.meant_for + _VALID_FOR.get(self.kind, timedelta())
        return own if self.replaced_at is None else min(own, self.replaced_at)


def timed_cause(kind: str, course: int, *rest: object) -> str:
    """Return the cause of something that can happen once in each course of a subscription."""
    return ":".join(map(str, ("event", kind, *((course,) if course else ()), *rest)))


@lru_cache(maxsize=16)
def scheduled_events(
    ends_at: datetime, trial: timedelta | None = None, course: int = 0, window: SendingWindow | None = None
) -> tuple[ScheduledEvent, ...]:
    """Return all events of a subscription that ends at `ends_at`, in order of time.

    `trial` is the duration of a trial, None for any other subscription. The beginning of the trial is counted back
    from the end, because a pause moves both. Help is offered until the first reminder or the end that follows it.

    With a `window`, events that are only messages are moved into it: the last reminder to the morning if that is an
    hour or more before the end, else to the evening before; the others to the morning. A message is left out if a
    later reminder would not come after it, or the end would not.

    The events of the last subscriptions are kept: one update asks for those of a person about four times.
    """
    at = {kind: ends_at + offset for kind, offset in _FROM_END.items()}
    events = [ScheduledEvent(kind, at[kind], course) for kind in _FROM_END if kind not in _MOVED]
    last = _in_window(ScheduledEvent(EventKind.REMINDER_HOURS, at[EventKind.REMINDER_HOURS], course), window, ends_at)
    first = _in_window(
        ScheduledEvent(EventKind.REMINDER_DAY, at[EventKind.REMINDER_DAY], course, replaced_at=last.at), window
    )
    events += [_in_window(ScheduledEvent(EventKind.AFTERCARE, at[EventKind.AFTERCARE], course), window), last]
    events += [first] if first.at < last.at else []
    if trial is not None:
        events += tuple(_offers_of_help(ends_at - trial, ends_at, course, window, events))
    return tuple(sorted(events, key=lambda event: event.at))


def _offers_of_help(
    begins_at: datetime,
    ends_at: datetime,
    course: int,
    window: SendingWindow | None,
    events: Sequence[ScheduledEvent],
) -> Iterator[ScheduledEvent]:
    """Yield the offers of help before the end, each until the first of `events` that follows it."""
    for kind, offset in _FROM_BEGINNING.items():
        offer = _in_window(ScheduledEvent(kind, begins_at + offset, course), window)
        if offer.at < ends_at:
            yield replace(offer, replaced_at=min(event.at for event in events if event.at >= offer.at))


def _in_window(
    event: ScheduledEvent, window: SendingWindow | None, before_end: datetime | None = None
) -> ScheduledEvent:
    """Return a message in the window: after its nominal time, or before it if that is too late before the end."""
    if window is None or window.open_at(event.at):
        return event
    at = window.following(event.at)
    if before_end is not None and at > before_end - _LATEST_BEFORE_END:
        at = window.preceding(event.at)
    return replace(event, at=at, nominal_at=event.at)


def renewal_events(renewal: Renewal, ends_at: datetime, course: int) -> tuple[ScheduledEvent, ...]:
    """Return the events of a renewal that were not applied yet: the next notice, or the next charge."""
    if renewal.state is RenewalState.ON and renewal.noticed_at is None:
        return (ScheduledEvent(EventKind.RENEWAL_NOTICE, renewal.notice_at(ends_at), course),)
    charge = renewal.next_charge()
    if charge is None:
        return ()
    number, at = charge
    return (ScheduledEvent(EventKind.RENEWAL_CHARGE, at, course, number=number),)


def after_events(renewal: Renewal, passed: Sequence[ScheduledEvent], now: datetime) -> Renewal:
    """Return the renewal with its notice stored, or its charge on the way, if that is among the events."""
    kinds = {event.kind for event in passed}
    if EventKind.RENEWAL_NOTICE in kinds:
        return renewal.noticed(now)
    return renewal.tried(now) if EventKind.RENEWAL_CHARGE in kinds else renewal


def replaced_by_charge(event: ScheduledEvent, renewal: Renewal | None) -> bool:
    """Tell whether the person needs no reminder of the end, because a charge was announced or has just failed."""
    if renewal is None or not renewal.on or not (renewal.by_provider or renewal.delivered_at):
        return False
    if event.kind is EventKind.REMINDER_DAY:
        return True
    return event.kind is EventKind.REMINDER_HOURS and renewal.state is RenewalState.ON


def still_valid(passed: Sequence[ScheduledEvent], now: datetime) -> Iterator[ScheduledEvent]:
    """Yield the events whose notification is still valid at `now`.

    If the expiry is applied only now, the question for an opinion is left out. If there is a reminder or the expiry,
    the offers of help are left out.
    """
    late_expiry = any(event.kind is EventKind.EXPIRY for event in passed)
    valid = [event for event in passed if event.kind not in _SILENT and now < event.valid_until]
    about_the_end = any(event.kind not in OFFERS_OF_HELP for event in valid)
    for event in valid:
        if event.kind is EventKind.AFTERCARE and late_expiry:
            continue
        if event.kind in OFFERS_OF_HELP and about_the_end:
            continue
        yield event
