"""Gifts in memory."""

from dataclasses import dataclass, field

from tests.fakes.faults import Faults
from tests.fakes.people import Table
from vpnbot.domain.gifts.gift import GIFT_KEY, Gift, gift_partition


@dataclass
class GiftsInMemory:
    """Implements the port `Gifts`."""

    table: Table = field(default_factory=Table)
    faults: Faults = field(default_factory=Faults)

    def get(self, gift_id: str) -> Gift | None:
        """Return a gift."""
        self.faults.reached("gifts.get")
        with self.table.lock:
            stored = self.table.items.get(gift_partition(gift_id), {}).get(GIFT_KEY)
        return stored if isinstance(stored, Gift) else None
