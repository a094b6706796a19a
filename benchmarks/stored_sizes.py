"""The exact write units of each write, from the sizes of the item and its index entries before and after the write.

`local.capacity` sees one call at a time and has to estimate the sizes before it. Here they are known, because every
item in the table was recorded here. Rules:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.aws import AwsCall
from local.capacity import item_bytes
from local.stack import Table

WRITE_UNIT_BYTES = 1024

type RawItem = Mapping[str, Any]
"""An item in the form of DynamoDB's API."""
type Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """An item in an index: its key values there, and the attributes that the index contains."""

    key: tuple[str, ...]
    projected: RawItem

    @property
    def units(self) -> int:
        """The write units of adding or removing this entry."""
        return _units(item_bytes(self.projected))


@dataclass(frozen=True, slots=True)
class StoredSize:
    """The size of an item, and its index entries by the name of the index."""

    size: int
    entries: Mapping[str, IndexEntry]


@dataclass(frozen=True, slots=True)
class Index:
    """An index as the template declares it; if `projected` is None, it contains all attributes."""

    name: str
    keys: tuple[str, ...]
    projected: frozenset[str] | None

    def entry(self, item: RawItem) -> IndexEntry | None:
        """Return the entry of an item; None if the item lacks a key of the index."""
        if not item.keys() >= set(self.keys):
            return None
        shown = item if self.projected is None else {name: item[name] for name in item.keys() & self.projected}
        return IndexEntry(tuple(str(item[key]) for key in self.keys), shown)


class StoredSizes:
    """The sizes of all items in the table."""

    def __init__(self, table: Table) -> None:
        self._indexes = tuple(_indexes(table))
        self._sizes: dict[Key, StoredSize] = {}

    def put(self, item: RawItem) -> int:
        """Record the size of an item; return the write units of putting it into the table."""
        return self._replace(_key(item), self._size_of(item))

    def units_of(self, call: AwsCall) -> float:
        """Return the write units that a call to DynamoDB consumed; zero for a read."""
        if call.status != 200:
            rejected = call.request.get("Item") or call.request.get("Key")
            return float(_units(self._bytes_of(_key(rejected)))) if rejected else 0.0
        match call.operation:
            case "PutItem":
                return self.put(call.request["Item"])
            case "UpdateItem":
                return self.put(call.response["Attributes"])
            case "DeleteItem":
                return self._replace(_key(call.request["Key"]), None)
            case "TransactWriteItems":
                return 2.0 * sum(self._transacted(action) for action in call.request["TransactItems"])
        return 0.0

    def _transacted(self, action: Mapping[str, Any]) -> int:
        ((kind, write),) = action.items()
        match kind:
            case "Put":
                return self.put(write["Item"])
            case "Delete":
                return self._replace(_key(write["Key"]), None)
        # A check, or an update of a capacity shard, which is in no index.
        return _units(self._bytes_of(_key(write["Key"])))

    def _bytes_of(self, key: Key) -> int:
        stored = self._sizes.get(key)
        return stored.size if stored else 0

    def _size_of(self, item: RawItem) -> StoredSize:
        entries = {index.name: entry for index in self._indexes if (entry := index.entry(item))}
        return StoredSize(item_bytes(item), entries)

    def _replace(self, key: Key, after: StoredSize | None) -> int:
        before = self._sizes.pop(key, None)
        if after is not None:
            self._sizes[key] = after
        sizes = [stored.size if stored else 0 for stored in (before, after)]
        names = {name for stored in (before, after) if stored for name in stored.entries}
        entries = [[stored.entries.get(name) if stored else None for stored in (before, after)] for name in names]
        return _units(max(sizes)) + sum(_entry_units(old, new) for old, new in entries)


def _entry_units(old: IndexEntry | None, new: IndexEntry | None) -> int:
    if old is None or new is None:
        return sum(entry.units for entry in (old, new) if entry)
    if old.key != new.key:
        return old.units + new.units
    return 0 if old.projected == new.projected else max(old.units, new.units)


def _units(size: int) -> int:
    return max(math.ceil(size / WRITE_UNIT_BYTES), 1)


def _key(item: RawItem) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


def _indexes(table: Table) -> Iterator[Index]:
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for declared in table.create.get(kind, []):
            keys = tuple(key["AttributeName"] for key in declared["KeySchema"])
            projection = declared["Projection"]
            everything = projection["ProjectionType"] == "ALL"
            named = frozenset({"pk", "sk", *keys, *projection.get("NonKeyAttributes", [])})
            yield Index(declared["IndexName"], keys, None if everything else named)
