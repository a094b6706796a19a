"""What a customer is entitled to, and what follows from it; `subscription.py` has how it changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.scheduling import Due
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.domain.subscriptions.list_price import ListPrice
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.renewal import Renewal
from vpnbot.domain.subscriptions.status import HAS_TIME, RUNNING, Status
from vpnbot.domain.subscriptions.time_credit import Lot, Source, after_use, granted, total_seconds
from vpnbot.domain.subscriptions.timeline import EventKind, ScheduledEvent, renewal_events, scheduled_events

EARLIER_TIME = "earlier"
"""The id of the lot that stands for the time of an item of an earlier release, which has no lots."""


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """The entitlement of one person. `starts_at` and `ends_at` are None while the first key is being made.

    Scheduled events up to `settled_until` have been applied. `course` increases with every change of the end, so that
    the events of one course have other causes than those of another. `granted_bytes` is the traffic granted since the
    first plan, for all keys together; None: the limit of the plan. `spent_bytes` is the traffic of retired keys.
    `due` is the time of the next event, or of the next attempt to place keys if that comes first.

    `lots` are what the time consists of, as of the last decision: `ends_at` is when all of it is used. `used_seconds`
    is the time that was used up before these lots, since the last deletion. `converts_at` is the list price with
    which time is converted into the present plan; `trial_plan` is the trial while time of it is left under another
    plan. `waiting` is the sum of the lots while the first key is being made, for releases that know no lots; theirs
    have the time that starts when a key works, None: the duration of the plan. `renewal` is what the person has
    agreed to be charged for further time, None: nothing; see also `present_renewal`. `paid_at` is when the time was
    bought that waits for a key, None: no bought time waits. `sending` are the hours in which messages about this time
    are sent, as they were when it began or was extended; None: at any time.
    """

    status: Status = Status.NONE
    plan: Plan | None = None
    key: Key | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    settled_until: datetime | None = None
    spent_bytes: int = 0
    suspended_at: datetime | None = None
    suspended_from: Status | None = None
    due: Due | None = None
    course: int = 0
    waiting: timedelta | None = None
    granted_bytes: int | None = None
    lots: tuple[Lot, ...] = ()
    used_seconds: int = 0
    converts_at: ListPrice | None = None
    trial_plan: Plan | None = None
    renewal: Renewal | None = None
    paid_at: datetime | None = None
    sending: SendingWindow | None = None

    def entitled(self, now: datetime) -> bool:
        """Tell whether the VPN should work at `now`, whether or not due work has applied the events until then."""
        return self.status in RUNNING and self.ends_at is not None and self.ends_at > now

    @property
    def waits_for_key(self) -> bool:
        """Whether the first key of this course is still being made, so that the time has not started."""
        return self.status in RUNNING and self.ends_at is None

    @property
    def traffic_limit_bytes(self) -> int | None:
        """The total traffic that may be used, in bytes, counted from the first plan; None without a limit."""
        if self.plan is None or self.plan.traffic_limit_bytes is None:
            return None
        return self.plan.traffic_limit_bytes if self.granted_bytes is None else self.granted_bytes

    @property
    def is_trial(self) -> bool:
        """Whether this is or was the trial, and not a bought plan; also true without a plan."""
        return self.plan is None or self.plan.is_trial

    def left(self, now: datetime) -> timedelta:
        """Return the time left at `now`, at least 0; while suspended, the time left at the suspension."""
        if self.ends_at is None:
            return self._waiting if self.status is not Status.DELETED else timedelta()
        return max(self.ends_at - (self.suspended_at or now), timedelta())

    @property
    def whole_time(self) -> timedelta:
        """The time of the lots that are not used up, as it was granted or converted; of which `left` is left."""
        if self.lots:
            return timedelta(seconds=sum(lot.of_seconds for lot in self.lots))
        return self.plan.duration if self.plan else timedelta()

    def lots_left(self, now: datetime) -> tuple[Lot, ...]:
        """Return what is left of the lots at `now`, or at the suspension; time that has begun counts whole seconds.

        An item without lots has one lot of free time: all that is left.
        """
        if self.status not in HAS_TIME or self.plan is None:
            return ()
        seconds = ceil(self.left(now) / timedelta(seconds=1))
        if self.lots:
            return after_use(self.lots, max(total_seconds(self.lots) - seconds, 0))
        source = Source.TRIAL if self.plan.is_trial else Source.FREE
        return (granted(EARLIER_TIME, source, self.plan.id, seconds),) if seconds else ()

    @property
    def present_renewal(self) -> Renewal | None:
        """The renewal in this course: what was announced and tried in an earlier one is left out."""
        return None if self.renewal is None else self.renewal.in_course(self.course)

    @property
    def renews(self) -> bool:
        """Whether further time is charged automatically, or may be after a failure."""
        return self.renewal is not None and self.renewal.on

    @property
    def placement_due(self) -> bool:
        """Whether it is due for the placement of keys, and not for its next event."""
        following = self.next_event
        return self.due is not None and (following is None or self.due.at < following.at)

    @property
    def end_due(self) -> bool:
        """Whether the next due work is its end."""
        following = self.next_event
        return following is not None and following.kind is EventKind.EXPIRY and not self.placement_due

    def passed_events(self, now: datetime) -> tuple[ScheduledEvent, ...]:
        """Return the events that `settled(now)` would apply, with their nominal times."""
        return self._events_between(self.settled_until, now)

    @property
    def next_event(self) -> ScheduledEvent | None:
        """The next scheduled event; None if there is none, or while suspended or deleted."""
        later = self._events_between(self.settled_until, None)
        return later[0] if later else None

    @property
    def kept_until(self) -> datetime | None:
        """Until when the link of an expired subscription is kept, so that it works again after a renewal."""
        if self.ends_at is None:
            return None
        return next(event.at for event in scheduled_events(self.ends_at) if event.kind is EventKind.LINK_END)

    @property
    def _waiting(self) -> timedelta:
        if self.lots:
            return timedelta(seconds=total_seconds(self.lots))
        return self.waiting if self.waiting is not None else self.plan.duration if self.plan else timedelta()

    def _events_between(self, after: datetime | None, until: datetime | None) -> tuple[ScheduledEvent, ...]:
        """Return the events in (after, until]; also the expiry before `after`, as long as it was not applied."""
        if self.ends_at is None or after is None or self.status in {Status.SUSPENDED, Status.DELETED}:
            return ()
        trial = self.plan.duration if self.plan and self.status is Status.TRIAL else None
        events = [
            event
            for event in scheduled_events(self.ends_at, trial, self.course, self.sending)
            if event.at > after or (event.kind is EventKind.EXPIRY and self.status in RUNNING)
        ]
        renewal = self.present_renewal
        if renewal is not None:
            events += renewal_events(renewal, self.ends_at, self.course)
            events.sort(key=lambda event: event.at)
        return tuple(event for event in events if until is None or event.at <= until)
