"""The rows of what waits for the staff, over the in-memory table."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.fakes.people import Table
from vpnbot.domain.effects import Delete
from vpnbot.domain.needs import NEEDS, Need, need_of


@dataclass
class NeedsInMemory:
    """Implements the port `Needs`."""

    table: Table = field(default_factory=Table)

    def waiting(self, *, limit: int = 50) -> Sequence[Need]:
        """Return the first rows."""
        found = sorted((key, row) for (partition, key), row in self.table.rows.items() if partition == NEEDS)
        needs = [need_of(key, row.body, row.at) for key, row in found[:limit] if row.at is not None]
        return [need for need in needs if need is not None]

    def remove(self, need: Need) -> None:
        """Remove a row."""
        self.table.apply([Delete(NEEDS, need.key)])
