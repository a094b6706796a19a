"""Attributes and fields that a later release has added to an item are kept when this release writes the item again.

Unknown attributes of an item and unknown fields of its body stay as they are. A value within the body, such as the
plan of a subscription, keeps its unknown fields as long as this release does not change the value; another plan does
not get the unknown fields of the plan before. The same holds for each value of a list, such as the lots of a
subscription, wherever in the list it is now, and for each value of a map under its name.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any, TypeGuard

from vpnbot.storage.conversions import converter, stored_names
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.table import Record
from vpnbot.storage.upcasters import upcasted

_KEYS = frozenset({"pk", "sk", "body", "schema"})
_DUE = frozenset({"due_shard", "due_at", "due_attempts", "due_claimed", "due_origin"})
_OWN_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "USER": _DUE | {"version", "audience", "audience_facts"},
    "SUB": _DUE,
    "ACCESS": _DUE | {"revision", "server_id", "client_name", "facts"},
    "OUT": _DUE,
    "RELAYIN": _DUE,
    "RELAYOUT": _DUE,
    "TOPIC": _DUE,
    "CHAT": _DUE | {"version"},
    "RATE": frozenset({"version"}),
    "WATCH": _DUE,
    "ORDER": _DUE,
    "REFUND": _DUE,
    "RECEIPT": _DUE,
    "STOP": _DUE,
    "METHOD": frozenset(),
    "REWARD": _DUE,
    "WINBACK": _DUE,
    "RECONCILE": _DUE,
    "UNMATCHED": _DUE | {"version", "expires_at"},
    "FETCH": frozenset(),
    "DEVICES": frozenset({"version"}),
    "FSM": frozenset({"version", "expires_at"}),
    "SERVER": frozenset({"version"}),
    "BREAKER": frozenset({"at", "version"}),
    "ROUND": _DUE,
    "PLAN": frozenset({"version"}),
    "BROADCAST": _DUE | {"version"},
    "PROGRESS": frozenset(),
    "DOWNTIME": _DUE | {"version", "at"},
    "SETTINGS": frozenset({"version"}),
    "GIFT": _DUE | {"version", "expires_at"},
    "CODE": frozenset({"version", "at"}),
    "LINK": frozenset({"version", "at"}),
}
"""The attributes beside the body that this release writes or removes. Any other attribute is unknown."""


def keep_unknown(record: Record, value: object, stored: Stored | None) -> Record:
    """Return the record of `value` with the unknown attributes and fields of the stored item that it replaces.

    Raises:
        UnreadableItem: this release cannot read that item, and so must not replace it.
    """
    if stored is not None:
        body = _unknown_fields(upcasted(stored.kind, stored.schema, stored.body), value)
        record.keep({**unknown_attributes(stored), "body": body})
    return record


def unknown_attributes(stored: Stored) -> Mapping[str, Any]:
    """Return the attributes of an item that this release neither writes nor removes."""
    own = _KEYS | _OWN_ATTRIBUTES[stored.kind]
    return {name: value for name, value in stored.attributes.items() if name not in own}


def _unknown_fields(stored: Mapping[str, Any], value: object) -> dict[str, Any]:
    """Return the unknown fields by name; for a value within, by its name or its number in the list that has it."""
    names = stored_names(type(value))
    unknown = {name: stored_value for name, stored_value in stored.items() if name not in names.values()}
    for field, name in names.items():
        part, stored_part = getattr(value, field), stored.get(name)
        within: dict[Any, Any] = {}
        if isinstance(part, tuple) and isinstance(stored_part, list):
            within = _unknown_in_list(stored_part, part)
        elif isinstance(part, Mapping) and isinstance(stored_part, Mapping):
            within = _unknown_in_map(stored_part, part)
        elif _same(stored_part, part):
            within = _unknown_fields(stored_part, part)
        if within:
            unknown[name] = within
    return unknown


def _unknown_in_list(stored: list[Any], values: tuple[object, ...]) -> dict[int, Any]:
    rest, unknown = list(stored), {}
    for number, value in enumerate(values):
        same = next((part for part in rest if _same(part, value)), None)
        if same is None:
            continue
        rest.remove(same)
        if within := _unknown_fields(same, value):
            unknown[number] = within
    return unknown


def _unknown_in_map(stored: Mapping[str, Any], values: Mapping[str, object]) -> dict[str, Any]:
    same = {name: stored[name] for name, value in values.items() if name in stored and _same(stored[name], value)}
    unknown = {name: _unknown_fields(part, values[name]) for name, part in same.items()}
    return {name: within for name, within in unknown.items() if within}


def _same(stored: object, value: object) -> TypeGuard[Mapping[str, Any]]:
    """Tell whether a value within an item was read from this part of the stored item."""
    return is_dataclass(value) and isinstance(stored, Mapping) and converter.structure(stored, type(value)) == value
