"""The outages of servers in memory, with the conditions of the real ones."""

from datetime import datetime

from tests.fakes.faults import Faults
from tests.fakes.table import Table
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.outage import CHECK_INTERVAL, KEPT_FOR, OUTAGES, Outage, outage_key


class Outages:
    """Implements the `Outages` port over the in-memory table."""

    def __init__(self, table: Table | None = None, faults: Faults | None = None) -> None:
        self._table = table or Table()
        self._faults = faults or Faults()

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
            began_at = stored.began_at if stored else now
            self._table.put(OUTAGES, Outage(server_id, now + KEPT_FOR, due, began_at))

    def close(self, outage: Outage) -> bool:
        """Delete an outage that is still as it was claimed."""
        self._faults.reached("outage.close")
        with self._table.lock:
            if _state(self.get(outage.server_id)) != _state(outage):
                return False
            del self._table.items[OUTAGES][outage_key(outage.server_id)]
        return True


def _state(outage: Outage | None) -> tuple[datetime, datetime | None] | None:
    return (outage.kept_until, outage.due.at if outage.due else None) if outage else None
