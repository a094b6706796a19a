"""How many trials the shop begins in a day, and who waits for one while all of a day are taken.

Days are those of the zone of the shop; without one, of UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from vpnbot.domain.dealt_limit import dealt, free_counter_of
from vpnbot.domain.effects import MoveCounter, Put
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import Due, Urgency, inline_claim

TRIAL_WAITERS = "trials"
"""The kind of the rows of the people who asked to be notified when there are trials again."""

TRIALS = "TRIALS"
"""The partition of the work that notifies them."""
TELLING_KEY = "TRIALPLACES#tell"

NEARLY_TAKEN = 80
"""From so many per cent on the operators hear that the trials of a day are nearly taken."""

_DAY = timedelta(days=1)
_KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TrialDay:
    """A day on which the shop begins `limit` trials; 0: as many as are wanted. `zone` is ahead of UTC by so much."""

    day: date
    limit: int
    zone: timedelta = timedelta()

    @classmethod
    def at(cls, now: datetime, limit: int, zone: timedelta | None) -> "TrialDay":
        """Return the day of a time."""
        ahead = zone or timedelta()
        return cls((now.astimezone(UTC) + ahead).date(), limit, ahead)

    @property
    def partition(self) -> str:
        """The partition of its counters."""
        return places_partition(self.day)

    @property
    def end(self) -> datetime:
        """When the next day begins."""
        return datetime.combine(self.day, time(), UTC) - self.zone + _DAY

    def place(self, taken: Mapping[str, int], seed: str) -> MoveCounter | None:
        """Return what takes a place, given how far the counters are as far as is known; None: there is none."""
        limits = dealt(self.limit)
        counter = free_counter_of(limits, taken, seed)
        if counter is None:
            return None
        kept_until = self.end + _KEPT_FOR
        return MoveCounter(self.partition, counter, 1, limit=limits[counter], expires_at=kept_until)

    def left(self, taken: Mapping[str, int]) -> int:
        """Return how many places are left, given how far the counters are."""
        return max(self.limit - sum(taken.values()), 0)

    def percent_taken(self, taken: Mapping[str, int]) -> int:
        """Return how much of the limit is taken, in per cent; 0 without a limit."""
        return sum(taken.values()) * 100 // self.limit if self.limit else 0


@dataclass(frozen=True, slots=True)
class Waiter:
    """A person who waits for a trial, in the order in which people are notified."""

    since: datetime
    person: PersonId


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom the work notifies: on `day`, in the run that began at `begun_at`, who waits up to `last`; None: no one."""

    day: str = ""
    begun_at: datetime | None = None
    last: Waiter | None = None
    due: Due | None = None

    def includes(self, waiter: Waiter) -> bool:
        """Tell whether a person who waits is notified in this run."""
        return self.last is not None and (waiter.since, waiter.person) <= (self.last.since, self.last.person)


def places_partition(day: date) -> str:
    """Return the partition of the counters of a day."""
    return f"BUDGET#{day}"


def telling_work(now: datetime) -> Put:
    """Return the work that notifies the people who wait, due at once; it stays due each day."""
    return Put(TRIALS, TELLING_KEY, due=inline_claim(now), urgency=Urgency.BULK)
