"""The trials of a day in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.fakes.faults import Faults
from tests.fakes.people import Table
from vpnbot.domain.dealt_limit import COUNTER_PREFIX
from vpnbot.domain.effects import Put
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import DueItem, Urgency
from vpnbot.domain.subscriptions.trial_places import (
    TELLING_KEY,
    TRIAL_WAITERS,
    TRIALS,
    Telling,
    Waiter,
    places_partition,
)
from vpnbot.domain.waiters import WAITER_SHARDS, waiters_partition
from vpnbot.errors import ClaimLost


@dataclass
class TrialPlacesInMemory:
    """Implements the port `TrialPlaces`; like the stored ones it keeps what it has read last."""

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)
    read: dict[date, Mapping[str, int]] = field(default_factory=dict)

    def known(self, day: date) -> Mapping[str, int]:
        """Return how far the counters were when they were read last."""
        return self.read.get(day, {})

    def taken(self, day: date) -> Mapping[str, int]:
        """Return how far the counters are."""
        self.faults.reached("places.taken")
        with self.table.lock:
            self.read[day] = {
                key: row.taken
                for (partition, key), row in self.table.rows.items()
                if partition == places_partition(day) and key.startswith(COUNTER_PREFIX)
            }
            return self.read[day]

    def telling(self) -> Telling | None:
        """Return the work."""
        self.faults.reached("places.telling")
        row = self.table.row(TRIALS, TELLING_KEY)
        if row is None:
            return None
        body = row.body
        begun_at = datetime.fromisoformat(str(body["begun_at"])) if "begun_at" in body else None
        since = datetime.fromisoformat(str(body["since"])) if "since" in body else None
        last = Waiter(since, PersonId(str(body["last"]))) if since is not None else None
        return Telling(str(body.get("day", "")), begun_at, last, row.due)

    def begin(self, item: DueItem, after: Telling) -> None:
        """Store whom a run notifies, unless the claim is lost."""
        self.faults.reached("places.begin.before")
        with self.table.lock:
            row = self.table.row(TRIALS, TELLING_KEY)
            if row is None or row.due is None or row.due.at != item.due_at:
                raise ClaimLost(item.sort_key)
            body = {"day": after.day}
            if after.begun_at is not None:
                body["begun_at"] = after.begun_at.isoformat()
            if after.last is not None:
                body |= {"since": after.last.since.isoformat(), "last": after.last.person}
            self.table.apply([Put(TRIALS, TELLING_KEY, body, due=after.due, urgency=Urgency.BULK)])
        self.faults.reached("places.begin.after")

    def oldest(self, limit: int) -> Sequence[Waiter]:
        """Return the people who wait longest."""
        self.faults.reached("places.oldest")
        found = [waiter for shard in range(WAITER_SHARDS) for waiter in self._rows(shard)]
        return sorted(found, key=lambda waiter: (waiter.since, waiter.person))[:limit]

    def waiting(self) -> int:
        """Return how many people wait now."""
        self.faults.reached("places.waiting")
        return sum(len(self._rows(shard)) for shard in range(WAITER_SHARDS))

    def page(self, shard: int, last: Waiter) -> Sequence[PersonId]:
        """Return the people of a shard who wait as long as the last one, or longer."""
        self.faults.reached("places.page")
        return sorted(waiter.person for waiter in self._rows(shard) if waiter.since <= last.since)

    def _rows(self, shard: int) -> list[Waiter]:
        wanted = waiters_partition(TRIAL_WAITERS, shard)
        with self.table.lock:
            return [
                Waiter(row.at, PersonId(key))
                for (partition, key), row in self.table.rows.items()
                if partition == wanted and row.at is not None
            ]
