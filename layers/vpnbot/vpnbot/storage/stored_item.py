"""Items as plain values. To read them as PynamoDB models would take twice the time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vpnbot.storage.attribute_values import from_attribute
from vpnbot.storage.table import get_raw, query_pages, translated_errors

type RawItem = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Stored:
    """One item as it was read, with all its attributes, unknown ones included.

    Values are plain; numbers are Decimals. The properties raise TypeError or ValueError where an attribute is of
    another type than this version writes.
    """

    sk: str
    attributes: Mapping[str, Any]

    @classmethod
    def of(cls, raw: RawItem) -> "Stored":
        """Convert an item from DynamoDB's typed attribute values."""
        plain = {name: from_attribute(value) for name, value in raw.items()}
        return cls(plain["sk"], plain)

    @property
    def kind(self) -> str:
        """The kind of the item: the first part of its sort key."""
        return self.sk.partition("#")[0]

    @property
    def body(self) -> Mapping[str, Any]:
        """The domain object, as a map."""
        return self.attributes.get("body") or {}

    @property
    def schema(self) -> int:
        """The schema version with which it was written."""
        return int(self.attributes.get("schema", 1))

    @property
    def version(self) -> int:
        """The number of its changes; 0 for kinds that do not count them."""
        return int(self.attributes.get("version") or 0)

    @property
    def due_shard(self) -> str | None:
        """The shard of the due index; None if the item is not due."""
        return self.attributes.get("due_shard")

    @property
    def due_at(self) -> str | None:
        """When it is due, as text; None if it is not due."""
        return self.attributes.get("due_at")

    @property
    def due_attempts(self) -> int:
        """The number of attempts counted so far."""
        return int(self.attributes.get("due_attempts") or 0)

    @property
    def due_origin(self) -> str | None:
        """The correlation id of what made it due; None if it is not due, or an earlier release wrote it."""
        return self.attributes.get("due_origin")

    @property
    def taken(self) -> int:
        """How many keys a capacity shard holds."""
        return int(self.attributes.get("taken") or 0)

    @property
    def limit(self) -> int:
        """How many keys a capacity shard may hold."""
        return int(self.attributes.get("limit") or 0)

    @property
    def facts(self) -> str | None:
        """The facts about an access in the index by server; None for other items."""
        return self.attributes.get("facts")


def read_partition(partition: str, between: tuple[str, str] | None = None) -> list[Stored]:
    """Return all items of a partition, or those with sort keys between two, both included; strongly consistent.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    with translated_errors():
        pages: Iterable[Iterable[RawItem]] = query_pages(partition, between)
        return [Stored.of(raw) for page in pages for raw in page]


def read_item(partition: str, sort_key: str) -> Stored | None:
    """Return one item, strongly consistent; None when there is none.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    with translated_errors():
        raw = get_raw(partition, sort_key)
    return Stored.of(raw) if raw else None
