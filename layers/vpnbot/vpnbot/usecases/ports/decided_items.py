"""The port for items that the staff decide about: they are listed by when they were made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry


class DecidedItems[T](Protocol):
    """The stored items of one kind. Each call may raise StorageUnavailable."""

    def get(self, item_id: str) -> T | None:
        """Return an item; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
        """
        ...

    def latest(self, *, before: datetime | None = None, limit: int = 10) -> Sequence[T]:
        """Return at most `limit` items, the newest first; with `before`, those that were made earlier."""
        ...

    def decide(self, before: T | None, after: T, entry: Entry, *effects: Effect) -> T:
        """Write an item, the entry of its decision and the effects, all or none; return it as stored.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            Conflict: it was changed since `before` was read.
            UnreadableItem: as `get`.
        """
        ...

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of these items has this cause."""
        ...
