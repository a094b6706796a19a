"""Items that the staff decide about, listed by when they were made."""

from collections.abc import Callable, Sequence
from datetime import datetime

from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.storage.codec import SetAside, readable
from vpnbot.storage.decided_items import DecidedItems, Versioned
from vpnbot.storage.table import Record, to_text, translated_errors


class ItemsByTime[T: Versioned]:
    """Implements the port `DecidedItems` over one partition, whose index by time has the items.

    `key` returns the sort key of an id; `listed_at` returns when an item was made, None: it is not listed.
    `set_aside` is called with the error of each one that cannot be read.
    """

    def __init__(
        self,
        partition: str,
        kind: type[T],
        key: Callable[[str], str],
        listed_at: Callable[[T], datetime | None],
        set_aside: SetAside,
    ) -> None:
        def complete(record: Record, item: T) -> None:
            at = listed_at(item)
            record.at = None if at is None else to_text(at)

        self._partition, self._kind, self._set_aside = partition, kind, set_aside
        self._items = DecidedItems(partition, kind, key, complete)

    def get(self, item_id: str) -> T | None:
        """Return an item, strongly consistent; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        return self._items.get(item_id)

    def latest(self, *, before: datetime | None = None, limit: int = 10) -> Sequence[T]:
        """Return at most `limit` items, the newest first; with `before`, those that were made earlier.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        older = Record.at < to_text(before) if before is not None else None
        with translated_errors():
            records = Record.by_time.query(
                self._partition, older, consistent_read=True, scan_index_forward=False, limit=limit
            )
            return readable((record.serialize() for record in records), self._kind, self._set_aside)

    def decide(self, before: T | None, after: T, entry: Entry, *effects: Effect) -> T:
        """Write an item, the entry of its decision and the effects in one transaction; return it as stored.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            Conflict: it was changed since `before` was read, or exists already.
            UnreadableItem: as `get`.
            StorageUnavailable: DynamoDB did not answer; a second call with the same cause is safe.
        """
        return self._items.decide(before, after, entry, *effects)

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of these items has this cause.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return self._items.ledger.has(cause)
