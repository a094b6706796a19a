"""Apply what a provider reports about a refund: ours, or one that was made without us."""

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.provider_errors import UnknownPayment
from vpnbot.domain.orders.reports import RefundReport, ReportedState, Source
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.returning import refunded_cause
from vpnbot.usecases.payments.accounts import require_account
from vpnbot.usecases.payments.apply_payment import apply_in, is_ours
from vpnbot.usecases.payments.follow_unmatched import returned_elsewhere
from vpnbot.usecases.payments.keep_contradiction import keep_contradiction
from vpnbot.usecases.payments.refunds_elsewhere import apply_refund_in
from vpnbot.usecases.ports import Context, PaymentPorts, Session


def apply_refund(report: RefundReport, ports: PaymentPorts, context: Context) -> Session | None:
    """Apply a refund that was made to the order of its payment, and return the session of the person.

    If the payment was not applied yet, the provider is asked for it, and it is applied first. None: the payment is
    not ours, belongs to no order, or its provider cannot be asked for it, so that the reconciliation finds both.

    Raises:
        ProviderUnavailable, WrongAccount: the provider did not answer.
        PaymentNotApplied: the payment belongs to another order of ours.
        Conflict, StorageUnavailable: try again later.
    """
    if report.state is not ReportedState.SUCCEEDED:
        return None
    owner = ports.people.owner_of(report.provider, report.account, report.payment_id)
    if owner is None and returned_elsewhere(report, ports, context):
        return None
    if owner is None:
        return _with_its_payment(report, ports, context)
    session = ports.people.open(owner.person)
    session.recall(owner.order)
    settlement = apply_refund_in(session, report, owner.order, ports, context)
    if settlement.outcome is Outcome.LOOK:
        _contradicts(report, owner.order, owner.person, ports, context)
    return session


def _with_its_payment(report: RefundReport, ports: PaymentPorts, context: Context) -> Session | None:
    """Ask for a payment of which we did not know that it was paid, apply it, then its refund."""
    provider = ports.providers.get(report.provider)
    if not provider.abilities.looks:
        return None
    require_account(provider, report.account)
    try:
        payment = provider.look(report.payment_id)
    except UnknownPayment:
        return None
    if not is_ours(payment, ports) or payment.person is None or payment.order is None:
        return None
    session = ports.people.open(PersonId(payment.person))
    session.recall(payment.order)
    if payment.state is not ReportedState.SUCCEEDED:
        _contradicts(report, payment.order, payment.person, ports, context)
        return None
    apply_in(session, payment, payment.order, Source.RECONCILIATION, ports, context)
    apply_refund_in(session, report, payment.order, ports, context)
    return session


def _contradicts(report: RefundReport, order_id: str, person: str, ports: PaymentPorts, context: Context) -> None:
    """Tell operators of a refund of money that never arrived."""
    keep_contradiction(
        refunded_cause(report),
        ports,
        context,
        order=order_id,
        person=person,
        provider=report.provider,
        payment=report.payment_id,
    )
