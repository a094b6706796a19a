"""Every event about a refund in every state of the payment, from the table of outcomes, through real use cases."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import (
    OFFER,
    PRICE,
    asks_back,
    card,
    entry_of,
    paid_report,
    stored,
    without_version,
)
from tests.functional.usecases.payment_columns import (
    UNKNOWN_PAYMENT,
    Unchanged,
    columns,
    kinds,
    prepare,
    seconds,
    with_alert_of,
)
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.refund import Refund, RefundReason
from vpnbot.domain.orders.reports import RefundReport, ReportedState
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.money_events import PaymentColumn, PaymentEvent
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import PAYMENT_OUTCOMES
from vpnbot.domain.payments.returning import refund_refused, refunded_cause
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.payments.request_refund import NothingToSendBack


@columns
def test_a_refund_is_asked_for_only_while_there_is_money(shop: Shop, column: PaymentColumn) -> None:
    order, payment_id = prepare(shop, column)
    outcome, unchanged = PAYMENT_OUTCOMES[PaymentEvent.REFUND_ASKED][column], Unchanged(shop, order)
    payment = order.payment(payment_id) or replace(order.payments[0], id=payment_id)
    cause = update()
    if outcome is Outcome.NONE:
        with pytest.raises(NothingToSendBack):
            asks_back(shop, order, payment, cause=cause)
        assert unchanged()
        return
    time = seconds(shop)
    assert asks_back(shop, order, payment, cause=cause).outcome is outcome is Outcome.SEND
    entry = entry_of(shop, cause)
    assert entry is not None
    assert (entry["what"], entry["actor"], entry["order"]) == (RULES[outcome].entry, "operator", order.id)
    (refund,) = shop.look().refunds
    assert (refund.money, refund.due is not None) == (payment.left, True)
    assert stored(shop, order.id).payments[0].left.amount_minor == 0, "no second refund can take it"
    assert seconds(shop) == time, "access stays until the money is back"
    with pytest.raises(NothingToSendBack):
        asks_back(shop, order, payment)
    assert shop.look().refunds == (refund,)


def _ours(shop: Shop, order: Order, payment_id: str, money: Money) -> None:
    """Ask for a refund, and let due work send it."""
    payment = order.payment(payment_id)
    assert payment is not None
    asks_back(shop, order, payment, money)
    shop.settles(minutes=10)


REFUNDS: Mapping[PaymentEvent, tuple[int, bool]] = {
    PaymentEvent.REFUNDED: (0, True),
    PaymentEvent.REFUNDED_PART: (10_000, True),
    PaymentEvent.REFUNDED_ELSEWHERE: (0, False),
}
"""How much is sent back, 0 for all of it, and whether we have asked for it."""


@columns
@pytest.mark.parametrize("event", REFUNDS)
def test_money_that_was_sent_back_takes_its_time(shop: Shop, event: PaymentEvent, column: PaymentColumn) -> None:
    order, payment_id = prepare(shop, column)
    outcome, (minor, ours) = PAYMENT_OUTCOMES[event][column], REFUNDS[event]
    payment = order.payment(payment_id)
    if payment is None or not payment.here:
        if outcome is Outcome.DONE:
            self_sent = apply_refund(_made(shop, payment_id, PRICE), shop.payments, shop.context)
            assert self_sent is not None
            assert stored(shop, order.id).status is OrderStatus.REFUNDED
        else:
            assert outcome is Outcome.LOOK
        return
    money = Money(minor or payment.money.amount_minor, "RUB")
    before, known = seconds(shop), kinds(shop)
    if ours:
        _ours(shop, order, payment_id, money)
        (report,) = card(shop).refunds.values()
    else:
        report = _made(shop, payment_id, money)
        apply_refund(report, shop.payments, shop.context)
    entry = entry_of(shop, refunded_cause(report))
    assert entry is not None
    assert entry["what"] == RULES[outcome].entry
    assert entry["money"] == {"minor": -money.amount_minor, "currency": "RUB"}
    taken = seconds(shop) - before
    assert entry["seconds"] == taken
    if payment.state is PaymentState.HELD:
        assert taken == 0
    elif minor:
        assert taken == -OFFER.seconds * minor // PRICE.amount_minor
    else:
        assert taken == -OFFER.seconds
    after = stored(shop, order.id)
    assert after.payments[0].refunded_minor == money.amount_minor
    assert after.payments[0].state is (payment.state if minor else PaymentState.RETURNED)
    if not minor:
        assert (after.status, after.archived) == (OrderStatus.REFUNDED, True)
    said = [*shop.sender.kinds(), *(message.kind for message in shop.look().outbox)]
    assert said.count(RULES[outcome].notification) == 1  # type: ignore[arg-type]  # each of these has one
    assert kinds(shop) == with_alert_of(outcome, known)
    assert shop.look().refunds == ()
    unchanged = Unchanged(shop, order)
    apply_refund(report, shop.payments, shop.context)
    assert unchanged()


def _made(shop: Shop, payment_id: str, money: Money) -> RefundReport:
    return card(shop).refunds[card(shop).sends_back(payment_id, money)]


LOOKED_FOR = [
    column for column in PaymentColumn if PAYMENT_OUTCOMES[PaymentEvent.REFUNDED_ELSEWHERE][column] is Outcome.LOOK
]


@pytest.mark.parametrize("column", LOOKED_FOR)
def test_a_refund_of_a_payment_that_we_missed_applies_the_payment_first(shop: Shop, column: PaymentColumn) -> None:
    order, payment_id = prepare(shop, column)
    paid = paid_report(shop, order.id, payment_id=payment_id)
    refund = _made(shop, payment_id, PRICE)
    for _ in range(2):
        session = apply_refund(refund, shop.payments, shop.context)
        assert session is not None
        after = stored(shop, order.id)
        payment = after.payment(payment_id)
        assert payment is not None
        assert (payment.state, after.status) == (PaymentState.RETURNED, OrderStatus.REFUNDED)
        assert seconds(shop) == 0
    causes = [cause for cause in shop.history() if payment_id in cause or refund.refund_id in cause]
    assert f"payment:card:shop-1:{paid.payment_id}:succeeded" in causes
    assert refunded_cause(refund) in causes


@pytest.mark.parametrize("column", LOOKED_FOR)
def test_a_refund_of_a_payment_that_was_never_paid_is_a_contradiction(shop: Shop, column: PaymentColumn) -> None:
    order, payment_id = prepare(shop, column)
    unpaid = replace(paid_report(shop, order.id, payment_id=payment_id), state=ReportedState.PENDING)
    card(shop).payments[payment_id] = unpaid
    refund = _made(shop, payment_id, PRICE)
    before = without_version(shop.look())
    for _ in range(2):
        assert apply_refund(refund, shop.payments, shop.context) is None
        assert without_version(shop.look()) == before
        assert kinds(shop) == [AlertKind.CONTRADICTION]


def test_a_refund_of_a_payment_that_the_provider_does_not_know_is_ignored(shop: Shop) -> None:
    prepare(shop, PaymentColumn.PENDING)
    assert apply_refund(_made(shop, UNKNOWN_PAYMENT, PRICE), shop.payments, shop.context) is None
    assert kinds(shop) == []


@columns
def test_a_refund_that_is_refused_leaves_the_money_here(shop: Shop, column: PaymentColumn) -> None:
    order, payment_id = prepare(shop, column)
    outcome, time = PAYMENT_OUTCOMES[PaymentEvent.REFUND_REFUSED][column], seconds(shop)
    payment = order.payment(payment_id)
    if outcome is Outcome.DONE or payment is None:
        refund = Refund(order.id, 1, "card", "shop-1", payment_id, PRICE, RefundReason.OPERATOR, shop.clock())
        chosen = refund_refused(shop.look().with_refund(refund), order, refund, "refused", shop.clock())
        assert (chosen.outcome, chosen.entry, chosen.after) == (outcome, None, shop.look())
        return
    known = kinds(shop)
    card(shop).decline_refunds.append("general_decline")
    _ours(shop, order, payment_id, payment.left)
    entry = entry_of(shop, f"refund:card:shop-1:{order.id}-r1-1:refused")
    assert entry is not None
    assert (entry["what"], entry["seconds"]) == (RULES[outcome].entry, 0)
    after = stored(shop, order.id)
    assert (after.payments[0], seconds(shop)) == (payment, time)
    assert shop.look().refunds == ()
    assert kinds(shop) == sorted([*known, AlertKind.REFUND_REFUSED])
    assert shop.sender.kinds().count(RULES[outcome].notification) == 1  # type: ignore[arg-type]  # it has one
    asks_back(shop, after, after.payments[0])
    shop.settles(minutes=3)
    assert stored(shop, order.id).status is OrderStatus.REFUNDED, "a new attempt is a new refund"
