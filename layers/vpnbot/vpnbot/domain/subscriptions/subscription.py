"""A subscription, a state machine, with its transitions; its values are in `subscription_state.py`."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.scheduling import Due
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.domain.subscriptions.list_price import ListPrice
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.renewal import Renewal
from vpnbot.domain.subscriptions.status import RUNNING, Status, allow
from vpnbot.domain.subscriptions.subscription_state import EARLIER_TIME, SubscriptionState
from vpnbot.domain.subscriptions.time_credit import Lot, Source, granted, total_seconds
from vpnbot.domain.subscriptions.timeline import (
    EventKind,
    ScheduledEvent,
    after_events,
    replaced_by_charge,
    still_valid,
)
from vpnbot.errors import IllegalTransition

__all__ = ("EARLIER_TIME", "RUNNING", "TRIAL_TIME", "Status", "Subscription")

TRIAL_TIME = "trial"
"""The id of the lot of a trial."""


@dataclass(frozen=True, slots=True)
class Subscription(SubscriptionState):
    """The entitlement of one person with its transitions: each method returns another subscription."""

    def with_renewal(self, renewal: Renewal | None) -> "Subscription":
        """Return this subscription with another renewal, whose events are due in their order with all others."""
        placement = self.due if self.placement_due else None
        present = None if renewal is None else renewal.in_course(self.course)
        return replace(self, renewal=present).retry_placement(placement)

    def rotated(self, secret_version: int) -> "Subscription":
        """Return this subscription with its next key: the old link and all old keys stop working."""
        return self if self.key is None else replace(self, key=self.key.rotated(secret_version))

    def sent_within(self, window: SendingWindow | None) -> "Subscription":
        """Return this subscription with its messages sent in a window; None: each at its nominal time."""
        placement = self.due if self.placement_due else None
        return self if window == self.sending else replace(self, sending=window).retry_placement(placement)

    def retry_placement(self, due: Due | None) -> "Subscription":
        """Return this subscription due for placement of keys at `due`, unless an event is earlier.

        With `due` None, only the next event is due.
        """
        scheduled = self._scheduled()
        if due is None or due.dead_lettered:
            return scheduled
        event_first = scheduled.due is not None and scheduled.due.at <= due.at
        return scheduled if event_first else replace(scheduled, due=due)

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

    def _scheduled(self) -> "Subscription":
        following = self.next_event
        return replace(self, due=Due(following.at) if following else None)
