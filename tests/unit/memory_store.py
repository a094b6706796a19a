"""A key-value store in memory, for demo panels."""

from collections.abc import Mapping
from typing import Any


class MemoryStore:
    """Satisfies `vpnbot.panels.demo.KeyValueStore`; `items` are its contents by partition and key."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Mapping[str, Any]] = {}

    def get(self, partition: str, key: str) -> Mapping[str, Any] | None:
        return self.items.get((partition, key))

    def list(self, partition: str, prefix: str) -> Mapping[str, Mapping[str, Any]]:
        return {
            key: body for (at, key), body in sorted(self.items.items()) if at == partition and key.startswith(prefix)
        }

    def put(self, partition: str, key: str, body: Mapping[str, Any]) -> None:
        self.items[partition, key] = dict(body)

    def remove(self, partition: str, key: str) -> None:
        self.items.pop((partition, key), None)
