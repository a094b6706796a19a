"""A buyer can send back a second payment that is unused, and no other: the data of its button can be sent by hand."""

from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import applies, card, paid_report, pays, places, stored
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.request_refund import NothingToSendBack, return_second


def returns(shop: Shop, order_id: str, payment_id: str) -> None:
    """Let the buyer tap the button, or send its data."""
    return_second(shop.open(), shop.payments, shop.context, update(), order_id, payment_id)


def bought(shop: Shop) -> str:
    """Buy a month, let its key be made, and return the order."""
    with_servers(shop, "nl")
    shop.arrives()
    order = places(shop)
    pays(shop, order)
    shop.settles(minutes=5)
    assert shop.look().served
    return order.id


def test_an_only_payment_is_not_returned_to_a_buyer_who_has_used_its_time(shop: Shop) -> None:
    order_id = bought(shop)
    (payment,) = stored(shop, order_id).payments
    shop.days(0.9)
    with pytest.raises(NothingToSendBack):
        returns(shop, order_id, payment.id)
    shop.settles(minutes=5)
    assert not card(shop).refunds
    assert shop.look().subscription.lots


def test_of_two_payments_only_the_unused_one_is_returned(shop: Shop) -> None:
    order_id = bought(shop)
    again = paid_report(shop, order_id)
    applies(shop, again)
    first = stored(shop, order_id).payments[0]
    shop.days(0.5)
    with pytest.raises(NothingToSendBack):
        returns(shop, order_id, first.id)
    returns(shop, order_id, again.payment_id)
    with pytest.raises(NothingToSendBack):
        returns(shop, order_id, first.id)
    shop.settles(minutes=5)
    assert [refund.payment_id for refund in card(shop).refunds.values()] == [again.payment_id]


def test_a_late_payment_after_another_purchase_is_returned(shop: Shop) -> None:
    shop.arrives()
    late = places(shop)
    cancel_order(shop.open(), shop.payments, shop.context, update(), late.id)
    shop.clock.advance(timedelta(minutes=1))
    bought(shop)
    pays(shop, late)
    returns(shop, late.id, late.payments[0].id)
    shop.settles(minutes=5)
    assert len(card(shop).refunds) == 1
