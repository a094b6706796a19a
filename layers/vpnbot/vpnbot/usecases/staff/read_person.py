"""What the staff read about a person besides the partition: the money, and the ledger. All of it bounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.people.person import Person
from vpnbot.usecases.ports import People

MOST_ORDERS = 50
"""The most closed orders that are added up."""


@dataclass(frozen=True, slots=True)
class MoneyOf:
    """What a person has paid and not got back. `more`: there are older orders, which are not counted."""

    payments: int = 0
    sums: tuple[Money, ...] = ()
    last: datetime | None = None
    more: bool = False


def orders_of(person: Person, people: People, *, before: str = "", limit: int = MOST_ORDERS) -> Sequence[Order]:
    """Return orders of a person, the newest first: those that are open, then the closed ones."""
    open_orders = [] if before else sorted(person.orders, key=lambda order: order.id, reverse=True)
    known = {order.id for order in open_orders}
    closed = people.orders(person.id, before=before, limit=limit)
    return [*open_orders, *(order for order in closed if order.id not in known)]


def money_of(person: Person, people: People) -> MoneyOf:
    """Add up the payments of the last orders.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    orders = orders_of(person, people)
    paid = [payment for order in orders for payment in order.payments if payment.here and not payment.test]
    sums: dict[str, int] = {}
    for payment in paid:
        sums[payment.money.currency] = sums.get(payment.money.currency, 0) + payment.left.amount_minor
    return MoneyOf(
        payments=len(paid),
        sums=tuple(Money(minor, currency) for currency, minor in sorted(sums.items())),
        last=max((payment.paid_at for payment in paid if payment.paid_at is not None), default=None),
        more=len(orders) >= MOST_ORDERS,
    )


def ledger_page(
    person: Person, people: People, *, number: int, size: int
) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """Return a page of the ledger, the newest entry first, and whether there are older ones."""
    begin = number * size
    rows = people.last_decisions(person.id, limit=begin + size + 1)
    return rows[begin : begin + size], len(rows) > begin + size
