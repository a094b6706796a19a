"""Measured outages and the people hurt by them, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.fakes.faults import Faults
from tests.fakes.people import Table
from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.downtime import DOWNTIMES, Downtime, hurt_shard
from vpnbot.domain.servers.hurt import Hurt
from vpnbot.errors import AlreadyDecided, Conflict


@dataclass
class DowntimesInMemory:
    """Implements the port `Downtimes`."""

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)
    entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def stored(self) -> dict[str, Downtime]:
        """All downtimes by their ids, the oldest first."""
        items = [item for item in self.table.items.get(DOWNTIMES, {}).values() if isinstance(item, Downtime)]
        return {item.id: item for item in sorted(items, key=lambda item: (item.first_bad_at, item.id))}

    def get(self, downtime_id: str) -> Downtime | None:
        """Return a downtime."""
        self.faults.reached("downtimes.get")
        return self.stored.get(downtime_id)

    def last_of(self, server_id: str) -> Downtime | None:
        """Return the last downtime of a server."""
        self.faults.reached("downtimes.last_of")
        return next((each for each in reversed(self.stored.values()) if each.server_id == server_id), None)

    def latest(self, *, before: datetime | None = None, limit: int = 10) -> Sequence[Downtime]:
        """Return the newest downtimes."""
        found = [each for each in reversed(self.stored.values()) if before is None or each.first_bad_at < before]
        return found[:limit]

    def since(self, moment: datetime) -> Sequence[Downtime]:
        """Return all downtimes from a time on."""
        return [each for each in self.stored.values() if each.first_bad_at >= moment]

    def observe(self, before: Downtime | None, after: Downtime) -> bool:
        """Write what was observed, if it is still as it was read."""
        self.faults.reached("downtimes.observe.before")
        with self.table.lock:
            changed = self._changed(before, after)
            if changed is None:
                return False
            self.table.put(DOWNTIMES, changed)
        self.faults.reached("downtimes.observe.after")
        return True

    def decide(self, before: Downtime, after: Downtime, entry: Entry, *effects: Effect) -> Downtime:
        """Write a decision with its entry and effects."""
        self.faults.reached("downtimes.decide.before")
        with self.table.lock:
            if entry.cause in self.entries:
                raise AlreadyDecided(entry.cause)
            changed = self._changed(before, after)
            if changed is None:
                raise Conflict("changed meanwhile")
            self.table.check(effects)
            self.table.apply(effects)
            self.table.put(DOWNTIMES, changed)
            self.entries[entry.cause] = entry
        self.faults.reached("downtimes.decide.after")
        return changed

    def decided(self, cause: str) -> bool:
        """Tell whether a cause was decided."""
        return cause in self.entries

    def _changed(self, before: Downtime | None, after: Downtime) -> Downtime | None:
        version = before.version if before else 0
        known = self.stored.get(after.id)
        return replace(after, version=version + 1) if (known.version if known else 0) == version else None


@dataclass
class HurtPeopleInMemory:
    """Implements the port `HurtPeople`."""

    faults: Faults = field(default_factory=Faults)
    stored: dict[tuple[str, str], Hurt] = field(default_factory=dict)

    def get(self, downtime_id: str, person: str) -> Hurt | None:
        """Return what is recorded about a person."""
        self.faults.reached("hurt.get")
        return self.stored.get((downtime_id, person))

    def put(self, downtime: Downtime, hurt: Hurt) -> None:
        """Write what is recorded about a person."""
        self.faults.reached("hurt.put.before")
        self.stored[downtime.id, hurt.person] = hurt
        self.faults.reached("hurt.put.after")

    def page(self, downtime_id: str, shard: int, *, after: str = "", limit: int = 100) -> Sequence[Hurt]:
        """Return the next people of a shard."""
        self.faults.reached("hurt.page")
        found = sorted(
            person
            for known, person in self.stored
            if known == downtime_id and hurt_shard(person) == shard and person > after
        )
        return [self.stored[downtime_id, person] for person in found[:limit]]
