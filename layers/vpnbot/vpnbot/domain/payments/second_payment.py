"""Which payment its buyer can send back without an operator: the second of two, of which nothing is used."""

from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.granted_traffic import traffic_of
from vpnbot.domain.subscriptions.time_credit import Lot, Source


def bought_after(person: Person, order: Order) -> bool:
    """Tell whether the person has paid for another order that was placed after this one."""
    return any(lot.paid is not None and lot.id > order.id for lot in person.subscription.lots)


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
    return (paid_again or bought_after(person, order)) and _unused(person, payment)


def _unused(person: Person, payment: Payment) -> bool:
    bought = [lot for lot in person.subscription.lots if lot.id == payment.lot and lot.source is Source.BOUGHT]
    return bool(bought) and all(lot.share_left == 1 and _traffic_is_left(person, lot) for lot in bought)


def _traffic_is_left(person: Person, lot: Lot) -> bool:
    plan, limit = person.subscription.plan, person.traffic_limit_bytes
    if plan is None or limit is None:
        return True
    return limit - person.used_bytes >= traffic_of(plan, lot.seconds)
