"""Refunds that were made: applied to a loaded person, and looked for if a payment shows that we do not know all."""

from vpnbot.domain.orders.reports import PaymentReport, RefundReport, ReportedState
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.returning import refund_done
from vpnbot.domain.payments.settlement import Settlement, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, PaymentPorts, Session
from vpnbot.usecases.read_gifts import gift_of


def apply_refund_in(
    session: Session,
    report: RefundReport,
    order_id: str,
    ports: PaymentPorts,
    context: Context,
    *,
    actor: str = "provider",
) -> Settlement:
    """Apply a refund that was made to an order of a person who is loaded, with this order recalled.

    The outcome LOOK says that its payment is not applied yet, and that nothing was committed.
    """

    def chosen(person: Person) -> Settlement:
        order = person.order(order_id)
        if order is None:
            return unchanged(Outcome.DONE, person)
        gift = gift_of(ports.gifts, order, report.payment_id)
        return refund_done(person, order, report, context.clock(), actor=actor, gift=gift)

    return settle(session, context, chosen)


def catch_up_refunds(
    session: Session, report: PaymentReport, order_id: str, ports: PaymentPorts, context: Context
) -> None:
    """Apply the refunds of a payment if its provider has sent back more of it than we know of.

    Raises:
        ProviderUnavailable, WrongAccount: the provider did not list them.
        Conflict, StorageUnavailable: try again later.
    """
    if report.refunded is None or not report.refunded.amount_minor:
        return
    order = session.person.order(order_id)
    payment = None if order is None else order.payment(report.payment_id)
    if order is None or payment is None or not (payment.here and report.refunded.currency == payment.money.currency):
        return
    waiting = session.person.refund_of(payment.id)
    known = payment.refunded_minor - (waiting.money.amount_minor if waiting else 0)
    if report.refunded.amount_minor <= known:
        return
    for refund in ports.providers.get(order.provider).find_refunds(payment.id):
        if refund.state is ReportedState.SUCCEEDED:
            apply_refund_in(session, refund, order_id, ports, context)
