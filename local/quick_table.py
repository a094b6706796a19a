"""Moto's table, made quick enough for many people: the same answers, without copying or sorting the whole table.

Moto copies a table once per item of a transaction, to restore it if the transaction is cancelled, and sorts all items
for every Query: with four hundred people a transaction takes more than a second. A transaction touches few
partitions and a Query reads one, and the request names them, so only those need copying and sorting. `LocalAws` lets
one DynamoDB call in at a time and says here what it is about.
"""

import copy
import re
from collections import defaultdict
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table as MotoTable

from local.stack import ACCOUNT_ID, REGION

_PARTITION = re.compile(r"\(?\s*(#?\w+)\s*=\s*(:\w+)")


class QuickTable(MotoTable):
    """A table that knows which partitions the request at hand is about; none means all."""

    partitions: frozenset[str] = frozenset()

    def __deepcopy__(self, memo: dict[int, Any]) -> "QuickTable":
        """Copy what the transaction at hand can change; the rest is shared with the original."""
        twin = copy.copy(self)
        touched = [key for key in self.items if not self.partitions or key.value in self.partitions]
        twin.items = defaultdict(dict, self.items)
        for key in touched:
            twin.items[key] = {range_key: copy.deepcopy(item) for range_key, item in self.items[key].items()}
        return twin

    def all_items(self) -> list[Item]:
        """Return the items that the request at hand can be about, sorted by key."""
        if not self.partitions:
            found: list[Item] = super().all_items()
            return found
        keys = [DynamoType({"S": partition}) for partition in sorted(self.partitions)]
        items = [item for key in keys for item in self.items.get(key, {}).values()]
        return sorted(items, key=lambda item: (item.hash_key, item.range_key))


def quicken(table_name: str) -> None:
    """Turn a table that moto has just created into a quick one; its keys must be strings, as ours are."""
    tables = dynamodb_backends[ACCOUNT_ID][REGION].tables
    tables[table_name].__class__ = QuickTable  # type: ignore[type-abstract]  # moto leaves abstract what it never calls


def say_what_it_is_about(operation: str, request: dict[str, Any], hash_key: str = "pk") -> None:
    """Tell every quick table which partitions the next call is about. Calls must come one at a time."""
    partitions = frozenset(_partitions_of(operation, request, hash_key))
    for table in dynamodb_backends[ACCOUNT_ID][REGION].tables.values():
        if isinstance(table, QuickTable):
            table.partitions = partitions


def _partitions_of(operation: str, request: dict[str, Any], hash_key: str) -> list[str]:
    match operation:
        case "TransactWriteItems":
            writes = [write for action in request.get("TransactItems", []) for write in action.values()]
            return [str((write.get("Item") or write.get("Key"))[hash_key]["S"]) for write in writes]
        case "Query" if "IndexName" not in request:
            found = _PARTITION.match(request.get("KeyConditionExpression", ""))
            if found is None:
                return []
            name, value = found.groups()
            if request.get("ExpressionAttributeNames", {}).get(name, name) != hash_key:
                return []
            return [str(request["ExpressionAttributeValues"][value]["S"])]
    return []
