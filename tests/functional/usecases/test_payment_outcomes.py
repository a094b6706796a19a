"""Every event about one payment in every state, from the table of outcomes, through the real use cases."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases import test_refund_outcomes as refunds
from tests.functional.usecases.ordering import (
    OFFER,
    PRICE,
    applies,
    card,
    entry_of,
    paid_report,
    stored,
)
from tests.functional.usecases.payment_columns import (
    Unchanged,
    columns,
    kinds,
    prepare,
    seconds,
    with_alert_of,
)
from vpnbot.domain.orders.followups import PendingReceipt
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.reports import ReceiptReport, ReportedState
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.money_events import OrderEvent, PaymentColumn, PaymentEvent
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import ORDER_OUTCOMES, PAYMENT_OUTCOMES, order_column
from vpnbot.domain.payments.settlement import replaced
from vpnbot.domain.scheduling import Due
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.payments.grant_held import NothingToGrant, grant_held, grant_surplus


@columns
def test_a_payment_that_is_reported_as_paid_is_new_or_known(shop: Shop, column: PaymentColumn) -> None:
    order, payment_id = prepare(shop, column)
    outcome = PAYMENT_OUTCOMES[PaymentEvent.SEEN_PAID][column]
    unchanged, before = Unchanged(shop, order), order_column(stored(shop, order.id))
    report = paid_report(shop, order.id, payment_id=payment_id)
    chosen = applies(shop, report).outcome
    if outcome is Outcome.JUDGE:
        assert chosen is ORDER_OUTCOMES[OrderEvent.PAID][before]
        payment = stored(shop, order.id).payment(payment_id)
        assert payment is not None
        assert payment.state is PaymentState.CREDITED
    else:
        assert chosen is outcome is Outcome.DONE
        assert unchanged()


@columns
def test_a_payment_that_is_reported_as_canceled_ends_or_contradicts(shop: Shop, column: PaymentColumn) -> None:
    order, payment_id = prepare(shop, column)
    outcome, unchanged = PAYMENT_OUTCOMES[PaymentEvent.SEEN_CANCELED][column], Unchanged(shop, order)
    known = kinds(shop)
    report = replace(
        paid_report(shop, order.id, payment_id=payment_id), state=ReportedState.CANCELED, reason="card_expired"
    )
    before = shop.look().outbox
    assert applies(shop, report).outcome is outcome
    entry = entry_of(shop, f"payment:card:shop-1:{payment_id}:canceled")
    if outcome is Outcome.DONE:
        assert unchanged()
        return
    assert entry is not None
    assert (entry["what"], entry["seconds"], entry["order"]) == (RULES[outcome].entry, 0, order.id)
    after = stored(shop, order.id)
    if outcome is Outcome.ENDS:
        assert (after.status, after.reason, after.archived) == (OrderStatus.ENDED, "card_expired", True)
        assert after.payments[0].state is PaymentState.CANCELED
        assert [message.kind for message in shop.look().outbox if message not in before] == [
            RULES[outcome].notification
        ]
    else:
        assert after == order
        assert kinds(shop) == sorted([*known, AlertKind.CONTRADICTION])
    again = Unchanged(shop, order)
    assert applies(shop, report).outcome is Outcome.DONE
    assert again()


RECEIPTS: Mapping[PaymentEvent, ReceiptReport] = {
    PaymentEvent.RECEIPT_REGISTERED: ReceiptReport("succeeded", "1", "2", "3"),
    PaymentEvent.RECEIPT_REFUSED: ReceiptReport("canceled"),
}


@columns
@pytest.mark.parametrize("event", RECEIPTS)
def test_a_receipt_is_registered_or_refused(shop: Shop, event: PaymentEvent, column: PaymentColumn) -> None:
    order, payment_id = prepare(shop, column)
    outcome, time, known = PAYMENT_OUTCOMES[event][column], seconds(shop), kinds(shop)
    card(shop).receipts[payment_id] = RECEIPTS[event]
    waiting = PendingReceipt(order.id, "card", "shop-1", payment_id, shop.clock(), due=Due(shop.clock()))
    session = shop.open()
    session.commit(session.person.with_receipt(waiting))
    before = stored(shop, order.id)
    shop.minute()
    entry = entry_of(shop, f"receipt:card:{payment_id}:{RECEIPTS[event].state}")
    assert shop.look().receipts == ()
    assert seconds(shop) == time
    if outcome is Outcome.DONE:
        assert entry is None
        return
    assert entry is not None
    assert (entry["what"], entry["order"], entry["seconds"]) == (RULES[outcome].entry, order.id, 0)
    payment = stored(shop, order.id).payment(payment_id)
    assert payment is not None
    assert payment.receipt == RECEIPTS[event]
    assert replace(payment, receipt=None) == before.payment(payment_id)
    assert kinds(shop) == with_alert_of(outcome, known)


def granted_once(
    shop: Shop, order: Order, cause: str, grants: Callable[[str], Outcome], outcome: Outcome
) -> Order | None:
    """Let an operator grant time, once and again; return the order, or None if there is nothing to grant."""
    unchanged, before = Unchanged(shop, order), seconds(shop)
    if outcome is Outcome.NONE:
        with pytest.raises(NothingToGrant):
            grants(cause)
        assert unchanged()
        return None
    assert grants(cause) is outcome
    entry = entry_of(shop, cause)
    assert entry is not None
    added = seconds(shop) - before
    assert (entry["what"], entry["actor"], entry["seconds"]) == (RULES[outcome].entry, "operator", added)
    after = stored(shop, order.id)
    assert (after.status, after.payments[0].state) == (OrderStatus.PAID, PaymentState.CREDITED)
    assert shop.look().outbox[-1].kind is RULES[outcome].notification
    again = Unchanged(shop, order)
    grants(cause)
    with pytest.raises(NothingToGrant):
        grants(update())
    assert again()
    return after


@columns
def test_an_operator_grants_time_for_money_that_is_kept(shop: Shop, column: PaymentColumn) -> None:
    order, payment_id = prepare(shop, column)
    outcome, cause, before = PAYMENT_OUTCOMES[PaymentEvent.GRANTED_BY_OPERATOR][column], update(), seconds(shop)

    def grants(named: str) -> Outcome:
        session = shop.open()
        return grant_held(session, shop.payments, shop.context, named, "operator", order.id, payment_id).outcome

    after = granted_once(shop, order, cause, grants, outcome)
    if after is not None:
        assert outcome is Outcome.GRANT
        assert seconds(shop) - before == OFFER.seconds * (PRICE.amount_minor - 100) // PRICE.amount_minor


@columns
def test_an_operator_grants_time_for_a_surplus(shop: Shop, column: PaymentColumn) -> None:
    order, payment_id = prepare(shop, column)
    outcome = PAYMENT_OUTCOMES[PaymentEvent.SURPLUS_GRANTED][column]
    payment = order.payment(payment_id)
    if payment is not None:
        kept = replaced(order, payment, surplus_minor=500)
        apply_fact(shop.open(), shop.context, lambda person: Decision(person.with_order(kept)))
    cause, before = update(), seconds(shop)

    def grants(named: str) -> Outcome:
        session = shop.open()
        return grant_surplus(session, shop.payments, shop.context, named, "operator", order.id, payment_id).outcome

    after = granted_once(shop, order, cause, grants, outcome)
    if after is not None:
        assert outcome is Outcome.EXTRA
        assert seconds(shop) - before == OFFER.seconds * 500 // PRICE.amount_minor
        assert after.payments[0].surplus_minor == 0


ELSEWHERE = {PaymentEvent.RENEWAL_DECLINED}
"""What `test_renewals.py` walks."""
WALKED: Mapping[PaymentEvent, Callable[..., None]] = {
    PaymentEvent.SEEN_PAID: test_a_payment_that_is_reported_as_paid_is_new_or_known,
    PaymentEvent.SEEN_CANCELED: test_a_payment_that_is_reported_as_canceled_ends_or_contradicts,
    PaymentEvent.REFUND_ASKED: refunds.test_a_refund_is_asked_for_only_while_there_is_money,
    PaymentEvent.REFUND_REFUSED: refunds.test_a_refund_that_is_refused_leaves_the_money_here,
    PaymentEvent.GRANTED_BY_OPERATOR: test_an_operator_grants_time_for_money_that_is_kept,
    PaymentEvent.SURPLUS_GRANTED: test_an_operator_grants_time_for_a_surplus,
    **dict.fromkeys(refunds.REFUNDS, refunds.test_money_that_was_sent_back_takes_its_time),
    **dict.fromkeys(RECEIPTS, test_a_receipt_is_registered_or_refused),
}


def test_every_event_is_walked() -> None:
    assert {*WALKED, *ELSEWHERE} == set(PaymentEvent)
