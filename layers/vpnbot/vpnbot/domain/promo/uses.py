"""The uses of a code: one item for each use of a person, and counters that hold the limit of all uses together.

The limit is dealt to several counters, because one item takes few writes a second. A use raises one of them, and puts
the item of the person, in the transaction that gives what the code gives: so there are never more uses than allowed,
and none is counted that has given nothing. Both stay when the person is deleted: ids of people are keyed hashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from vpnbot.domain.effects import Effect, MoveCounter, PutIfAbsent
from vpnbot.domain.promo.code import PromoCode

COUNTERS = 8
_WITHOUT_LIMIT = 10**12
COUNTER_PREFIX = "ROOM#"
USE_PREFIX = "USE#"
_ONE_TIME_PREFIX = "ONE#"


USE_ENTRY = "promo code "
"""The beginning of the text of the ledger entry of a use; the code follows."""


def use_entry(code: PromoCode) -> str:
    """Return the text of the ledger entry of a use."""
    return f"{USE_ENTRY}{code.id}"


def uses_partition(code_id: str) -> str:
    """Return the partition of the uses of a code."""
    return f"PROMO#{code_id}"


def counter_limits(code: PromoCode) -> Mapping[str, int]:
    """Return the sort keys of the counters of a code, each with its limit; together they are the total."""
    if code.total is None:
        return {f"{COUNTER_PREFIX}{number}": _WITHOUT_LIMIT for number in range(COUNTERS)}
    counters = min(COUNTERS, code.total)
    whole, rest = divmod(code.total, counters)
    return {f"{COUNTER_PREFIX}{number}": whole + (number < rest) for number in range(counters)}


def first_counter(code: PromoCode, seed: str) -> str:
    """Return the counter that is tried first; `seed` is random."""
    return _chosen(list(counter_limits(code)), seed)


def free_counter(code: PromoCode, taken: Mapping[str, int], seed: str) -> str | None:
    """Return a counter that has not reached its limit, given how far each is; None: the code is used up."""
    free = [key for key, limit in counter_limits(code).items() if taken.get(key, 0) < limit]
    return _chosen(free, seed) if free else None


@dataclass(frozen=True, slots=True)
class Use:
    """One use: the `number` among the person's own, the counter that it raises, and for a one-time code which one."""

    person: str
    number: int
    counter: str
    one_time: int | None = None


def use_effects(code: PromoCode, use: Use, now: datetime) -> tuple[Effect, ...]:
    """Return what makes a use: the commit raises ItemExists if the person has used it `number` times before.

    It also raises ItemExists, with a key for which `of_one_time_code` is true, if another person has used this
    one-time code before, and CapacityExhausted if the counter is at its limit.
    """
    partition = uses_partition(code.id)
    once = () if use.one_time is None else (PutIfAbsent(partition, f"{_ONE_TIME_PREFIX}{use.one_time}", at=now),)
    return (
        PutIfAbsent(partition, f"{USE_PREFIX}{use.person}#{use.number}", at=now),
        *once,
        MoveCounter(partition, use.counter, 1, limit=counter_limits(code)[use.counter]),
    )


def of_one_time_code(key: str) -> bool:
    """Tell whether the item with this sort key says that a one-time code was used."""
    return key.startswith(_ONE_TIME_PREFIX)


def _chosen(keys: list[str], seed: str) -> str:
    return keys[crc32(seed.encode()) % len(keys)]
