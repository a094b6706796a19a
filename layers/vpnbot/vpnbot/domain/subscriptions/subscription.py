"""What a customer is entitled to, and until when: the state machine everything else follows.

none ──▶ trial ──▶ active ⟲ ──▶ expired ──▶ active
           └──────────┴───▶ suspended ──▶ back to where it was
and from anywhere ──▶ deleted
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.timeline import EventKind, ScheduledEvent, scheduled_events, still_valid
from vpnbot.errors import IllegalTransition


class Status(StrEnum):
    """Where a subscription stands."""

    NONE = "none"
    TRIAL = "trial"
    ACTIVE = "active"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    DELETED = "deleted"


RUNNING = frozenset({Status.TRIAL, Status.ACTIVE})
_FROM = {
    "start a trial": frozenset({Status.NONE}),
    "begin": RUNNING,
    "extend": frozenset({Status.TRIAL, Status.ACTIVE, Status.EXPIRED}),
    "suspend": RUNNING,
    "resume": frozenset({Status.SUSPENDED}),
    "expire": RUNNING,
    "delete": frozenset(Status) - {Status.DELETED},
}


@dataclass(frozen=True, slots=True)
class Subscription:
    """One person's entitlement. `starts_at` and `ends_at` are None while the first key is being made.

    `spent_bytes` is the traffic of keys that are gone by now. `due` is the next event; while no server has room it is
    the next look for one.
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

    def entitled(self, now: datetime) -> bool:
        """Tell whether the VPN should work at `now`; computed on read, so that no late timer can be wrong."""
        return self.status in RUNNING and self.ends_at is not None and self.ends_at > now

    @property
    def waits_for_key(self) -> bool:
        """Whether the first key is still being made, so that time has not begun."""
        return self.status in RUNNING and self.ends_at is None

    @property
    def is_trial(self) -> bool:
        """Whether this is, or was, the trial and not a plan that was bought; without a plan nothing was bought."""
        return self.plan is None or self.plan.is_trial

    def left(self, now: datetime) -> timedelta:
        """Return the time left, never less than none; time stands still while suspended."""
        if self.ends_at is None:
            return self.plan.duration if self.plan and self.status is not Status.DELETED else timedelta()
        return max(self.ends_at - (self.suspended_at or now), timedelta())

    def rotated(self, secret_version: int) -> "Subscription":
        """Return this subscription under its next key: the old link and all old keys are dead."""
        return self if self.key is None else replace(self, key=self.key.rotated(secret_version))

    def retry_placement(self, due: Due | None) -> "Subscription":
        """Return this subscription waiting for room on a server until `due`; None: it has found some."""
        return replace(self, due=due) if self.waits_for_key else self._scheduled()

    def trial_started(self, plan: Plan, key: Key) -> "Subscription":
        """Return the trial, waiting for its key."""
        self._allow("start a trial")
        return Subscription(status=Status.TRIAL, plan=plan, key=key)

    def begun(self, now: datetime) -> "Subscription":
        """Return this subscription with its time running: the first key is ready."""
        self._allow("begin")
        if self.plan is None or not self.waits_for_key:
            raise IllegalTransition("its time runs already")
        ends_at = now + self.plan.duration
        return replace(self, starts_at=now, ends_at=ends_at, settled_until=now)._scheduled()

    def extended(self, plan: Plan, now: datetime) -> "Subscription":
        """Return this subscription with `plan`'s time added after whatever time is left."""
        self._allow("extend")
        if self.ends_at is None:
            waiting = self.plan.duration if self.plan else timedelta()
            longer = replace(plan, duration=waiting + plan.duration)
            return replace(self, status=Status.ACTIVE, plan=longer)
        ends_at = max(self.ends_at, now) + plan.duration
        return replace(self, status=Status.ACTIVE, plan=plan, ends_at=ends_at, settled_until=now)._scheduled()

    def suspended(self, now: datetime) -> "Subscription":
        """Return this subscription paused: its remaining time waits, and nothing is due meanwhile."""
        self._allow("suspend")
        return replace(self, status=Status.SUSPENDED, suspended_at=now, suspended_from=self.status, due=None)

    def resumed(self, now: datetime) -> "Subscription":
        """Return this subscription running again: all that time was to bring is moved by the length of the pause."""
        self._allow("resume")
        status = self.suspended_from or Status.ACTIVE
        running = replace(self, status=status, suspended_at=None, suspended_from=None)
        if self.ends_at is None or self.suspended_at is None:
            return running
        pause = now - self.suspended_at
        settled_until = None if self.settled_until is None else self.settled_until + pause
        return replace(running, ends_at=self.ends_at + pause, settled_until=settled_until)._scheduled()

    def deleted(self) -> "Subscription":
        """Return what stays of it: the state alone."""
        self._allow("delete")
        return Subscription(status=Status.DELETED)

    def settled(self, now: datetime) -> tuple["Subscription", tuple[ScheduledEvent, ...]]:
        """Apply every transition that `now` has passed; return with it what is still worth telling the customer."""
        passed = self._moments_between(self.settled_until, now)
        if not passed:
            return self, ()
        settled = replace(self, settled_until=passed[-1].at)
        happened = {moment.event for moment in passed}
        if EventKind.EXPIRY in happened and self.status in RUNNING:
            settled = replace(settled, status=Status.EXPIRED)
        if EventKind.LINK_END in happened:
            settled = replace(settled, key=None)
        return settled._scheduled(), tuple(still_valid(passed, now))

    def passed_events(self, now: datetime) -> tuple[ScheduledEvent, ...]:
        """Return the moments that `settled(now)` would apply, with the times they were meant for."""
        return self._moments_between(self.settled_until, now)

    @property
    def next_event(self) -> ScheduledEvent | None:
        """The next moment that time alone will bring."""
        later = self._moments_between(self.settled_until, None)
        return later[0] if later else None

    @property
    def kept_until(self) -> datetime | None:
        """Until when the link of an expired subscription stays the same and works again after a renewal."""
        if self.ends_at is None:
            return None
        return next(moment.at for moment in scheduled_events(self.ends_at) if moment.event is EventKind.LINK_END)

    def _moments_between(self, after: datetime | None, until: datetime | None) -> tuple[ScheduledEvent, ...]:
        if self.ends_at is None or after is None or self.status in {Status.SUSPENDED, Status.DELETED}:
            return ()
        trial = self.plan.duration if self.plan and self.status is Status.TRIAL else None
        return tuple(
            m for m in scheduled_events(self.ends_at, trial) if m.at > after and (until is None or m.at <= until)
        )

    def _scheduled(self) -> "Subscription":
        following = self.next_event
        return replace(self, due=Due(following.at) if following else None)

    def _allow(self, verb: str) -> None:
        if self.status not in _FROM[verb]:
            raise IllegalTransition(f"cannot {verb} a subscription that is {self.status}")
