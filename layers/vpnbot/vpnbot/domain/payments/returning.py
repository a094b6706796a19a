"""Refunds: asked for, done, refused, made without us."""

from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.refund import Refund, RefundReason, RefundState
from vpnbot.domain.orders.reports import RefundReport
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.payments.money_notifications import about_order, money_notification
from vpnbot.domain.payments.outcomes import RULES, Outcome, PaymentEvent, payment_outcome
from vpnbot.domain.payments.refunded_time import with_refund
from vpnbot.domain.payments.settlement import Fact, Settlement, replaced, scheduled, settled, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due

BY_HAND = "hand:"
"""The first characters of the id of a refund that an operator has sent."""


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What is to be sent back. `by_hand`: the provider cannot send it, so that an operator is asked to."""

    payment_id: str
    money: Money
    why: RefundReason
    by_hand: bool = False


def refund_asked(person: Person, request: RefundRequest, fact: Fact) -> Settlement:
    """Return what it leads to that money of a payment is to be sent back; access stays until that is done.

    There is at most one refund of a payment at a time, and never more than what is here of it.
    """
    payment_id, money, order, now = request.payment_id, request.money, fact.order, fact.now
    payment = order.payment(payment_id)
    outcome = payment_outcome(PaymentEvent.REFUND_ASKED, payment)
    if outcome is not Outcome.SEND or payment is None or person.refund_of(payment_id) is not None:
        return unchanged(Outcome.NONE, person)
    if money.currency != payment.money.currency or not 0 < money.amount_minor <= payment.left.amount_minor:
        return unchanged(Outcome.NONE, person)
    number = order.refunds + 1
    refund = Refund(
        order.id,
        number,
        order.provider,
        payment.account,
        payment.id,
        money,
        request.why,
        now,
        whole=money == payment.left and not payment.refunded_minor,
        payer=payment.payer,
        state=RefundState.BY_HAND if request.by_hand else RefundState.ASKED,
        due=None if request.by_hand else Due(now),
    )
    taken = replaced(order, payment, refunded_minor=payment.refunded_minor + money.amount_minor)
    after = person.with_refund(refund).with_order(replace(taken, refunds=number))
    amount = f"{money.amount_minor} {money.currency}"
    about = {"order": order.id, "person": person.id, "provider": order.provider, "payment": payment.id}
    wanted = alerted(AlertKind.REFUND_BY_HAND, fact.cause, now, **about, amount=amount)
    return settled(outcome, fact, person, after, effects=(wanted,) if request.by_hand else ())


def refund_done(
    person: Person, order: Order, report: RefundReport, now: datetime, *, actor: str = "provider"
) -> Settlement:
    """Return what it leads to that a refund was made, ours or one that was made without us."""
    payment, ours = order.payment(report.payment_id), _ours(person, report)
    event = _event(ours, payment, report)
    outcome = payment_outcome(event, payment)
    cause = f"refund:{report.provider}:{report.account}:{report.refund_id}:succeeded"
    if outcome is Outcome.LOOK:
        return settled(outcome, Fact(cause, now, order, actor), person, person, payment=report.payment_id)
    if payment is None or outcome is Outcome.DONE:
        return unchanged(outcome, person)
    sent, surplus = report.money.amount_minor, payment.surplus_minor
    before = payment.refunded_minor - (sent if ours else 0)
    returned = min(before + sent, payment.money.amount_minor)
    whole = returned >= payment.money.amount_minor
    after, for_time = person, returned - before - surplus
    if payment.state is PaymentState.CREDITED and payment.lot is not None and for_time > 0:
        currency = payment.money.currency
        left = Money(payment.money.amount_minor - before - surplus, currency)
        after, _ = with_refund(person, payment.lot, left, Money(for_time, currency), now)
    changed = replace(
        payment,
        state=PaymentState.RETURNED if whole else payment.state,
        refunded_minor=returned,
        surplus_minor=max(surplus - sent, 0),
    )
    known = _with_status(order.with_payment(changed))
    after = after.with_order(scheduled(known, now))
    if ours is not None:
        after = after.without_refund(ours)
    after = _notified(after, order, outcome, cause, now, report)
    money = Money(-report.money.amount_minor, report.money.currency)
    amount = f"{report.money.amount_minor} {report.money.currency}"
    return settled(outcome, Fact(cause, now, order, actor, money), person, after, payment=payment.id, amount=amount)


def refund_refused(person: Person, order: Order, refund: Refund, reason: str, now: datetime) -> Settlement:
    """Return what it leads to that a refund was refused for good: the money is here again."""
    payment = order.payment(refund.payment_id)
    outcome = payment_outcome(PaymentEvent.REFUND_REFUSED, payment)
    if outcome is not Outcome.RFAIL or payment is None:
        return unchanged(outcome, person.without_refund(refund))
    cause = f"refund:{refund.provider}:{refund.account}:{refund.idempotence_key}:refused"
    here = replaced(order, payment, refunded_minor=payment.refunded_minor - refund.money.amount_minor)
    after = person.without_refund(refund).with_order(scheduled(here, now))
    kind = RULES[outcome].notification
    if kind is not None and person.user.known:
        after = after.with_notifications(
            money_notification(kind, cause, now, about_order(order), amount=refund.money)
        )
    amount = f"{refund.money.amount_minor} {refund.money.currency}"
    fact = Fact(cause, now, order)
    return settled(outcome, fact, person, after, payment=payment.id, reason=reason, amount=amount)


def _ours(person: Person, report: RefundReport) -> Refund | None:
    """Return our refund that this report is about: of the same payment and amount."""
    refund = person.refund_of(report.payment_id)
    if refund is None or refund.account != report.account:
        return None
    same = refund.refund_id in {None, report.refund_id} and refund.money == report.money
    return refund if same else None


def _event(ours: Refund | None, payment: Payment | None, report: RefundReport) -> PaymentEvent:
    if ours is None:
        return PaymentEvent.REFUNDED_ELSEWHERE
    whole = payment is not None and payment.refunded_minor >= payment.money.amount_minor
    return PaymentEvent.REFUNDED if whole else PaymentEvent.REFUNDED_PART


def _with_status(order: Order) -> Order:
    """Return an order as REFUNDED if none of its money is here any more, and as PAID if what is here was granted."""
    here = list(order.paid_money())
    if not here:
        return replace(order, status=OrderStatus.REFUNDED)
    credited = any(payment.state is PaymentState.CREDITED for payment in here)
    return replace(order, status=OrderStatus.PAID if credited else OrderStatus.HELD)


def _notified(
    person: Person, order: Order, outcome: Outcome, cause: str, now: datetime, report: RefundReport
) -> Person:
    kind = RULES[outcome].notification
    if kind is None or not person.user.known:
        return person
    by_hand = "yes" if report.refund_id.startswith(BY_HAND) else ""
    return person.with_notifications(
        money_notification(kind, cause, now, about_order(order), amount=report.money, by_hand=by_hand)
    )
