"""One bad entry in the list of a provider does not keep the money of others from arriving."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from tests.fakes.provider import FakeProvider
from tests.fakes.shop import Shop
from tests.functional.usecases.ordering import card, places, stored
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.provider_errors import ProviderRejected, UnknownPayment
from vpnbot.errors import InvalidCall
from vpnbot.usecases.ports.payments import Page


def make_due(shop: Shop) -> None:
    """Make the reconciliation due."""
    shop.payments.reconciliations.make_due("card", shop.clock())


@pytest.mark.parametrize("poison", [InvalidCall("too large"), UnknownPayment("gone"), ValueError("a bug")])
def test_a_payment_that_cannot_be_applied_does_not_block_the_next(shop: Shop, poison: Exception) -> None:
    shop.arrives(1)
    shop.arrives(2)
    bad, good = places(shop, user_id=1), places(shop, user_id=2)
    for order in (bad, good):
        card(shop).pays(order.payments[0].id)
    spoiled = card(shop).payments[bad.payments[0].id]
    card(shop).payments[spoiled.payment_id] = replace(spoiled, refunded=Money(1, "RUB"))
    shop.faults.at("card.find_refunds", *[poison] * 50)
    make_due(shop)
    shop.minute()
    assert stored(shop, good.id, 2).status is OrderStatus.PAID


def test_an_entry_that_cannot_be_read_is_reported_and_the_others_are_applied(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.arrives()
    order = places(shop)
    card(shop).pays(order.payments[0].id)
    payments = tuple(card(shop).payments.values())
    monkeypatch.setattr(card(shop), "since", lambda begin, cursor: Page(payments, unreadable=["no amount"]))
    make_due(shop)
    shop.minute()
    assert stored(shop, order.id).status is OrderStatus.PAID
    assert shop.meter.failed_work == [("RECONCILE", "ProviderUnavailable")]


@dataclass
class Lists(FakeProvider):
    """A provider whose list has two pages, and that has forgotten the cursor of the second page of the first run."""

    runs: int = 0

    def since(self, begin: datetime, cursor: str | None = None) -> Page:
        """Return nothing in the first page, and everything in the second."""
        if cursor is None:
            self.runs += 1
            return Page(following=str(self.runs))
        if cursor == "1":
            raise ProviderRejected("invalid_request", "the cursor is unknown")
        return super().since(begin)


def test_a_cursor_that_the_provider_has_forgotten_begins_the_run_again(shop: Shop) -> None:
    provider = Lists(shop.clock, shop.faults)
    shop.providers.known["card"] = provider
    shop.arrives()
    shop.clock.advance(timedelta(days=3))  # nothing else looks at the order any more when it is paid
    order = places(shop)
    provider.pays(order.payments[0].id)
    shop.faults.at("card.look", *[InvalidCall("not now")] * 50)
    make_due(shop)
    shop.settles(minutes=30)
    assert stored(shop, order.id).status is OrderStatus.PAID
