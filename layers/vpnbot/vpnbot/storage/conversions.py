"""How values become those of items and back: the conversions of the codec, and fields with an older name."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from vpnbot.domain.keys.access import Access
from vpnbot.domain.notifications import Notification
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Server
from vpnbot.storage.table import from_text, to_text


def _text(value: object, kind: type[str]) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return kind(value)  # an enumeration raises ValueError for a value that this release does not know


def _flag(value: object, _: type[bool]) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not a flag")
    return value


def _whole(value: object, _: type[int]) -> int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value):
        raise TypeError("not a whole number")
    return int(value)


converter = Converter(omit_if_default=True)
# By their class: cattrs asks its own hooks for these classes, which convert any value, before it asks a predicate.
converter.register_structure_hook(str, _text)
converter.register_structure_hook(bool, _flag)
converter.register_structure_hook(int, _whole)
converter.register_unstructure_hook(StrEnum, str)
converter.register_unstructure_hook(str, str)  # a value of an enumeration is a text too, where a text is declared
converter.register_unstructure_hook(datetime, to_text)
converter.register_structure_hook(datetime, lambda text, _: from_text(text))
converter.register_unstructure_hook(timedelta, lambda duration: int(duration.total_seconds()))
converter.register_structure_hook(timedelta, lambda seconds, _: timedelta(seconds=int(seconds)))

CAPACITY_SHARD = "room"
"""The stored name of an access's capacity shard."""

_STORED_NAMES: Mapping[type, Mapping[str, str]] = {
    Access: {"capacity_shard": CAPACITY_SHARD},
    Breaker: {"detail": "error"},
    Notification: {"kind": "topic"},
    ReconciliationRun: {"orphans": "strays"},
    Server: {"state": "duty"},
}
"""Fields with an older name in the table. To rename a stored field needs a new version, see `upcasters.py`."""

for _kind, _names in _STORED_NAMES.items():
    _overrides = {field: override(rename=stored) for field, stored in _names.items()}
    _write: Any = make_dict_unstructure_fn(_kind, converter, _cattrs_omit_if_default=True, **_overrides)  # type: ignore[arg-type]  # overrides only
    converter.register_unstructure_hook(_kind, _write)
    converter.register_structure_hook(_kind, make_dict_structure_fn(_kind, converter, **_overrides))  # type: ignore[arg-type]  # overrides only


def stored_names(kind: type) -> Mapping[str, str]:
    """Return the names of the fields of a class, each with its name in the table."""
    renamed = _STORED_NAMES.get(kind, {})
    return {field.name: renamed.get(field.name, field.name) for field in fields(kind)}
