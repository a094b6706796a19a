"""The uses of a code: one item for each use of a person, and counters that hold the limit of all uses together.

The limit is dealt to several counters, because one item takes few writes a second. A use raises one of them, and puts
the item of the person, in the transaction that gives what the code gives: so there are never more uses than allowed,
and none is counted that has given nothing. Both stay when the person is deleted: ids of people are keyed hashes.

A discount is given by the transaction that places the order. If no order of the discount is paid, its use is given
back in the transaction that closes the last of them (`given_back`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zlib import crc32

from vpnbot.domain.dealt_limit import COUNTER_PREFIX, COUNTERS, dealt, free_counter_of
from vpnbot.domain.effects import Delete, Effect, MoveCounter, PutIfAbsent
from vpnbot.domain.money import Money
from vpnbot.domain.orders.discount import ReservedUse, promo_of
from vpnbot.domain.people.person import Person
from vpnbot.domain.promo.code import PromoCode

_WITHOUT_LIMIT = 10**12
REVENUE_PREFIX = "SALE#"
"""The rows of the money that came with a code, and of what was sent back of it."""
ORDER_PREFIX = "ORDER#"
USE_PREFIX = "USE#"
_ONE_TIME_PREFIX = "ONE#"

USE_ENTRY, DISCOUNT_ENTRY = "promo code ", "discount code "
"""The beginnings of the texts of the ledger entries of a use, and of a discount that is kept; the code follows."""


def use_entry(code: PromoCode) -> str:
    """Return the text of the ledger entry of a use."""
    return f"{USE_ENTRY}{code.id}"


def discount_entry(code: PromoCode) -> str:
    """Return the text of the ledger entry of a code whose discount is kept for the next order."""
    return f"{DISCOUNT_ENTRY}{code.id}"


def uses_partition(code_id: str) -> str:
    """Return the partition of the uses of a code."""
    return f"PROMO#{code_id}"


def counter_limits(code: PromoCode) -> Mapping[str, int]:
    """Return the sort keys of the counters of a code, each with its limit; together they are the total."""
    if code.total is None:
        return {f"{COUNTER_PREFIX}{number}": _WITHOUT_LIMIT for number in range(COUNTERS)}
    return dealt(code.total)


def first_counter(code: PromoCode, seed: str) -> str:
    """Return the counter that is tried first; `seed` is random."""
    return _chosen(list(counter_limits(code)), seed)


def free_counter(code: PromoCode, taken: Mapping[str, int], seed: str) -> str | None:
    """Return a counter that has not reached its limit, given how far each is; None: the code is used up."""
    return free_counter_of(counter_limits(code), taken, seed)


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
    once = () if use.one_time is None else (PutIfAbsent(partition, one_time_key(use.one_time), at=now),)
    return (
        PutIfAbsent(partition, use_key(use.person, use.number), at=now),
        *once,
        MoveCounter(partition, use.counter, 1, limit=counter_limits(code)[use.counter]),
    )


def given_back(person: Person) -> tuple[Person, tuple[Effect, ...]]:
    """Return the person without the uses of discounts that no order keeps, and what gives these uses back.

    An order keeps a use while it can be paid (`Order.keeps_use`). While an order of the person cannot be read, all
    uses stay.
    """
    if any(key.startswith(ORDER_PREFIX) for key in person.unreadable):
        return person, ()
    kept = {order.offer.discount for order in person.orders if order.keeps_use}
    free = tuple(use for use in person.user.reserved if use.source not in kept)
    effects = tuple(effect for use in free for effect in _giving_back(person.id, use))
    return replace(person, user=person.user.without_uses(*free)), effects


def _giving_back(person_id: str, use: ReservedUse) -> Iterator[Effect]:
    code = promo_of(use.source)
    if code is None:
        return
    partition, one_time = uses_partition(code[0]), code[1]
    yield Delete(partition, use_key(person_id, use.number))
    if one_time is not None:
        yield Delete(partition, one_time_key(one_time))
    yield MoveCounter(partition, use.counter, -1)


def use_key(person_id: str, number: int) -> str:
    """Return the sort key of a use of a person."""
    return f"{USE_PREFIX}{person_id}#{number}"


def one_time_key(number: int) -> str:
    """Return the sort key of the use of a one-time code."""
    return f"{_ONE_TIME_PREFIX}{number}"


def is_use(key: str) -> bool:
    """Tell whether the item with this sort key is a use of a person."""
    return key.startswith(USE_PREFIX)


def of_one_time_code(key: str) -> bool:
    """Tell whether the item with this sort key says that a one-time code was used."""
    return key.startswith(_ONE_TIME_PREFIX)


def _chosen(keys: list[str], seed: str) -> str:
    return keys[crc32(seed.encode()) % len(keys)]


def revenue_of(rows: Iterable[Mapping[str, object]]) -> tuple[Money, ...]:
    """Return the sums of the rows of revenue, one for each currency."""
    sums: dict[str, int] = {}
    for row in rows:
        currency = str(row["currency"])
        sums[currency] = sums.get(currency, 0) + int(str(row["minor"]))
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))
