"""A buyer can send back a second payment that is unused, and no other: the data of its button can be sent by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import applies, card, paid_report, pays, places, stored
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.second_payment import paid_meanwhile
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.request_refund import NothingToSendBack, ReturnedLately, return_second


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


def spoken(shop: Shop, payment_id: str) -> list[NotificationKind]:
    """Return what the buyer is notified of about a payment."""
    return [message.kind for message in shop.look().outbox if payment_id in message.id]


def cancels(shop: Shop, order: Order) -> None:
    """Let the buyer cancel an order; its payment can still be paid."""
    cancel_order(shop.open(), shop.payments, shop.context, update(), order.id)
    shop.clock.advance(timedelta(minutes=1))


def two_cancelled(shop: Shop) -> tuple[Order, Order]:
    """Place two orders, one after the other, and cancel both."""
    shop.arrives()
    earlier = places(shop)
    cancels(shop, earlier)
    later = places(shop)
    cancels(shop, later)
    return earlier, later


def test_a_late_payment_is_a_second_one_if_that_of_an_earlier_order_was_granted_meanwhile(shop: Shop) -> None:
    earlier, later = two_cancelled(shop)
    pays(shop, earlier)
    assert spoken(shop, earlier.payments[0].id) == [NotificationKind.PAID_LATE]
    shop.clock.advance(timedelta(minutes=1))
    pays(shop, later)
    assert spoken(shop, later.payments[0].id) == [NotificationKind.PAID_TWICE]
    returns(shop, later.id, later.payments[0].id)
    shop.settles(minutes=5)
    assert [refund.payment_id for refund in card(shop).refunds.values()] == [later.payments[0].id]


def test_a_late_payment_is_a_second_one_if_that_of_a_later_order_was_granted_meanwhile(shop: Shop) -> None:
    earlier, later = two_cancelled(shop)
    pays(shop, later)
    shop.clock.advance(timedelta(minutes=1))
    pays(shop, earlier)
    assert spoken(shop, earlier.payments[0].id) == [NotificationKind.PAID_TWICE]


def test_a_late_payment_is_no_second_one_if_the_other_was_granted_before_its_order_was_placed(shop: Shop) -> None:
    shop.arrives()
    first = places(shop)
    pays(shop, first)
    shop.clock.advance(timedelta(minutes=1))
    late = places(shop)
    cancels(shop, late)
    pays(shop, late)
    assert spoken(shop, late.payments[0].id) == [NotificationKind.PAID_LATE]
    with pytest.raises(NothingToSendBack):
        returns(shop, late.id, late.payments[0].id)


def test_time_that_an_earlier_release_has_granted_counts_if_its_order_was_placed_later(shop: Shop) -> None:
    earlier, later = two_cancelled(shop)
    pays(shop, later)
    person = shop.look()
    (lot,) = person.subscription.lots
    assert lot.granted_at is not None
    old = replace(person, subscription=replace(person.subscription, lots=(replace(lot, granted_at=None),)))
    for known in (person, old):
        assert paid_meanwhile(known, earlier)
        assert not paid_meanwhile(known, later)


def paid_again(shop: Shop, order_id: str) -> str:
    """Let an order be paid once more, and return the payment."""
    again = paid_report(shop, order_id)
    applies(shop, again)
    return again.payment_id


def test_a_buyer_returns_one_second_payment_in_30_days(shop: Shop) -> None:
    order_id = bought(shop)
    returns(shop, order_id, paid_again(shop, order_id))
    shop.settles(minutes=5)
    shop.days(29)
    third = paid_again(shop, order_id)
    with pytest.raises(ReturnedLately):
        returns(shop, order_id, third)
    shop.settles(minutes=5)
    assert len(card(shop).refunds) == 1
    shop.days(1.1)
    fourth = paid_again(shop, order_id)
    returns(shop, order_id, fourth)
    shop.settles(minutes=5)
    assert [refund.payment_id for refund in card(shop).refunds.values()][1:] == [fourth]


def test_a_return_that_the_provider_has_refused_does_not_count(shop: Shop) -> None:
    order_id = bought(shop)
    card(shop).decline_refunds.append("rejected_by_payee")
    returns(shop, order_id, paid_again(shop, order_id))
    assert shop.look().user.second_returned_at is not None
    shop.settles(minutes=5)
    assert shop.look().user.second_returned_at is None
    returns(shop, order_id, paid_again(shop, order_id))
    shop.settles(minutes=5)
    assert len(card(shop).refunds) == 1


def test_a_second_tap_within_the_return_is_done_and_not_refused(shop: Shop) -> None:
    order_id = bought(shop)
    again, cause = paid_again(shop, order_id), update()
    for _ in range(2):
        return_second(shop.open(), shop.payments, shop.context, cause, order_id, again)
    shop.settles(minutes=5)
    assert len(card(shop).refunds) == 1
