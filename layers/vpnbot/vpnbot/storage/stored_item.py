"""Reading a partition: items as plain values. A PynamoDB model for each would double the time of every tap's read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from vpnbot.storage.table import query_pages, translated_errors

type RawItem = Mapping[str, Mapping[str, Any]]

_deserialize = TypeDeserializer().deserialize


@dataclass(frozen=True, slots=True)
class Stored:
    """One item as it was read. Its body holds plain values; numbers may be Decimals."""

    sk: str
    body: Mapping[str, Any]
    version: int
    due_shard: str | None
    due_at: str | None
    due_attempts: int
    taken: int = 0
    limit: int = 0
    facts: str | None = None

    @classmethod
    def of(cls, raw: RawItem) -> "Stored":
        """Take an item as DynamoDB answers it."""
        plain = {name: _deserialize(value) for name, value in raw.items()}
        return cls(
            sk=plain["sk"],
            body=plain.get("body") or {},
            version=int(plain.get("version") or 0),
            due_shard=plain.get("due_shard"),
            due_at=plain.get("due_at"),
            due_attempts=int(plain.get("due_attempts") or 0),
            taken=int(plain.get("taken") or 0),
            limit=int(plain.get("limit") or 0),
            facts=plain.get("facts"),
        )


def read_partition(partition: str) -> list[Stored]:
    """Return all items of a partition, strongly consistent.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    with translated_errors():
        pages: Iterable[Iterable[RawItem]] = query_pages(partition)
        return [Stored.of(raw) for page in pages for raw in page]
