"""Every event about one payment in every state, from the table of outcomes, through the real use cases."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import (
    OFFER,
    PAYMENTS,
    PRICE,
    alerts,
    alerts_ever,
    applies,
    asks_back,
    card,
    entry_of,
    paid_report,
    stored,
    without_version,
)
from vpnbot.domain.money import Money
from vpnbot.domain.orders.followups import PendingReceipt
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.refund import Refund, RefundReason
from vpnbot.domain.orders.reports import ReceiptReport, RefundReport, ReportedState
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.money_events import OrderEvent, PaymentColumn, PaymentEvent
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import ORDER_OUTCOMES, PAYMENT_OUTCOMES, order_column
from vpnbot.domain.payments.returning import refund_refused, refunded_cause
from vpnbot.domain.payments.settlement import replaced
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.payments.grant_held import NothingToGrant, grant_held, grant_surplus
from vpnbot.usecases.payments.request_refund import NothingToSendBack

columns = pytest.mark.parametrize("column", PaymentColumn)
UNKNOWN_PAYMENT = "pay-of-which-we-do-not-know"


def prepare(shop: Shop, column: PaymentColumn) -> tuple[Order, str]:
    """Return an order, and the id of a payment in this state; an unknown one belongs to an open order."""
    shop.arrives()
    if column is PaymentColumn.UNKNOWN:
        return PAYMENTS[PaymentColumn.PENDING](shop), UNKNOWN_PAYMENT
    order = stored(shop, PAYMENTS[column](shop).id)
    (payment,) = order.payments
    assert payment.state == column.value
    return order, payment.id


def seconds(shop: Shop) -> int:
    """Return the time that was granted until now."""
    return entitlement_seconds(shop.look().subscription, shop.clock())


def kinds(shop: Shop) -> list[AlertKind]:
    """Return the kinds of the alerts, sent or not, in the order of their names."""
    return sorted(kind for kind, _ in alerts_ever(shop))


def with_alert_of(outcome: Outcome, known: list[AlertKind]) -> list[AlertKind]:
    """Return the alerts after an outcome, if these waited before."""
    alert = RULES[outcome].alert
    return known if alert is None else sorted([*known, alert])


class Unchanged:
    """Compares all that may change with what it was."""

    def __init__(self, shop: Shop, order: Order) -> None:
        self._shop, self._order = shop, order.id
        self._before = self._now()

    def _now(self) -> object:
        return without_version(self._shop.look()), stored(self._shop, self._order), alerts(self._shop)

    def __call__(self) -> bool:
        return self._now() == self._before


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
    PaymentEvent.REFUND_ASKED: test_a_refund_is_asked_for_only_while_there_is_money,
    PaymentEvent.REFUND_REFUSED: test_a_refund_that_is_refused_leaves_the_money_here,
    PaymentEvent.GRANTED_BY_OPERATOR: test_an_operator_grants_time_for_money_that_is_kept,
    PaymentEvent.SURPLUS_GRANTED: test_an_operator_grants_time_for_a_surplus,
    **dict.fromkeys(REFUNDS, test_money_that_was_sent_back_takes_its_time),
    **dict.fromkeys(RECEIPTS, test_a_receipt_is_registered_or_refused),
}


def test_every_event_is_walked() -> None:
    assert {*WALKED, *ELSEWHERE} == set(PaymentEvent)
