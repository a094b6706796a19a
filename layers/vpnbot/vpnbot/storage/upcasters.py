"""The schema version of each kind of stored item, and the conversion of older versions.

The version is the attribute `schema` of the item; an item without it is of version 1. docs/storage.md says when a
version has to be increased, and when not.
"""

from collections.abc import Callable, Mapping
from typing import Any

from vpnbot.errors import UnreadableItem

type Body = Mapping[str, Any]
type Upcaster = Callable[[Body], Body]

UPCASTERS: Mapping[str, tuple[Upcaster, ...]] = {}
"""By kind, the first part of the sort key. The first function converts version 1 to version 2, and so on."""


def upcasted(kind: str, version: int, body: Body) -> Body:
    """Return the body converted to the version that this release writes.

    Raises:
        UnreadableItem: the item is of a later version.
    """
    if not 1 <= version <= current_version(kind):
        raise UnreadableItem(f"{kind} is of schema version {version}, known up to {current_version(kind)}")
    for upcaster in UPCASTERS.get(kind, ())[version - 1 :]:
        body = upcaster(body)
    return body


def current_version(kind: str) -> int:
    """Return the version that this release writes."""
    return len(UPCASTERS.get(kind, ())) + 1


def schema_attribute(kind: str) -> int | None:
    """Return the version for the attribute `schema`; None for version 1, which is not stored."""
    version = current_version(kind)
    return version if version > 1 else None
