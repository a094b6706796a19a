"""Which payment its buyer can send back without an operator: the second of two, of which nothing is used."""

from datetime import datetime, timedelta

from vpnbot.domain.gifts.gift import LOT_MARK
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.payments.settlement import order_of
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.subscriptions.granted_traffic import traffic_of
from vpnbot.domain.subscriptions.time_credit import Lot, Source

RETURNED_ONCE_IN = timedelta(days=30)
"""A buyer sends back one second payment in this time; an operator decides about a further one."""


def paid_meanwhile(person: Person, order: Order) -> bool:
    """Tell whether another payment was granted after this order was placed, whichever of the orders was placed first.

    The time that was bought says when it was granted. An earlier release did not store that: of its purchases those
    count whose order was placed later.
    """
    return any(lot.paid is not None and _is_other(lot, order) for lot in person.subscription.lots)


def returned_lately(user: User, now: datetime) -> bool:
    """Tell whether the buyer has sent back a second payment in the last 30 days."""
    returned_at = user.second_returned_at
    return returned_at is not None and now - returned_at < RETURNED_ONCE_IN


def can_be_returned(person: Person, order: Order, payment: Payment) -> bool:
    """Tell whether a payment is one of two, and its time and its traffic are unused.

    The button for it comes with the notification of a second payment, but its data can be sent without the button.
    So the state decides: a first payment, or one whose time was used, goes back only if an operator decides it.
    `person` is as of now: used time is not among the lots.
    """
    if payment.state is not PaymentState.CREDITED or payment.refunded_minor:
        return False
    paid_again = any(
        other.state is PaymentState.CREDITED and other.id != payment.id and not other.refunded_minor
        for other in order.payments
    )
    return (paid_again or paid_meanwhile(person, order)) and _unused(person, payment)


def _is_other(lot: Lot, order: Order) -> bool:
    """Tell whether time was bought after an order was placed, and not for this order; a gift is no payment."""
    if order_of(lot.id) == order.id or lot.id.startswith(LOT_MARK):
        return False
    return lot.id > order.id if lot.granted_at is None else lot.granted_at > order.placed_at


def _unused(person: Person, payment: Payment) -> bool:
    bought = [lot for lot in person.subscription.lots if lot.id == payment.lot and lot.source is Source.BOUGHT]
    return bool(bought) and all(lot.share_left == 1 and _traffic_is_left(person, lot) for lot in bought)


def _traffic_is_left(person: Person, lot: Lot) -> bool:
    plan, limit = person.subscription.plan, person.traffic_limit_bytes
    if plan is None or limit is None:
        return True
    return limit - person.used_bytes >= traffic_of(plan, lot.seconds)
