"""The version of each kind of stored item, and how the body of an older version becomes one of this version.

The version is the attribute `schema` of the item; an item without it is of version 1. What a version changed is
written down here and nowhere else; when a version has to be raised, and when not: docs/storage.md.
"""

from collections.abc import Callable, Mapping
from typing import Any

from vpnbot.errors import UnreadableItem

type Body = Mapping[str, Any]
type Upcaster = Callable[[Body], Body]

UPCASTERS: Mapping[str, tuple[Upcaster, ...]] = {}
"""By kind, which is the first part of the sort key. The first function makes version 2 of version 1, and so on."""


def upcasted(kind: str, version: int, body: Body) -> Body:
    """Return the body as this release writes it.

    Raises:
        UnreadableItem: a later release has written it.
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
    """Return the version as it is stored: version 1 is not."""
    version = current_version(kind)
    return version if version > 1 else None
