"""What a decision changes outside the person's own items, as data.

The storage carries out each effect as one action of the transaction that commits the decision: all of it happens, or
nothing. An effect names its item by partition and sort key, so that a new kind of item needs no new code in storage.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

type ItemKey = tuple[str, str]
"""The partition and the sort key of an item."""


@dataclass(frozen=True, slots=True)
class Put:
    """Write an item, over whatever was stored there.

    `body` holds plain values: text, whole numbers, booleans, lists and maps of these. An item with `at` is listed in
    its partition's index by time.
    """

    partition: str
    key: str
    body: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutIfAbsent:
    """Write an item that must not exist yet; if it does, the commit raises ItemExists. Fields as in `Put`."""

    partition: str
    key: str
    body: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item; one that does not exist is removed already."""

    partition: str
    key: str


@dataclass(frozen=True, slots=True)
class MoveCounter:
    """Move an item's `taken` by this much; its stored `limit` bounds a rise if `bounded`, and never a fall.

    A counter that is full or does not exist cannot rise: the commit raises CapacityExhausted. Without `bounded` a
    full one rises over its limit. One commit raises a counter by one at most, because a condition of DynamoDB cannot
    add.
    """

    partition: str
    key: str
    by: int
    bounded: bool = True


type Effect = Put | PutIfAbsent | Delete | MoveCounter


def combined(effects: Iterable[Effect], written: Collection[ItemKey] = ()) -> tuple[Effect, ...]:
    """Return at most one effect for each item, as a transaction requires it.

    Moves of the same counter are added up, and bounded if one of the rises is; what adds up to zero is left out.
    `written` names the items that the same transaction writes in any case.

    Raises:
        ValueError: a bug: two actions on one item, or a counter that is to rise by more than one.
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
    return tuple(effect for effect in of_item.values() if not _moves_nothing(effect))


def _added(first: MoveCounter, second: MoveCounter) -> MoveCounter:
    bounded = any(move.bounded for move in (first, second) if move.by > 0)
    return replace(first, by=first.by + second.by, bounded=bounded)


def _moves_nothing(effect: Effect) -> bool:
    if not isinstance(effect, MoveCounter):
        return False
    if effect.by > 1:
        raise ValueError(f"one transaction cannot raise a counter by {effect.by}: {effect}")
    return effect.by == 0
