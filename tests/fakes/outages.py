"""The outages of servers in memory, with the conditions of the real ones."""

from collections.abc import Sequence
from datetime import datetime

from tests.fakes.faults import Faults
from tests.fakes.people import Table
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.outage import CHECK_INTERVAL, KEPT_FOR, OUTAGES, Outage, outage_key, waiters_partition


class Outages:
    """Implements the `Outages` port over the in-memory table."""

    def __init__(self, table: Table | None = None, faults: Faults | None = None) -> None:
        self._table = table or Table()
        self._faults = faults or Faults()
        self._turn_ends_at: datetime | None = None

    def get(self, server_id: str) -> Outage | None:
        """Return the outage of a server, or None."""
        found = self._table.items.get(OUTAGES, {}).get(outage_key(server_id))
        return found if isinstance(found, Outage) else None

    def keep(self, server_id: str, now: datetime) -> None:
        """Store an outage, or keep the stored one for longer."""
        self._faults.reached("outage.keep")
        with self._table.lock:
            stored = self.get(server_id)
            due = stored.due if stored and stored.due else Due(now + CHECK_INTERVAL)
            self._table.put(OUTAGES, Outage(server_id, now + KEPT_FOR, due))

    def close(self, outage: Outage) -> bool:
        """Delete an outage that is still as it was claimed."""
        self._faults.reached("outage.close")
        with self._table.lock:
            if _state(self.get(outage.server_id)) != _state(outage):
                return False
            del self._table.items[OUTAGES][outage_key(outage.server_id)]
        return True

    def take_turn(self, now: datetime, until: datetime) -> bool:
        """Take the turn, unless another worker has it."""
        self._faults.reached("outage.turn")
        with self._table.lock:
            if self._turn_ends_at is not None and self._turn_ends_at > now:
                return False
            self._turn_ends_at = until
        return True

    def end_turn(self, until: datetime) -> None:
        """Give the turn back, if it is still the same."""
        with self._table.lock:
            if self._turn_ends_at == until:
                self._turn_ends_at = None

    def waiting(self, server_id: str, shard: int, *, after: str = "", limit: int = 50) -> Sequence[PersonId]:
        """Return the people of one shard in order."""
        self._faults.reached("query")
        partition = waiters_partition(server_id, shard)
        return [PersonId(key) for within, key in sorted(self._table.rows) if within == partition and key > after][
            :limit
        ]


def _state(outage: Outage | None) -> tuple[datetime, datetime | None] | None:
    return (outage.kept_until, outage.due.at if outage.due else None) if outage else None
