"""Ask for a refund: an operator does, or the buyer who has paid twice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.returning import RefundRequest, refund_asked
from vpnbot.domain.payments.second_payment import can_be_returned, returned_lately
from vpnbot.domain.payments.settlement import Fact, Settlement, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.errors import Rejected
from vpnbot.usecases.payments.accounts import refunds_of
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, PaymentPorts, Session
from vpnbot.usecases.ports.payments import Refunds
from vpnbot.usecases.read_gifts import gift_of

SECOND_PAYMENT_FOR = timedelta(hours=24)
"""So long after a second payment its buyer can send it back without an operator."""


class NothingToSendBack(Rejected):
    """The payment is not here, is being sent back already, or the amount is more than what is left of it."""


class ReturnedLately(NothingToSendBack):
    """The buyer has sent back a second payment in the last 30 days; an operator decides about this one."""


@dataclass(frozen=True, slots=True)
class WantedRefund:
    """What is to be sent back, and who asks for it; `money` None: all that is left of the payment."""

    order_id: str
    payment_id: str
    why: RefundReason
    actor: str
    money: Money | None = None


def request_refund(
    session: Session, ports: PaymentPorts, context: Context, cause: str, wanted: WantedRefund
) -> Settlement:
    """Commit that money of a payment is to be sent back; due work sends it.

    Raises:
        NothingToSendBack: as the class says; also if the provider can send back whole payments only.
        Conflict, StorageUnavailable: try again later.
    """
    return _requested(session, ports, context, cause, wanted, lambda person, order, payment: True)


def _requested(
    session: Session,
    ports: PaymentPorts,
    context: Context,
    cause: str,
    wanted: WantedRefund,
    allowed: Callable[[Person, Order, Payment], bool],
) -> Settlement:
    """Commit the refund if `allowed` says so about the person, the order and the payment as they are stored."""
    session.recall(wanted.order_id)

    def chosen(person: Person) -> Settlement:
        order = person.order(wanted.order_id)
        payment = None if order is None else order.payment(wanted.payment_id)
        if order is None or payment is None or not allowed(person, order, payment):
            return unchanged(Outcome.NONE, person)
        able = refunds_of(ports.providers, order.provider)
        money = wanted.money or payment.left
        if able is Refunds.WHOLE and money != payment.money:
            return unchanged(Outcome.NONE, person)
        request = RefundRequest(wanted.payment_id, money, wanted.why, by_hand=able is Refunds.NONE)
        gift = gift_of(ports.gifts, order, payment.id)
        return refund_asked(person, request, Fact(cause, context.clock(), order, wanted.actor), gift)

    settlement = settle(session, context, chosen)
    if settlement.outcome is Outcome.NONE and not session.decided(cause):
        raise NothingToSendBack("nothing of this payment can be sent back")
    return settlement


def return_second(
    session: Session, ports: PaymentPorts, context: Context, cause: str, order_id: str, payment_id: str
) -> Settlement:
    """Send a second payment back for its buyer, within 24 hours of the payment, if nothing of it is used.

    Raises:
        ReturnedLately: it could be sent back, but the buyer has sent one back in the last 30 days.
        NothingToSendBack: it is too late, or the payment is not a second one, or it is used.
        Conflict, StorageUnavailable: try again later.
    """

    lately = False

    def allowed(person: Person, order: Order, payment: Payment) -> bool:
        nonlocal lately
        now = context.clock()
        if payment.paid_at is None or now - payment.paid_at > SECOND_PAYMENT_FOR:
            return False
        subscription = person.subscription
        as_left = replace(person, subscription=replace(subscription, lots=subscription.lots_left(now)))
        if not can_be_returned(as_left, order, payment):
            return False
        lately = returned_lately(person.user, now)
        return not lately

    wanted = WantedRefund(order_id, payment_id, RefundReason.SECOND_PAYMENT, "person")
    try:
        return _requested(session, ports, context, cause, wanted, allowed)
    except NothingToSendBack as refusal:
        raise (ReturnedLately("one was returned in the last 30 days") if lately else refusal) from None
