"""What a deletion and an export do with orders, payments, refunds and saved methods."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop
from tests.functional.usecases.ordering import (
    CONTACT,
    PAYMENTS,
    PRICE,
    applies,
    asks_back,
    card,
    deletes,
    paid_report,
    places,
    stored,
)
from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.payments.money_events import PaymentColumn
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.usecases.people.export_data import export_data


class TestDeletion:
    """Records of payments stay without the address for receipts; saved methods are deleted."""

    def test_an_open_order_is_cancelled_and_loses_its_contact_at_once(self, shop: Shop) -> None:
        shop.arrives()
        order = places(shop)
        assert order.contact == CONTACT
        deletes(shop)
        after = stored(shop, order.id)
        assert (after.status, after.contact, after.due is not None) == (OrderStatus.CANCELLED, None, True)
        shop.days(6)
        assert stored(shop, order.id).archived
        assert shop.sender.said == []

    @pytest.mark.parametrize("column", PAYMENTS)
    def test_closed_orders_lose_their_contact_with_the_history(self, shop: Shop, column: PaymentColumn) -> None:
        shop.arrives()
        order = PAYMENTS[column](shop)
        deletes(shop)
        shop.settles(minutes=60)
        after = stored(shop, order.id)
        assert after.contact is None
        assert len(after.payments) == 1

    def test_an_order_placed_after_the_return_keeps_its_contact(self, shop: Shop) -> None:
        shop.arrives()
        deletes(shop)
        shop.clock.advance(timedelta(minutes=1))
        shop.arrives()
        order = places(shop)
        card(shop).pays(order.payments[0].id)
        applies(shop, card(shop).payments[order.payments[0].id])
        shop.settles(minutes=60)
        assert stored(shop, order.id).contact == CONTACT

    def test_a_refund_goes_on_and_the_same_payment_counts_once(self, shop: Shop) -> None:
        shop.arrives()
        order = PAYMENTS[PaymentColumn.CREDITED](shop)
        payment_id = order.payments[0].id
        asks_back(shop, stored(shop, order.id), stored(shop, order.id).payments[0])
        deletes(shop)
        shop.settles(minutes=60)
        assert stored(shop, order.id).status is OrderStatus.REFUNDED
        assert shop.look().refunds == ()
        assert applies(shop, card(shop).payments[payment_id]).outcome is Outcome.DONE
        assert len(card(shop).refunds) == 1

    def test_saved_methods_are_deleted(self, shop: Shop) -> None:
        shop.arrives()
        session = shop.open()
        method = PaymentMethod("card", "shop-1", "secret-id", "Visa •• 4477", shop.clock(), "01ORDER")
        session.commit(replace(session.person, methods=(method,)))
        deletes(shop)
        assert shop.look().methods == ()

    def test_a_payment_that_arrives_before_the_return_is_sent_back(self, shop: Shop) -> None:
        shop.arrives()
        order = places(shop)
        deletes(shop)
        report = paid_report(shop, order.id)
        assert applies(shop, report).outcome is Outcome.BACK
        shop.settles(minutes=10)
        payment = stored(shop, order.id).payment(report.payment_id)
        assert payment is not None
        assert payment.state is PaymentState.RETURNED


class TestExport:
    """The document has everything about money, without what a saved method can be charged with."""

    def test_it_has_orders_payments_and_refunds(self, shop: Shop) -> None:
        shop.arrives()
        held = PAYMENTS[PaymentColumn.HELD](shop)
        paid = PAYMENTS[PaymentColumn.CREDITED](shop)
        asks_back(shop, stored(shop, held.id), stored(shop, held.id).payments[0])
        session = shop.open()
        method = PaymentMethod("card", "shop-1", "secret-id", "Visa •• 4477", shop.clock(), paid.id)
        session.commit(replace(session.person, methods=(method,)))
        text = export_data(shop.open(), shop.people, shop.context).decode()
        document = json.loads(text)
        orders = {order["number"]: order for order in document["orders"]}
        assert set(orders) == {held.id, paid.id}
        assert orders[paid.id]["receipt_contact"] == CONTACT
        assert orders[paid.id]["price"] == f"{PRICE.text} RUB"
        assert orders[paid.id]["payments"][0]["state"] == "credited"
        assert document["refunds_on_their_way"][0]["order"] == held.id
        assert document["saved_payment_methods"][0]["title"] == "Visa •• 4477"
        assert "secret-id" not in text

    def test_it_has_more_orders_than_one_page(self, shop: Shop) -> None:
        shop.arrives()
        placed = []
        for _ in range(53):
            placed.append(PAYMENTS[PaymentColumn.CANCELED](shop).id)
            shop.clock.advance(timedelta(minutes=6))  # so that the limit of orders is not reached
        document = json.loads(export_data(shop.open(), shop.people, shop.context))
        assert sorted(order["number"] for order in document["orders"]) == sorted(placed)
