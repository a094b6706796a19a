"""The rows by which the staff find people: by names, and by numbers of orders. Commits write them.

A row is a proposal, like every index: the person's own profile decides. It holds no more than its keys.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from vpnbot.domain.effects import Delete, Effect, Put
from vpnbot.domain.orders.order_id import shown_number
from vpnbot.domain.people.person import Person

ORDERS_FOUND_FOR = timedelta(days=400)
"""How long an order is found by its number."""


def name_partition(username: str) -> str:
    """Return the partition of the people who were last seen with a username; the sort keys are their ids."""
    return f"NAME#{username.lower()}"


def number_partition(number: str) -> str:
    """Return the partition of the orders with a number that people read; the sort keys are their ids."""
    return f"ORDERNUMBER#{number}"


def found_by_moves(before: Person, after: Person, now: datetime) -> Iterator[Effect]:
    """Yield the changes of the rows when a person changes. The row of an order stays with the order."""
    had, has = before.user.username.lower(), after.user.username.lower()
    if had and had != has:
        yield Delete(name_partition(had), before.id)
    if has and had != has:
        yield Put(name_partition(has), after.id, at=now)
    known = {order.id for order in before.orders}
    for order in after.orders:
        if order.id not in known:
            body = {"person": str(after.id)}
            yield Put(number_partition(shown_number(order.id)), order.id, body, expires_at=now + ORDERS_FOUND_FOR)
