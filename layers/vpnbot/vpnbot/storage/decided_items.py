"""Items outside people's partitions that decisions change: each has a version, and may be due.

Every write has the condition that the version is the one that was read, and raises it. A decision writes its entry
into the ledger of the partition in the same transaction.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, Protocol

from pynamodb.expressions.condition import Condition

from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due, Urgency
from vpnbot.errors import Conflict
from vpnbot.storage.change_ledger import ChangeLedger
from vpnbot.storage.codec import make_due, new_record, structured
from vpnbot.storage.plans.records import unchanged
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record
from vpnbot.storage.transaction import action_of
from vpnbot.storage.unknown_fields import keep_unknown


class Versioned(Protocol):
    """A dataclass with an id, a version and the time at which it is due."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def due(self) -> Due | None: ...


class DecidedItems[T: Versioned]:
    """The items of one kind in one partition, and the ledger of the decisions about them.

    `key` returns the sort key of an id, and `complete` sets attributes beside the body of a record.
    """

    def __init__(
        self, partition: str, kind: type[T], key: Callable[[str], str], complete: Callable[[Record, T], None]
    ) -> None:
        self.ledger = ChangeLedger(f"{partition}#LOG")
        self._partition = partition
        self._kind = kind
        self._key = key
        self._complete = complete

    def get(self, item_id: str) -> T | None:
        """Return an item, strongly consistent; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(self._partition, self._key(item_id))
        return None if stored is None else structured(stored, self._kind)

    def change(self, before: T | None, after: T) -> tuple[Record, T, Condition]:
        """Return a change as a record, as the item will be, and the condition of the write.

        Raises:
            UnreadableItem, StorageUnavailable: as `get`.
        """
        version = before.version if before else 0
        changed = replace(after, version=version + 1)
        record = new_record(self._partition, self._key(after.id), changed)
        record.version = changed.version
        make_due(record, changed.due, Urgency.BULK)
        self._complete(record, changed)
        stored = read_item(self._partition, record.sk) if version else None
        if stored is not None and stored.version == version:
            structured(stored, self._kind)
            keep_unknown(record, changed, stored)
        return record, changed, unchanged(version)

    def decide(self, before: T | None, after: T, entry: Entry, *effects: Effect) -> T:
        """Write an item, the entry of its decision and the effects in one transaction, and return it as stored.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            Conflict: it was changed since `before` was read.
            UnreadableItem: as `get`.
            StorageUnavailable: DynamoDB did not answer; a second call with the same cause is safe.
        """
        record, changed, condition = self.change(before, after)
        conflict = Conflict(f"{record.sk} was changed meanwhile")
        with self.ledger.decided(entry, conflict) as transaction:
            transaction.save(record, condition=condition)
            for effect in effects:
                action_of(effect).add_to(transaction)
        return changed
