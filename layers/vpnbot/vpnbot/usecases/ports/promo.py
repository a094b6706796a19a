"""The port for promo codes."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from vpnbot.domain.money import Money
from vpnbot.domain.promo.code import PromoCode
from vpnbot.usecases.ports.decided_items import DecidedItems


class PromoCodes(DecidedItems[PromoCode], Protocol):
    """The stored codes and their uses. Each call may raise StorageUnavailable."""

    def used(self, code_id: str, key: str) -> bool:
        """Tell whether the use of a code with this sort key was made, see `use_key` and `one_time_key`."""
        ...

    def brought(self, code_id: str) -> Sequence[Money]:
        """Return the money that came with a code, less what was sent back, one amount for each currency."""
        ...

    def taken(self, code_id: str) -> Mapping[str, int]:
        """Return how far the counters of a code are, by their sort keys; one that does not exist is at 0."""
        ...
