"""What a write to the table consumes, exactly: what an item and its lines in the indexes weigh before and after.

`local.capacity` sees one call at a time and has to guess what stood there before; here it is known, because all that
is in the table was put there through this. Rules:
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
"""An item as DynamoDB's API writes it."""
type Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """An item in an index: where it is listed, and what the index repeats of it."""

    place: tuple[str, ...]
    projected: RawItem

    @property
    def units(self) -> int:
        """What writing or removing it consumes."""
        return _units(item_bytes(self.projected))


@dataclass(frozen=True, slots=True)
class Weight:
    """An item's size, and its lines by the names of the indexes."""

    size: int
    lines: Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class Index:
    """An index as the template declares it; `projected` None means everything."""

    name: str
    keys: tuple[str, ...]
    projected: frozenset[str] | None

    def line(self, item: RawItem) -> Line | None:
        """Return an item's line; None when it lacks one of the keys."""
        if not item.keys() >= set(self.keys):
            return None
        shown = item if self.projected is None else {name: item[name] for name in item.keys() & self.projected}
        return Line(tuple(str(item[key]) for key in self.keys), shown)


class StoredSizes:
    """The weight of everything in the table."""

    def __init__(self, table: Table) -> None:
        self._indexes = tuple(_indexes(table))
        self._weights: dict[Key, Weight] = {}
        self._partitions: dict[str, int] = {}

    def put(self, item: RawItem) -> int:
        """Keep the weight of an item; return the write units of putting it there."""
        return self._move(_key(item), self._weight(item))

    def partition_bytes(self, partition: str) -> int:
        """Return what a Query of a partition reads."""
        return self._partitions.get(partition, 0)

    def units_of(self, call: AwsCall) -> float:
        """Return the write units that a call to DynamoDB consumed; a read has none."""
        if call.status != 200:
            refused = call.request.get("Item") or call.request.get("Key")
            return float(_units(self._size(_key(refused)))) if refused else 0.0
        match call.operation:
            case "PutItem":
                return self.put(call.request["Item"])
            case "UpdateItem":
                return self.put(call.response["Attributes"])
            case "DeleteItem":
                return self._move(_key(call.request["Key"]), None)
            case "TransactWriteItems":
                return 2.0 * sum(self._transacted(action) for action in call.request["TransactItems"])
        return 0.0

    def _transacted(self, action: Mapping[str, Any]) -> int:
        ((kind, write),) = action.items()
        match kind:
            case "Put":
                return self.put(write["Item"])
            case "Delete":
                return self._move(_key(write["Key"]), None)
        return _units(self._size(_key(write["Key"])))  # an update of a room, which no index lists, or a check

    def _size(self, key: Key) -> int:
        known = self._weights.get(key)
        return known.size if known else 0

    def _weight(self, item: RawItem) -> Weight:
        lines = {index.name: line for index in self._indexes if (line := index.line(item))}
        return Weight(item_bytes(item), lines)

    def _move(self, key: Key, after: Weight | None) -> int:
        before = self._weights.pop(key, None)
        if after is not None:
            self._weights[key] = after
        sizes = [weight.size if weight else 0 for weight in (before, after)]
        self._partitions[key[0]] = self._partitions.get(key[0], 0) + sizes[1] - sizes[0]
        names = {name for weight in (before, after) if weight for name in weight.lines}
        lines = [[weight.lines.get(name) if weight else None for weight in (before, after)] for name in names]
        return _units(max(sizes)) + sum(_line_units(old, new) for old, new in lines)


def _line_units(old: Line | None, new: Line | None) -> int:
    if old is None or new is None:
        return sum(line.units for line in (old, new) if line)
    if old.place != new.place:
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
