"""Which event a payment is that a provider reports: the first of the rules that fits decides."""

from dataclasses import dataclass

from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.reports import PaymentReport
from vpnbot.domain.payments.money_events import OrderEvent
from vpnbot.domain.people.person import Person


@dataclass(frozen=True, slots=True)
class Rules:
    """What a payment is judged by, besides the person and the order.

    `production`: payments of a provider's test mode are not granted. `stopped`: the renewal was turned off before the
    charge, or the time that it belongs to was changed, so that the charge is not what the person agreed to.
    `payer_is_owner`: the person of the order has paid, as far as the provider tells.
    """

    production: bool
    stopped: bool = False
    payer_is_owner: bool = True


def judged(report: PaymentReport, order: Order, person: Person, rules: Rules) -> OrderEvent:
    """Return the event that a new payment for an order is. Amounts are compared exactly, in minor units."""
    if report.test and rules.production:
        return OrderEvent.TEST_PAYMENT
    if not person.user.known:
        return OrderEvent.PERSON_DELETED
    if report.money.currency != order.price.currency:
        return OrderEvent.OTHER_CURRENCY
    if order.kind is OrderKind.RENEWAL and rules.stopped:
        return OrderEvent.RENEWAL_AFTER_STOP
    if report.money.amount_minor < order.price.amount_minor:
        return OrderEvent.TOO_LITTLE
    if person.paused and order.kind is not OrderKind.GIFT:
        return OrderEvent.PERSON_PAUSED
    if report.money.amount_minor > order.price.amount_minor:
        return OrderEvent.TOO_MUCH
    if order.kind is OrderKind.RENEWAL:
        return OrderEvent.RENEWAL_CHARGED
    return OrderEvent.PAID if rules.payer_is_owner else OrderEvent.PAID_BY_ANOTHER
