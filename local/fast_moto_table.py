"""A subclass of moto's table that is fast with many items: it does not copy or sort the whole table.

Moto copies a table once per item of a transaction, to restore it if the transaction is cancelled, and sorts all items
for every Query: with 400 people a transaction takes more than a second. A transaction changes few partitions,
and a Query reads one partition or a range of an index. The request names them, so only those must be copied and
sorted. `LocalAws` runs one DynamoDB call at a time and calls `set_request_scope` before each.

A response is serialised as it is: moto would look for each of the ten types in every value of every item.
"""

import copy
import json
import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from moto.core.responses import ActionResult
from moto.dynamodb import responses
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import GlobalSecondaryIndex
from moto.dynamodb.models.table import Table as MotoTable

from local.stack import ACCOUNT_ID, REGION

_HASH_KEY = re.compile(r"\(*\s*(#?\w+)\s*=\s*(:\w+)")
_RANGE_KEY = re.compile(r"\s+AND\s+\(?(#?\w+)\s*(<=?|>=?|=|BETWEEN)\s*(:\w+)(?:\s+AND\s+(:\w+))?", re.IGNORECASE)

type Line = tuple[str, str, str]
"""An item in a list of an index: the index's range key, then the item's two keys."""


@dataclass(frozen=True, slots=True)
class IndexKey:
    """A hash key of a global index in a request; the items read are within `low` and `high`, if given."""

    index: str
    value: str
    low: str | None = None
    high: str | None = None


@dataclass(slots=True)
class IndexLists:
    """The items of each global index: a sorted list for each of its hash keys.

    Moto changes items in place and restores them after a cancelled transaction. So a changed partition is only
    marked in `touched`, and its items are placed again before the next query.
    """

    attributes: dict[str, tuple[str, str]]
    touched: set[str] = field(default_factory=set)
    _lists: defaultdict[tuple[str, str], list[Line]] = field(default_factory=lambda: defaultdict(list))
    _placed: dict[str, list[tuple[tuple[str, str], Line]]] = field(default_factory=dict)

    def read(self, key: IndexKey, table: MotoTable) -> list[Item]:
        """Return the items under a hash key, sorted as the index is."""
        self._refresh(table)
        lines = self._lists.get((key.index, key.value), [])
        first = 0 if key.low is None else bisect_left(lines, key.low, key=_range_key)
        beyond = len(lines) if key.high is None else bisect_right(lines, key.high, key=_range_key)
        return [_item(table, line) for line in lines[first:beyond]]

    def read_all(self, index: str, table: MotoTable) -> list[Item]:
        """Return all items of an index."""
        self._refresh(table)
        return [_item(table, line) for (name, _), lines in self._lists.items() if name == index for line in lines]

    def _refresh(self, table: MotoTable) -> None:
        while self.touched:
            partition = self.touched.pop()
            for place, line in self._placed.pop(partition, ()):
                del self._lists[place][bisect_left(self._lists[place], line)]
            placed = list(self._places_of(partition, table))
            for place, line in placed:
                insort(self._lists[place], line)
            if placed:
                self._placed[partition] = placed

    def _places_of(self, partition: str, table: MotoTable) -> Iterator[tuple[tuple[str, str], Line]]:
        for range_key, item in table.items.get(DynamoType({"S": partition}), {}).items():
            for index, (hash_name, range_name) in self.attributes.items():
                if hash_name in item.attrs and range_name in item.attrs:
                    line = (item.attrs[range_name].value, partition, range_key.value)
                    yield (index, item.attrs[hash_name].value), line


class FastMotoTable(MotoTable):
    """A table that knows the partitions, or the part of an index, that the current request names; none: all."""

    lists: IndexLists
    partitions: frozenset[str] = frozenset()
    index_key: IndexKey | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> "FastMotoTable":
        """Copy the partitions that the current transaction can change; the others are shared with the original."""
        twin = copy.copy(self)
        twin.items = defaultdict(dict, self.items)
        named = [DynamoType({"S": partition}) for partition in self.partitions]
        for key in [key for key in named if key in self.items] if named else list(self.items):
            twin.items[key] = {range_key: copy.deepcopy(item) for range_key, item in self.items[key].items()}
        return twin

    def get_item(
        self,
        hash_key: DynamoType,
        range_key: DynamoType | None = None,
        projection_expression: list[list[str]] | None = None,
    ) -> Item | None:
        """Return an item; moto looks up each one in this way before it writes it."""
        self.lists.touched.add(hash_key.value)
        return super().get_item(hash_key, range_key, projection_expression)

    def all_items(self) -> list[Item]:
        """Return the items that the current request can select, sorted by key."""
        if self.index_key is not None:
            return self.lists.read(self.index_key, self)
        if not self.partitions:
            found: list[Item] = super().all_items()
            return found
        keys = [DynamoType({"S": partition}) for partition in sorted(self.partitions)]
        items = [item for key in keys for item in self.items.get(key, {}).values()]
        return sorted(items, key=lambda item: (item.hash_key, item.range_key))

    def has_idx_items(self, index_name: str) -> list[Item]:
        """Return the items of an index, for a Scan of it."""
        if index_name in self.lists.attributes:
            return self.lists.read_all(index_name, self)
        found: list[Item] = super().has_idx_items(index_name)
        return found


