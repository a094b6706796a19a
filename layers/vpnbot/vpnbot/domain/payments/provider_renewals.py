"""Charges that a provider makes automatically: each becomes an order, below the order of the subscription."""

from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.order_id import child_id
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.reports import PaymentReport
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due

LATER = timedelta(days=1)
"""A payment whose subscription ends so much later than that of the first one is a renewal, whatever else it says."""


def first_payment(order: Order) -> Payment | None:
    """Return the payment that started a subscription at the provider; None if the order has none."""
    started = [(payment.renews_until, payment) for payment in order.payments if payment.renews_until is not None]
    return min(started, key=lambda known: known[0])[1] if started else None


def completed(report: PaymentReport, order: Order) -> PaymentReport:
    """Return the report of a payment for an order with what follows from the end of its subscription.

    The list of transactions does not say which payment was the first, and an update may lack the mark of a renewal,
    or repeat the charge of the first payment: then the id is that charge and the end.
    """
    first = first_payment(order)
    until = report.renews_until or _unmarked_until(report, order, first)
    if until is None:
        return report
    later = first is not None and first.renews_until is not None and until >= first.renews_until + LATER
    renewal = later or (report.renewal and not report.first_of_renewals)
    completed_report = replace(report, renewal=renewal, first_of_renewals=not renewal, renews_until=until)
    if not later or first is None or first.id != report.payment_id:
        return completed_report
    return replace(completed_report, payment_id=f"{report.payment_id}@{until:%Y-%m-%d}")


def _unmarked_until(report: PaymentReport, order: Order, first: Payment | None) -> datetime | None:
    """Return the end after a payment without any mark, if it comes when the subscription of the order is renewed."""
    if first is None or first.renews_until is None or report.paid_at is None or order.payment(report.payment_id):
        return None
    return report.paid_at + order.offer.duration if report.paid_at >= first.renews_until - LATER else None


def with_renewal_order(person: Person, order: Order, now: datetime) -> tuple[Person, Order]:
    """Return the order of a charge that the provider has made automatically, and the person with it counted."""
    counted = replace(order, renewals=order.renewals + 1)
    child = Order(
        child_id(order.id, counted.renewals),
        OrderKind.RENEWAL,
        order.offer.undiscounted,
        order.provider,
        order.person,
        now,
        account=order.account,
        language=order.language,
        origin=order.origin,
        due=Due(now),
    )
    return person.with_order(counted), child
