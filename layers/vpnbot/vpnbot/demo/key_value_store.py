"""A key-value store in the table, for adapters that store a state of their own."""

from collections.abc import Mapping
from typing import Any

from pynamodb.exceptions import DoesNotExist

from vpnbot.storage.table import Record, translated_errors


class KeyValueStore:
    """Items by partition and key. Every call may raise StorageUnavailable."""

    def get(self, partition: str, key: str) -> Mapping[str, Any] | None:
        """Return an item's body; None when there is none."""
        try:
            with translated_errors():
                return Record.get(partition, key, consistent_read=True).plain()
        except DoesNotExist:
            return None

    def list(self, partition: str, prefix: str) -> Mapping[str, Mapping[str, Any]]:
        """Return the bodies of a partition's items whose keys begin with `prefix`, by key, in order of the keys."""
        with translated_errors():
            found = Record.query(partition, Record.sk.startswith(prefix), consistent_read=True)
            return {record.sk: record.plain() for record in found}

    def put(self, partition: str, key: str, body: Mapping[str, Any]) -> None:
        """Store an item."""
        with translated_errors():
            Record(partition, key, body=dict(body)).save()

    def remove(self, partition: str, key: str) -> None:
        """Delete an item; no error if it does not exist."""
        with translated_errors():
            Record(partition, key).delete()
