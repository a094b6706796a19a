"""The port for promo codes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from vpnbot.domain.effects import Effect
from vpnbot.domain.money import Money
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import PromoCode


class PromoCodes(Protocol):
    """The stored codes and their uses. Each call may raise StorageUnavailable."""

    def get(self, code_id: str) -> PromoCode | None:
        """Return a code; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
        """
        ...

    def latest(self, *, before: datetime | None = None, limit: int = 10) -> Sequence[PromoCode]:
        """Return at most `limit` codes, the newest first; with `before`, those that were made earlier."""
        ...

    def decide(self, before: PromoCode | None, after: PromoCode, entry: Entry, *effects: Effect) -> PromoCode:
        """Write a code, the entry of its decision and the effects, all or none; return it as stored.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            Conflict: it was changed since `before` was read.
            UnreadableItem: as `get`.
        """
        ...

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the codes has this cause."""
        ...

    def used(self, code_id: str, key: str) -> bool:
        """Tell whether the use of a code with this sort key was made, see `use_key` and `one_time_key`."""
        ...

    def brought(self, code_id: str) -> Sequence[Money]:
        """Return the money that came with a code, less what was sent back, one amount for each currency."""
        ...

    def taken(self, code_id: str) -> Mapping[str, int]:
        """Return how far the counters of a code are, by their sort keys; one that does not exist is at 0."""
        ...
