"""A payment in Stars of which an update has told must be in Telegram's list a day later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.offers import offer_of
from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import alerts, stored
from tests.functional.usecases.purchases import MONTH
from vpnbot.domain.money import STARS, Money
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.orders.reports import PaymentReport, ReportedState, Source
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.usecases.payments.apply_payment import apply_in
from vpnbot.usecases.payments.place_order import OrderRequest, place_order

PRICE = Money(199, STARS)


@pytest.fixture
def order(shop: Shop) -> Order:
    """An order in Stars."""
    shop.arrives()
    request = OrderRequest(replace(offer_of(MONTH), price=PRICE), "stars", "en")
    return place_order(shop.open(), shop.payments, shop.context, update(), request).order


def is_paid(shop: Shop, order: Order, *, genuine: bool, source: Source = Source.UPDATE) -> None:
    """Let an update tell of a payment; a forged one is not in Telegram's list."""
    report = PaymentReport(
        "stars",
        "1",
        "charge-1",
        ReportedState.SUCCEEDED,
        PRICE,
        order=order.id,
        person=order.person,
        payer=42,
        paid_at=shop.clock(),
    )
    if genuine:
        shop.providers.get("stars").payments["charge-1"] = report
    session = shop.open()
    apply_in(session, report, order.id, source, shop.payments, shop.context)


@pytest.mark.parametrize("genuine", [True, False])
def test_operators_read_of_a_payment_that_telegram_does_not_have(shop: Shop, order: Order, *, genuine: bool) -> None:
    is_paid(shop, order, genuine=genuine)
    shop.until(shop.clock.now + timedelta(hours=23))
    assert (stored(shop, order.id).status, alerts(shop)) == (OrderStatus.PAID, [])
    assert shop.look().served
    shop.days(3)
    assert [kind for kind, _ in alerts(shop)] == ([] if genuine else [AlertKind.CONTRADICTION])
    after = stored(shop, order.id)
    assert (after.status, after.archived, after.payments[0].confirmed) == (OrderStatus.PAID, True, True)


def test_a_payment_from_the_list_needs_no_second_look(shop: Shop, order: Order) -> None:
    is_paid(shop, order, genuine=True, source=Source.RECONCILIATION)
    assert stored(shop, order.id).archived


def test_telegram_is_asked_again_if_it_does_not_answer(shop: Shop, order: Order) -> None:
    is_paid(shop, order, genuine=False)
    shop.faults.at("stars.find", *(ProviderUnavailable("down") for _ in range(3)))
    shop.days(3)
    assert [kind for kind, _ in alerts(shop)] == [AlertKind.CONTRADICTION]
    assert stored(shop, order.id).archived
