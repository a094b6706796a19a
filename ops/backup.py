"""Backups of the table: all items of it, now or as they were at an earlier time, and back into the table."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from typing import Any

import boto3

from ops.table_files import ItemKey, StoredItem, key_of, read_items
from vpnbot.errors import Rejected, Retryable

_LEDGER, _REGISTER = "#LOG", "PAY#"
_WRITES_AT_ONCE = 25
"""BatchWriteItem takes no more requests."""
_WAIT_SECONDS = 15
_LONGEST_WAIT_SECONDS = 4 * 3600
"""A restored table of any size is usually there within an hour (DynamoDB developer guide, point-in-time recovery)."""


def scan(table: str) -> Iterator[StoredItem]:
    """Yield all items of a table, each as it is when it is read."""
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return (item for page in pages for item in page["Items"])


@contextmanager
def table_at(
    table: str, at: datetime, say: Callable[[str], None], sleep: Callable[[float], None] = time.sleep
) -> Iterator[str]:
    """Make a table with the items that a table had at a time, yield its name, and delete it at the end.

    Raises:
        Rejected: the table has no point-in-time recovery.
        Retryable: the table is not ready after four hours, and is not deleted.
    """
    dynamodb = boto3.client("dynamodb")
    described = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    if described["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] != "ENABLED":
        raise Rejected(f"{table} has no point-in-time recovery: only stage production switches it on")
    copy = f"{table}-at-{at:%Y%m%d-%H%M%S}"
    dynamodb.restore_table_to_point_in_time(
        SourceTableName=table,
        TargetTableName=copy,
        RestoreDateTime=at,
        GlobalSecondaryIndexOverride=[],  # a scan needs no index, and a table without them is there sooner
    )
    say(f"DynamoDB makes the table {copy}; this takes from ten minutes to an hour.")
    waited = 0
    while not _is_active(dynamodb, copy):
        if waited >= _LONGEST_WAIT_SECONDS:
            raise Retryable(f"the table {copy} is not ready after four hours; delete it when it is")
        sleep(_WAIT_SECONDS)
        waited += _WAIT_SECONDS
    try:
        yield copy
    finally:
        dynamodb.delete_table(TableName=copy)


def _is_active(dynamodb: Any, table: str) -> bool:
    """Tell whether a table can be read; a new one may not be shown yet (DynamoDB API, DescribeTable)."""
    try:
        return bool(dynamodb.describe_table(TableName=table)["Table"]["TableStatus"] == "ACTIVE")
    except dynamodb.exceptions.ResourceNotFoundException:
        return False


@dataclass(frozen=True, slots=True)
class Restoration:
    """What must change so that a table holds the items of a backup.

    `erased` are the people who have deleted their data after the backup: they, and their payments in the register,
    stay as they are in the table.
    """

    table: str
    files: Sequence[Path]
    written: int
    removed: Sequence[ItemKey]
    erased: frozenset[str]

    @classmethod
    def of(cls, table: str, files: Sequence[Path]) -> "Restoration":
        """Compare a backup with a table. Every line of the files is read, and nothing is written.

        Raises:
            Rejected: the backup is not complete, or two of its items have the same key.
        """
        wanted: dict[ItemKey, str] = {}
        erasures: dict[str, str] = {}
        for item in read_items(files):
            if key_of(item) in wanted:
                raise Rejected(f"the backup has the item {' '.join(key_of(item))} twice")
            wanted[key_of(item)] = _owner(item)
            erasures |= _erasure(item)
        present: list[tuple[ItemKey, str]] = []
        erased: set[str] = set()
        for item in scan(table):
            present.append((key_of(item), _owner(item)))
            erased |= {person for person, when in _erasure(item).items() if when > erasures.get(person, "")}
        return cls(
            table,
            files,
            sum(not _concerns(key, owner, erased) for key, owner in wanted.items()),
            [key for key, owner in present if key not in wanted and not _concerns(key, owner, erased)],
            frozenset(erased),
        )

    def apply(self) -> None:
        """Write the items of the backup and remove the others. To run it again does no harm.

        Raises:
            Retryable: DynamoDB has not accepted all writes within its retries; run it again.
        """
        items = (item for item in read_items(self.files) if not _concerns(key_of(item), _owner(item), self.erased))
        _write(self.table, ({"PutRequest": {"Item": item}} for item in items))
        keys = ({"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in self.removed)
        _write(self.table, ({"DeleteRequest": {"Key": key}} for key in keys))


def _erasure(item: StoredItem) -> dict[str, str]:
    """Return the person and the time up to which their data was deleted, if this is the profile of such a person."""
    if item["sk"]["S"] != "USER":
        return {}
    body = item.get("body", {}).get("M", {})
    times = [body[name]["S"] for name in ("deleted_at", "erase_until") if "S" in body.get(name, {})]
    return {item["pk"]["S"]: max(times)} if times else {}


def _owner(item: StoredItem) -> str:
    """Return the person whom an item of the register of payments names; empty for other items."""
    if not item["pk"]["S"].startswith(_REGISTER):
        return ""
    return str(item.get("body", {}).get("M", {}).get("person", {}).get("S", ""))


def _concerns(key: ItemKey, owner: str, people: frozenset[str] | set[str]) -> bool:
    partition, sort_key = key
    return partition.removesuffix(_LEDGER) in people or sort_key in people or owner in people


def _write(table: str, requests: Iterable[dict[str, Any]], sleep: Callable[[float], None] = time.sleep) -> None:
    dynamodb = boto3.client("dynamodb")
    for batch in batched(requests, _WRITES_AT_ONCE, strict=False):
        left: list[dict[str, Any]] = list(batch)
        for attempt in range(8):
            left = dynamodb.batch_write_item(RequestItems={table: left})["UnprocessedItems"].get(table, [])
            if not left:
                break
            sleep(0.1 * 2**attempt)
        else:
            raise Retryable("DynamoDB does not accept more writes now; run the same command again")


def parsed_time(text: str) -> datetime:
    """Return the time of a text such as 2026-11-28T12:00, in UTC unless it names another offset.

    Raises:
        Rejected: it is no time.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Rejected(f"{text} is no time; write it as 2026-11-28T12:00, in UTC") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
