"""Who waits for a payment provider that did not answer: rows that find these people, written with their orders."""

from collections.abc import Iterable, Iterator

from vpnbot.domain.effects import Delete, Effect, Put
from vpnbot.domain.orders.order import Order


def provider_waiters(provider: str) -> str:
    """Return the partition of the people who wait for a provider; the sort keys are their ids."""
    return f"WAIT#provider-{provider}"


def waits_for_provider(order: Order) -> bool:
    """Tell whether the person of an order is notified when its provider works again."""
    return order.open and order.waits_since is not None


def provider_waiter_moves(person_id: str, before: Iterable[Order], after: Iterable[Order]) -> Iterator[Effect]:
    """Yield the changes of the rows that find a person, when the person's orders change."""
    had, has = _providers(before), _providers(after)
    for provider in sorted(has - had):
        yield Put(provider_waiters(provider), person_id)
    for provider in sorted(had - has):
        yield Delete(provider_waiters(provider), person_id)


def _providers(orders: Iterable[Order]) -> frozenset[str]:
    return frozenset(order.provider for order in orders if waits_for_provider(order))
