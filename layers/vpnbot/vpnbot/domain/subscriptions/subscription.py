"""A subscription, a state machine: what a customer is entitled to, and until when. The states are in `status.py`."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.list_price import ListPrice
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.renewal import Renewal
from vpnbot.domain.subscriptions.status import HAS_TIME, RUNNING, Status, allow
from vpnbot.domain.subscriptions.time_credit import Lot, Source, after_use, granted, total_seconds
from vpnbot.domain.subscriptions.timeline import (
    EventKind,
    ScheduledEvent,
    after_events,
    renewal_events,
    replaced_by_charge,
    scheduled_events,
    still_valid,
)
from vpnbot.errors import IllegalTransition

__all__ = ("EARLIER_TIME", "RUNNING", "TRIAL_TIME", "Status", "Subscription")


TRIAL_TIME = "trial"
"""The id of the lot of a trial."""

EARLIER_TIME = "earlier"
"""The id of the lot that stands for the time of an item of an earlier release, which has no lots."""


@dataclass(frozen=True, slots=True)
class Subscription:
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
    bought that waits for a key, None: no bought time waits.
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

    def with_renewal(self, renewal: Renewal | None) -> "Subscription":
        """Return this subscription with another renewal, whose events are due in their order with all others."""
        placement = self.due if self.placement_due else None
        present = None if renewal is None else renewal.in_course(self.course)
        return replace(self, renewal=present).retry_placement(placement)

    def rotated(self, secret_version: int) -> "Subscription":
        """Return this subscription with its next key: the old link and all old keys stop working."""
        return self if self.key is None else replace(self, key=self.key.rotated(secret_version))

    def retry_placement(self, due: Due | None) -> "Subscription":
        """Return this subscription due for placement of keys at `due`, unless an event is earlier.

        With `due` None, only the next event is due.
        """
        scheduled = self._scheduled()
        if due is None or due.dead_lettered:
            return scheduled
        event_first = scheduled.due is not None and scheduled.due.at <= due.at
        return scheduled if event_first else replace(scheduled, due=due)

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

    def trial_started(self, plan: Plan, key: Key, worth: ListPrice | None = None) -> "Subscription":
        """Return the trial, whose time starts with the first key.

        `worth` is the shortest list price of the plan that it is a trial of; None: that of the first plan bought.

        Raises:
            IllegalTransition: there is a subscription, or one has ended.
        """
        allow("start a trial", self.status)
        seconds = int(plan.duration.total_seconds())
        value = None if worth is None else worth.per_second * seconds
        lot = granted(TRIAL_TIME, Source.TRIAL, plan.id, seconds, worth=value)
        return Subscription(status=Status.TRIAL, plan=plan, key=key, course=self.course, lots=(lot,))

    def begun(self, now: datetime) -> "Subscription":
        """Return this subscription with its time started, because the first key works.

        Raises:
            IllegalTransition: it does not wait for a key.
        """
        allow("begin", self.status)
        if self.plan is None or not self.waits_for_key:
            raise IllegalTransition("its time is running already")
        begun = replace(self, starts_at=now, ends_at=now + self._waiting, settled_until=now, waiting=None)
        begun = replace(begun, paid_at=None)
        return begun.retry_placement(self.due)

    def extended(self, lots: tuple[Lot, ...], now: datetime, new_key: Key) -> "Subscription":
        """Return this subscription as bought, with `lots` as all of its time, whatever its state.

        Running or suspended time continues. If no time was left, the new time starts when a key works, so that the
        customer loses no time while a panel is down. `new_key` is used if there is no key.
        """
        if self.status is Status.SUSPENDED:
            return replace(self._with_lots(lots, now), suspended_from=Status.ACTIVE)
        if self.status in RUNNING:
            paid_at = (self.paid_at or now) if self.waits_for_key else None
            return replace(self._with_lots(lots, now), status=Status.ACTIVE, paid_at=paid_at)._scheduled()
        return replace(
            self,
            status=Status.ACTIVE,
            lots=lots,
            used_seconds=self.used_seconds + total_seconds(self.lots),
            key=self.key or new_key,
            starts_at=None,
            ends_at=None,
            settled_until=None,
            waiting=timedelta(seconds=total_seconds(lots)),
            course=self.course + 1,
            due=None,
            paid_at=now,
        )

    def shortened(self, lots: tuple[Lot, ...], now: datetime) -> "Subscription":
        """Return this subscription with `lots` as all of its time, as after a refund.

        Without a lot it has expired, and `now` is its end. If no time had ever begun, it has never been.

        Raises:
            IllegalTransition: it is neither running nor suspended.
        """
        allow("change the time", self.status)
        clock = self.suspended_at or now
        changed = self._with_lots(lots, now)
        if not lots:
            never_begun = self.ends_at is None and not changed.used_seconds
            none = Subscription(course=self.course + 1, spent_bytes=self.spent_bytes)
            return none if never_begun else changed._ended(now)
        settled_until = min(self.settled_until, clock) if self.settled_until else None
        changed = replace(changed, settled_until=settled_until)
        placement = self.due if self.placement_due else None
        return changed if self.status is Status.SUSPENDED else changed.retry_placement(placement)

    def suspended(self, now: datetime) -> "Subscription":
        """Return this subscription suspended: the remaining time is kept, and nothing is due meanwhile.

        Raises:
            IllegalTransition: it is not running.
        """
        allow("suspend", self.status)
        return replace(self, status=Status.SUSPENDED, suspended_at=now, suspended_from=self.status, due=None)

    def resumed(self, now: datetime) -> "Subscription":
        """Return this subscription running again: all its events are moved by the length of the suspension.

        Raises:
            IllegalTransition: it is not suspended.
        """
        allow("resume", self.status)
        status = self.suspended_from or Status.ACTIVE
        announced_again = None if self.renewal is None else replace(self.renewal, course=None)
        running = replace(self, status=status, suspended_at=None, suspended_from=None, renewal=announced_again)
        if self.ends_at is None or self.suspended_at is None:
            return running
        pause = now - self.suspended_at
        settled_until = None if self.settled_until is None else self.settled_until + pause
        return replace(running, ends_at=self.ends_at + pause, settled_until=settled_until)._scheduled()

    def deleted(self) -> "Subscription":
        """Return what stays after a deletion: the status, and the course, so that later causes are different.

        Raises:
            IllegalTransition: it is deleted already.
        """
        allow("delete", self.status)
        return Subscription(status=Status.DELETED, course=self.course)

    def settled(self, now: datetime) -> tuple["Subscription", tuple[ScheduledEvent, ...]]:
        """Apply every event up to `now`; return the subscription, and the events with a valid notification."""
        passed = self._events_between(self.settled_until, now)
        if not passed:
            return self, ()
        latest = max(event.at for event in passed)
        settled = replace(self, settled_until=max(latest, self.settled_until or latest))
        happened = {event.kind for event in passed}
        if EventKind.EXPIRY in happened and self.status in RUNNING:
            settled = replace(settled, status=Status.EXPIRED)
        if EventKind.LINK_END in happened:
            settled = replace(settled, key=None)
        renewal = self.present_renewal
        if renewal is not None:
            settled = replace(settled, renewal=after_events(renewal, passed, now))
        valid = (event for event in still_valid(passed, now) if not replaced_by_charge(event, renewal))
        return settled._scheduled(), tuple(valid)

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

    def _with_lots(self, lots: tuple[Lot, ...], now: datetime) -> "Subscription":
        """Return this subscription, running or suspended, with other lots; what was used until `now` stays used."""
        left = self.lots_left(now)
        used = self.used_seconds + (total_seconds(self.lots) - total_seconds(left) if self.lots else 0)
        changed, time = replace(self, lots=lots, used_seconds=used), timedelta(seconds=total_seconds(lots))
        if self.ends_at is None:
            return replace(changed, waiting=time)
        clock = self.suspended_at or now
        began_at = self.ends_at - timedelta(seconds=total_seconds(left)) if left else clock
        return replace(changed, ends_at=began_at + time, settled_until=clock, course=self.course + 1)

    def _ended(self, now: datetime) -> "Subscription":
        ended = replace(self, status=Status.EXPIRED, ends_at=now, settled_until=now, waiting=None)
        ended = replace(ended, suspended_at=None, suspended_from=None, course=self.course + 1)
        return ended._scheduled()

    def _events_between(self, after: datetime | None, until: datetime | None) -> tuple[ScheduledEvent, ...]:
        """Return the events in (after, until]; also the expiry before `after`, as long as it was not applied."""
        if self.ends_at is None or after is None or self.status in {Status.SUSPENDED, Status.DELETED}:
            return ()
        trial = self.plan.duration if self.plan and self.status is Status.TRIAL else None
        events = [
            event
            for event in scheduled_events(self.ends_at, trial, self.course)
            if event.at > after or (event.kind is EventKind.EXPIRY and self.status in RUNNING)
        ]
        renewal = self.present_renewal
        if renewal is not None:
            events += renewal_events(renewal, self.ends_at, self.course)
            events.sort(key=lambda event: event.at)
        return tuple(event for event in events if until is None or event.at <= until)

    def _scheduled(self) -> "Subscription":
        following = self.next_event
        return replace(self, due=Due(following.at) if following else None)
