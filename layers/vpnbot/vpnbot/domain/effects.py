"""What a decision changes outside the person's own items, as data.

The storage executes each effect as one action of the transaction that commits the decision: either everything is
written, or nothing. An effect names its item by partition and sort key, so that a new kind of item needs no new code
in the storage.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol

from vpnbot.domain.scheduling import Due, Urgency

type ItemKey = tuple[str, str]
"""The partition and the sort key of an item."""


@dataclass(frozen=True, slots=True)
class Put:
    """Write an item; it replaces an item that exists.

    `body` holds plain values: text, whole numbers, booleans, lists and maps of these. An item with `at` is listed in
    its partition's index by time, one with `due` in the due index. DynamoDB deletes it some time after `expires_at`.
    """

    partition: str
    key: str
    body: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    due: Due | None = None
    urgency: Urgency = Urgency.NORMAL
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutIfAbsent:
    """Write an item that must not exist yet; if it does, the commit raises ItemExists. Fields as in `Put`."""

    partition: str
    key: str
    body: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    due: Due | None = None
    urgency: Urgency = Urgency.NORMAL
    expires_at: datetime | None = None


class Counted(Protocol):
    """A dataclass that counts its changes, and may be due."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def version(self) -> int: ...

    @property
    def due(self) -> Due | None: ...


@dataclass(frozen=True, slots=True)
class Replace:
    """Write a shared item that several people change, if it is as it was read; else raise ReplacedMeanwhile.

    `value` is the item as it is to be, with the version that was read, which the write raises by one; 0: it must not
    exist yet. A decision that has this effect reads the item each time it is asked to choose.
    """

    partition: str
    key: str
    value: Counted
    urgency: Urgency = Urgency.NORMAL
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item; no error if it does not exist."""

    partition: str
    key: str


@dataclass(frozen=True, slots=True)
class MoveCounter:
    """Change the counter `taken` of an item by `by`; with `bounded`, an increase must not exceed the stored `limit`.

    If the counter is at its limit or does not exist, an increase fails: the commit raises CapacityExhausted. Without
    `bounded`, a counter may exceed its limit. With `limit`, this is the limit, and a counter that does not exist is
    at 0. DynamoDB deletes the counter some time after `expires_at`. A decrease always succeeds. One commit increases
    a counter by one at most, because a DynamoDB condition cannot compute a sum.
    """

    partition: str
    key: str
    by: int
    bounded: bool = True
    limit: int | None = None
    expires_at: datetime | None = None


type Effect = Put | PutIfAbsent | Replace | Delete | MoveCounter


def combined(effects: Iterable[Effect], written: Collection[ItemKey] = ()) -> tuple[Effect, ...]:
    """Return at most one effect for each item, as a transaction requires it.

    Changes of the same counter are added up; the sum is bounded if one of the increases is, and left out if it is
    zero. `written` are the keys of the items that the same transaction writes anyway.

    Raises:
        ValueError: a bug: two actions on one item, or an increase of a counter by more than one.
    """
    of_item: dict[ItemKey, Effect] = {}
    for effect in effects:
        item = (effect.partition, effect.key)
        earlier = of_item.get(item)
        if isinstance(earlier, MoveCounter) and isinstance(effect, MoveCounter):
            of_item[item] = _added(earlier, effect)
        elif earlier is None and item not in written:
            of_item[item] = effect
        else:
            raise ValueError(f"one transaction cannot act twice on the item {item}")
    return tuple(effect for effect in of_item.values() if not _is_zero_move(effect))


def _added(first: MoveCounter, second: MoveCounter) -> MoveCounter:
    bounded = any(move.bounded for move in (first, second) if move.by > 0)
    return replace(first, by=first.by + second.by, bounded=bounded)


def _is_zero_move(effect: Effect) -> bool:
    if not isinstance(effect, MoveCounter):
        return False
    if effect.by > 1:
        raise ValueError(f"one transaction cannot raise a counter by {effect.by}: {effect}")
    return effect.by == 0
