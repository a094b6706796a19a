"""How many request units a DynamoDB call consumes, computed from the call: moto does not report it.

Rules: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html. What a call does
not show is estimated: the item that an update or a delete changes is assumed to be smaller than 1 KB, and an index
entry that an update moves counts as one removed and one written.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.aws import AwsCall, Document
from local.stack import Table

_READ_UNIT_BYTES = 4096
_WRITE_UNIT_BYTES = 1024
_READS = frozenset({"Query", "GetItem", "Scan", "BatchGetItem", "TransactGetItems"})
_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})


@dataclass(frozen=True, slots=True)
class Units:
    """The number of reads and writes of one call, and the request units that they consume."""

    reads: int = 0
    writes: int = 0
    read_units: float = 0.0
    write_units: float = 0.0


def units_of(call: AwsCall, tables: Iterable[Table]) -> Units:
    """Return the request units of a call to DynamoDB; calls about tables consume none."""
    if call.operation in _READS:
        return Units(reads=1, read_units=_read_units(call))
    if call.operation in _WRITES:
        indexes = [keys for table in tables for keys in _index_keys(table)]
        transactional = 2 if call.operation == "TransactWriteItems" else 1
        units = sum(_write_units(kind, write, indexes) for kind, write in _each_write(call))
        return Units(writes=1, write_units=float(units * transactional))
    return Units()


def item_bytes(item: Mapping[str, Any]) -> int:
    """Return an item's size as DynamoDB counts it: names and values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _read_units(call: AwsCall) -> float:
    found = list(call.response.get("Items", []))
    if item := call.response.get("Item"):
        found.append(item)
    units = max(math.ceil(sum(map(item_bytes, found)) / _READ_UNIT_BYTES), 1)
    return float(units) if call.request.get("ConsistentRead") else units / 2


def _each_write(call: AwsCall) -> Iterator[tuple[str, Document]]:
    match call.operation:
        case "TransactWriteItems":
            for action in call.request.get("TransactItems", []):
                yield from action.items()
        case "BatchWriteItem":
            for requests in call.request.get("RequestItems", {}).values():
                for request in requests:
                    for kind, write in request.items():
                        yield kind.removesuffix("Request"), write
        case operation:
            yield operation.removesuffix("Item"), call.request


def _write_units(kind: str, write: Document, indexes: list[frozenset[str]]) -> int:
    match kind:
        case "Put":
            item = write.get("Item", {})
            size = max(math.ceil(item_bytes(item) / _WRITE_UNIT_BYTES), 1)
            return size * (1 + sum(bool(keys <= item.keys()) for keys in indexes))
        case "Update":
            named = set(write.get("ExpressionAttributeNames", {}).values())
            size = max(math.ceil(item_bytes(write.get("ExpressionAttributeValues", {})) / _WRITE_UNIT_BYTES), 1)
            return size + sum(2 for keys in indexes if keys & named)
        case _:
            return 1


def _index_keys(table: Table) -> Iterator[frozenset[str]]:
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for index in table.create.get(kind, []):
            yield frozenset(key["AttributeName"] for key in index["KeySchema"])


def _value_bytes(value: Mapping[str, Any]) -> int:
    (kind, content) = next(iter(value.items()))
    match kind:
        case "S":
            return len(str(content).encode())
        case "N":
            return math.ceil(len(content.lstrip("-").replace(".", "")) / 2) + 1
        case "B":
            return len(str(content)) * 3 // 4
        case "M":
            return 3 + item_bytes(content) + len(dict(content))
        case "L":
            return 3 + sum(_value_bytes(entry) + 1 for entry in content)
        case "SS" | "NS" | "BS":
            return sum(len(str(entry)) for entry in content)
        case _:
            return 1
