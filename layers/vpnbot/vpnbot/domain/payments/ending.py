"""Orders and payments that end without money, and payments that a provider has made for an order."""

from dataclasses import replace
from datetime import datetime

from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.order import Order, OrderKind, OrderStatus
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.reports import PaymentReport
from vpnbot.domain.payments.declines import known_reason
from vpnbot.domain.payments.money_events import OrderEvent, PaymentEvent
from vpnbot.domain.payments.money_notifications import about_order, money_notification
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import order_outcome, payment_outcome
from vpnbot.domain.payments.renewal_charges import NO_ANSWER, charge_declined
from vpnbot.domain.payments.settlement import Fact, Settlement, replaced, scheduled, settled, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due

NOT_PAID_IN_TIME = "expired_on_confirmation"
"""The reason of a payment that the buyer did not make in time (YooKassa, cancellation_details.reason)."""


def begun(person: Person, order: Order, payment: Payment, now: datetime, first_look: Due) -> Settlement:
    """Return what it leads to that the provider has made a payment for an order; it is looked at from `first_look`.

    A second payment, made because the answer about the first was lost, is kept beside the first. A payment of which
    only the id was known gets its link.
    """
    outcome = order_outcome(OrderEvent.BEGUN, order)
    known = order.payment(payment.id)
    if known is not None:
        if known.state is not PaymentState.PENDING or known.link or not payment.link:
            return unchanged(Outcome.DONE, person)
        linked = replaced(order, known, link=payment.link, valid_until=payment.valid_until)
        linked = replace(linked, waits_since=None)
        return unchanged(Outcome.DONE, person.with_order(linked))
    status = OrderStatus.AWAITING if order.open else order.status
    bound = replace(order.with_payment(payment), status=status, account=payment.account, due=first_look)
    bound = replace(bound, waits_since=None)
    cause = f"payment:{order.provider}:{payment.account}:{payment.id}:begun"
    return settled(outcome, Fact(cause, now, order), person, person.with_order(bound))


def canceled(person: Person, order: Order, report: PaymentReport, now: datetime) -> Settlement:
    """Return what it leads to that a payment was declined or has expired at the provider."""
    if order.kind is OrderKind.RENEWAL:
        return charge_declined(person, order, report.reason, now, report)
    payment = order.payment(report.payment_id)
    outcome = payment_outcome(PaymentEvent.SEEN_CANCELED, payment)
    cause = f"payment:{report.provider}:{report.account}:{report.payment_id}:canceled"
    if outcome is Outcome.ODD:
        return settled(outcome, Fact(cause, now, order), person, person, payment=report.payment_id)
    if outcome is not Outcome.ENDS or payment is None:
        return unchanged(outcome, person)
    reason = known_reason(report.reason)
    without = replaced(order, payment, state=PaymentState.CANCELED, link=None)
    if not order.open or without.pending is not None:
        after = person.with_order(scheduled(without, now))
        return settled(outcome, Fact(cause, now, order), person, after)
    ended = replace(without, status=OrderStatus.ENDED, reason=reason, closed_at=now)
    lapsed = reason == NOT_PAID_IN_TIME
    kind = NotificationKind.LAPSED if lapsed else NotificationKind.DECLINED
    after = person.with_order(scheduled(ended, now))
    if person.user.known:
        about = about_order(order)
        message = money_notification(kind, cause, now, about, reason=reason, method=report.method_title)
        after = after.with_notifications(message)
    return settled(outcome, Fact(cause, now, order), person, after)


def lapsed(person: Person, order: Order, now: datetime) -> Settlement:
    """Return what it leads to that no payment of an order was seen until the last time to look for one."""
    outcome = order_outcome(OrderEvent.TIMED_OUT, order)
    pending = tuple(payment for payment in order.payments if payment.state is PaymentState.PENDING)
    if outcome is not Outcome.LAPS and not pending:
        return unchanged(outcome, person.with_order(scheduled(order, now)))
    if order.kind is OrderKind.RENEWAL and order.course is not None and outcome is Outcome.LAPS:
        return _unanswered(person, order, now)
    closed = order
    for payment in pending:
        closed = replaced(closed, payment, state=PaymentState.CANCELED, link=None)
    cause = f"order:{order.id}:lapsed"
    if outcome is not Outcome.LAPS:
        cause = f"{cause}:{pending[-1].id}"  # the order may have lapsed before a further payment became known
        return settled(Outcome.LAPS, Fact(cause, now, order), person, person.with_order(scheduled(closed, now)))
    ended = replace(closed, status=OrderStatus.ENDED, reason=NOT_PAID_IN_TIME, closed_at=now)
    after = person.with_order(scheduled(ended, now))
    kind = RULES[Outcome.LAPS].notification
    if kind is not None and person.user.known:
        after = after.with_notifications(
            money_notification(kind, cause, now, about_order(order), reason=NOT_PAID_IN_TIME, method="")
        )
    return settled(outcome, Fact(cause, now, order), person, after)


def _unanswered(person: Person, order: Order, now: datetime) -> Settlement:
    """Return what it leads to that the provider never said what became of a charge: it counts as declined."""
    for payment in order.payments:
        if payment.state is PaymentState.PENDING:
            order = replaced(order, payment, state=PaymentState.CANCELED, link=None)
    return charge_declined(person, order, NO_ANSWER, now, None)


def cancelled(person: Person, order: Order, cause: str, now: datetime) -> Settlement:
    """Return what it leads to that the person cancels an order; a payment that arrives all the same counts."""
    outcome = order_outcome(OrderEvent.CANCELLED_BY_PERSON, order)
    if outcome is not Outcome.CANC:
        return unchanged(outcome, person)
    after = person.with_order(with_status_cancelled(order, now))
    return settled(outcome, Fact(cause, now, order, actor="person"), person, after)


def with_person_deleted(order: Order, now: datetime) -> Order:
    """Return an order of a person who deletes their data: without the address for receipts, and cancelled if open."""
    anonymous = replace(order, contact=None)
    return with_status_cancelled(anonymous, now) if order.open else anonymous


def with_status_cancelled(order: Order, now: datetime) -> Order:
    """Return an open order as cancelled; it stays due while the provider may still receive a payment for it."""
    return scheduled(replace(order, status=OrderStatus.CANCELLED, closed_at=now), now)
