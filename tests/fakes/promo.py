"""Promo codes in memory."""

from collections.abc import Mapping, Sequence

from tests.fakes.decided_items import DecidedItemsInMemory
from vpnbot.domain.dealt_limit import COUNTER_PREFIX
from vpnbot.domain.money import Money
from vpnbot.domain.promo.code import PROMOS, PromoCode
from vpnbot.domain.promo.uses import REVENUE_PREFIX, revenue_of, uses_partition


class PromoCodesInMemory(DecidedItemsInMemory[PromoCode]):
    """Implements the port `PromoCodes`."""

    partition, name = PROMOS, "codes"

    @property
    def kind(self) -> type[PromoCode]:
        """The class of the items."""
        return PromoCode

    def taken(self, code_id: str) -> Mapping[str, int]:
        """Return how far the counters of a code are."""
        self.faults.reached("codes.taken")
        with self.table.lock:
            return {
                key: row.taken
                for (partition, key), row in self.table.rows.items()
                if partition == uses_partition(code_id) and key.startswith(COUNTER_PREFIX)
            }

    def used(self, code_id: str, key: str) -> bool:
        """Tell whether a use was made."""
        self.faults.reached("codes.used")
        with self.table.lock:
            return (uses_partition(code_id), key) in self.table.rows

    def brought(self, code_id: str) -> Sequence[Money]:
        """Return the money that came with a code."""
        with self.table.lock:
            return revenue_of(
                row.body
                for (partition, key), row in self.table.rows.items()
                if partition == uses_partition(code_id) and key.startswith(REVENUE_PREFIX)
            )
