"""What a person can ask back for an order, and what it would cost them in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.payments.refunded_time import refundable, with_refund
from vpnbot.domain.people.person import Person


@dataclass(frozen=True, slots=True)
class RefundOffer:
    """What can be sent back of one payment now.

    `unused` is the time that goes with it; None: none of the time has begun, so that everything is sent back.
    `ends_at` is the end of the time that is left afterwards; None: nothing is left, or the time waits for a key.
    """

    payment: Payment
    amount: Money
    unused: timedelta | None
    ends_at: datetime | None


def refund_offer(
    person: Person, order: Order, now: datetime, *, within: timedelta, whole_only: bool
) -> RefundOffer | None:
    """Return what the person can ask back for an order; None: nothing.

    Nothing is offered later than `within` after the payment, or while money of it is being sent back. `whole_only`:
    the provider cannot send back a part, so that only a payment of which nothing is used can be asked back.
    """
    candidates = (
        payment
        for payment in reversed(order.payments)
        if payment.state is PaymentState.CREDITED and person.refund_of(payment.id) is None
    )
    payment = next(candidates, None)
    if payment is None or payment.lot is None or payment.paid_at is None or now - payment.paid_at > within:
        return None
    price = Money(payment.left.amount_minor - payment.surplus_minor, payment.money.currency)
    amount = refundable(person, {payment.lot}, price, now)
    if amount.amount_minor <= 0 or (whole_only and amount != payment.money):
        return None
    after, seconds = with_refund(person, payment.lot, price, amount, now)
    begun = person.subscription.ends_at is not None
    return RefundOffer(
        payment,
        amount,
        unused=timedelta(seconds=seconds) if begun else None,
        ends_at=after.subscription.ends_at,
    )