class FastMotoIndex(GlobalSecondaryIndex):
    """An index that projects an item without converting the whole of it once for each attribute."""

    def project(self, item: Item) -> Item:
        """Remove the attributes that the index does not contain from a copy of an item."""
        if self.projection["ProjectionType"] != "ALL":
            named = self.projection.get("NonKeyAttributes", [])
            for name in item.attrs.keys() - {*self.table_key_attrs, *self.schema_key_attrs, *named}:
                del item.attrs[name]
        return item


class JsonDynamoResult(responses.DynamoResult):
    """A response that is JSON already, unless it contains binary values."""

    def execute_result(self, context: Any) -> Any:
        """Return status, headers and body."""
        try:
            body = json.dumps(self.result)
        except TypeError:
            return super().execute_result(context)
        status, headers, _ = ActionResult({}).execute_result(context)
        return status, headers, body


def speed_up_table(table_name: str) -> None:
    """Turn a table that moto has just created into a `FastMotoTable`; all keys must be strings."""
    table = dynamodb_backends[ACCOUNT_ID][REGION].tables[table_name]
    table.__class__ = FastMotoTable  # type: ignore[type-abstract]  # moto never calls the abstract methods
    fast = cast(FastMotoTable, table)
    keys = {index.name: index.schema_key_attrs for index in table.global_indexes}
    fast.lists = IndexLists({name: (both[0], both[1]) for name, both in keys.items() if len(both) == 2})
    for index in table.global_indexes:
        index.__class__ = FastMotoIndex
    responses.DynamoResult = JsonDynamoResult  # type: ignore[misc]  # replaces moto's class for all its responses


def put_many(table_name: str, items: Iterable[dict[str, Any]]) -> None:
    """Put new items, in DynamoDB's JSON, into a `FastMotoTable` without requests, which take 3 ms for each item."""
    table = cast(FastMotoTable, dynamodb_backends[ACCOUNT_ID][REGION].tables[table_name])
    for given in items:
        partition, sort_key = DynamoType(given["pk"]), DynamoType(given["sk"])
        item = Item(partition, sort_key, {})
        # Moto adds up the size of all attributes for each one that it sets with [].
        item.attrs.update({name: DynamoType(value) for name, value in given.items()})
        table.items[partition][sort_key] = item
        table.lists.touched.add(partition.value)


def set_request_scope(operation: str, request: dict[str, Any], hash_key: str = "pk") -> None:
    """Set the partitions or the part of an index of the next call on every `FastMotoTable`; one call at a time."""
    partitions = frozenset(_partitions_of(operation, request, hash_key))
    for table in dynamodb_backends[ACCOUNT_ID][REGION].tables.values():
        if isinstance(table, FastMotoTable):
            table.partitions = partitions
            table.index_key = _index_key_of(operation, request, table.lists)


def _partitions_of(operation: str, request: dict[str, Any], hash_key: str) -> list[str]:
    match operation:
        case "TransactWriteItems":
            writes = [write for action in request.get("TransactItems", []) for write in action.values()]
            return [str((write.get("Item") or write.get("Key"))[hash_key]["S"]) for write in writes]
        case "Query":
            found = _HASH_KEY.match(request.get("KeyConditionExpression", ""))
            return [_value(request, found[2])] if found and _name(request, found[1]) == hash_key else []
    return []


def _index_key_of(operation: str, request: dict[str, Any], lists: IndexLists) -> IndexKey | None:
    """Return the part of an index that a Query reads, if its condition is supported; moto checks each item again."""
    index, condition = request.get("IndexName", ""), request.get("KeyConditionExpression", "")
    found = _HASH_KEY.match(condition)
    if operation != "Query" or index not in lists.attributes or found is None:
        return None
    hash_name, range_name = lists.attributes[index]
    if _name(request, found[1]) != hash_name:
        return None
    value = _value(request, found[2])
    within = _RANGE_KEY.match(condition, found.end())
    if within is None or _name(request, within[1]) != range_name:
        return IndexKey(index, value)
    bound = _value(request, within[3])
    match within[2].upper():
        case ">" | ">=":
            return IndexKey(index, value, low=bound)
        case "<" | "<=":
            return IndexKey(index, value, high=bound)
        case "=":
            return IndexKey(index, value, bound, bound)
        case _:
            return IndexKey(index, value, bound, _value(request, within[4]))


def _name(request: dict[str, Any], name: str) -> str:
    return str(request.get("ExpressionAttributeNames", {}).get(name, name))


def _value(request: dict[str, Any], name: str) -> str:
    return str(request["ExpressionAttributeValues"][name]["S"])


def _range_key(line: Line) -> str:
    return line[0]


def _item(table: MotoTable, line: Line) -> Item:
    _, partition, sort_key = line
    item: Item = table.items[DynamoType({"S": partition})][DynamoType({"S": sort_key})]
    return item
