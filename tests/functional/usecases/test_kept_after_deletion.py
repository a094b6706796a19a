"""What stays of a person who has deleted their data: money, as long as the setting says, and nothing personal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.kept_records import KeptRecord, kept_records
from tests.functional.usecases.ordering import (
    CONTACT,
    PAYMENTS,
    applies,
    asks_back,
    card,
    deletes,
    paid_report,
    places,
    stored,
)
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.payments.money_events import PaymentColumn
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund

YEAR = timedelta(days=365)


def money_of(shop: Shop) -> list[KeptRecord]:
    """Return the kept records about money."""
    return [record for record in kept_records(shop) if record.about_money]


def assert_only_money_stays(shop: Shop) -> None:
    """Check that all that is kept are the marks, without what is personal, and records of money that expire."""
    years = shop.sales.settings.load().retention_years
    for record in kept_records(shop):
        assert CONTACT not in record.text, record
        if not record.about_money:
            assert record.key in {"USER", "SUB"}, record
            continue
        assert record.expires_at is not None, record
        assert timedelta(0) < record.expires_at - shop.clock() <= years * YEAR, record
        assert '"at"' not in record.text, record
        assert '"changes"' not in record.text, record
    assert shop.history() == []


def _late_payment(shop: Shop) -> None:
    order = places(shop)
    deletes(shop)
    shop.days(1)
    assert applies(shop, paid_report(shop, order.id)).outcome is Outcome.BACK
    shop.days(5, step=timedelta(hours=6))


def _refund_by_an_operator(shop: Shop) -> None:
    order = PAYMENTS[PaymentColumn.HELD](shop)
    deletes(shop)
    shop.days(2)
    asks_back(shop, order, stored(shop, order.id).payments[0])
    shop.days(1)
    assert stored(shop, order.id).status is OrderStatus.REFUNDED


def _refund_on_its_way(shop: Shop) -> None:
    order = PAYMENTS[PaymentColumn.CREDITED](shop)
    card(shop).refunds_stay_pending = True
    asks_back(shop, stored(shop, order.id), stored(shop, order.id).payments[0])
    deletes(shop)
    shop.days(1)
    card(shop).refunds_succeed()
    shop.days(1)
    assert stored(shop, order.id).status is OrderStatus.REFUNDED


def _never_paid(shop: Shop) -> None:
    order = places(shop)
    deletes(shop)
    shop.days(6, step=timedelta(hours=6))
    assert stored(shop, order.id).status is OrderStatus.CANCELLED


def _paid_before(shop: Shop) -> None:
    PAYMENTS[PaymentColumn.CREDITED](shop)
    deletes(shop)
    shop.days(1)


@pytest.mark.parametrize(
    "life", [_paid_before, _late_payment, _refund_by_an_operator, _refund_on_its_way, _never_paid]
)
def test_records_of_money_expire_whenever_they_were_made(shop: Shop, life: Callable[[Shop], None]) -> None:
    shop.arrives()
    life(shop)
    shop.settles(minutes=30)
    assert money_of(shop)
    assert_only_money_stays(shop)
    assert shop.index.next_due() is None


def test_money_records_of_a_person_who_has_returned_expire_if_they_are_older(shop: Shop) -> None:
    shop.arrives()
    old = PAYMENTS[PaymentColumn.CREDITED](shop)
    deletes(shop)
    shop.settles(minutes=2)
    shop.arrives()
    new = PAYMENTS[PaymentColumn.CREDITED](shop)
    shop.days(1)
    expires = {record.key: record.expires_at for record in money_of(shop)}
    assert expires[f"ORDER#{old.id}"] is not None
    assert expires[f"ORDER#{new.id}"] is None


def test_a_refund_decided_during_the_erasure_keeps_neither_the_address_nor_the_order(shop: Shop) -> None:
    shop.arrives()
    order = PAYMENTS[PaymentColumn.CREDITED](shop)
    deletes(shop)
    session = shop.open()
    session.recall(order.id)  # an operator's tap, in another process
    shop.settles(minutes=15)
    assert stored(shop, order.id).contact is None
    wanted = WantedRefund(order.id, order.payments[0].id, RefundReason.OPERATOR, "operator")
    request_refund(session, shop.payments, shop.context, update(), wanted)
    shop.days(1)
    assert stored(shop, order.id).status is OrderStatus.REFUNDED
    assert len(card(shop).refunds) == 1
    assert_only_money_stays(shop)


def test_the_telegram_id_of_who_paid_goes_with_the_money(shop: Shop) -> None:
    payer = 7_000_123_456
    shop.arrives()
    order = places(shop)
    deletes(shop)
    assert applies(shop, replace(paid_report(shop, order.id), payer=payer)).outcome is Outcome.BACK
    assert any(str(payer) in record.text for record in kept_records(shop))
    shop.settles(minutes=15)
    assert not any(str(payer) in record.text for record in kept_records(shop))


def test_a_person_who_has_returned_can_pay_an_order_from_before_and_get_the_money_back(shop: Shop) -> None:
    shop.arrives()
    order = places(shop)
    deletes(shop)
    shop.settles(minutes=30)
    shop.arrives()
    assert applies(shop, paid_report(shop, order.id)).outcome is Outcome.LATE
    shop.settles(minutes=5)
    assert shop.look().served
    paid = stored(shop, order.id)
    payment = next(payment for payment in paid.payments if payment.state is PaymentState.CREDITED)
    asks_back(shop, paid, payment)
    shop.settles(minutes=30)
    assert not shop.look().served
    assert card(shop).left(payment.id) == 0


def test_a_deletion_after_the_return_erases_what_was_added_meanwhile(shop: Shop) -> None:
    shop.arrives()
    places(shop)
    deletes(shop)
    shop.settles(minutes=30)
    shop.arrives()
    PAYMENTS[PaymentColumn.CREDITED](shop)
    shop.days(5, step=timedelta(hours=6))
    deletes(shop)
    shop.settles(minutes=30)
    assert_only_money_stays(shop)


def test_a_payment_that_was_applied_during_the_deletion_by_a_process_with_a_faster_clock(shop: Shop) -> None:
    shop.arrives()
    order = places(shop)
    shop.clock.now += timedelta(seconds=1)
    applies(shop, paid_report(shop, order.id))
    shop.clock.now -= timedelta(seconds=1)
    deletes(shop)
    shop.settles(minutes=30)
    assert shop.history() == []
