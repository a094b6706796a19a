"""Answer a notification of a provider: it is only a hint, and the provider itself is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from vpnbot.correlation import current_id, follow, note
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.order_id import is_order_id
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.provider_errors import ProviderUnavailable, UnknownPayment, WrongAccount
from vpnbot.domain.orders.reports import ReportedState, Source
from vpnbot.domain.payments.notices import WITHOUT_NOTICE
from vpnbot.domain.people.items import due_at_once
from vpnbot.domain.scheduling import DueItem
from vpnbot.errors import Conflict, PaymentNotApplied, StorageUnavailable, UnreadableItem
from vpnbot.usecases.payments.accounts import require_account
from vpnbot.usecases.payments.apply_payment import apply_in, is_ours
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.payments.watch_notifications import payment_noticed
from vpnbot.usecases.ports import Context, Metric, PaymentPorts, Session
from vpnbot.usecases.ports.payments import (
    Forged,
    NoHint,
    NotificationRequest,
    PaymentHint,
    PaymentProvider,
    RefundHint,
)

STILL_PENDING_FOR = timedelta(hours=1)
"""So long a notification about a payment that is still pending is asked for again."""


@dataclass(frozen=True, slots=True)
class NotificationResult:
    """The HTTP status of the answer, and claims on the due work that this process has just committed."""

    status: int
    claims: Sequence[DueItem] = ()


def receive_notification(
    provider: PaymentProvider, request: NotificationRequest, ports: PaymentPorts, context: Context
) -> NotificationResult:
    """Ask the provider for what a notification hints at, apply it, and return the answer.

    Status 500 makes the provider send the notification again; without that the order is looked at when it is due. A
    hint from an address that is not the provider's never makes it be asked at once; the reconciliation looks then.
    """
    hint = provider.hint(request)
    try:
        match hint:
            case PaymentHint():
                return _payment(provider, hint, ports, context)
            case RefundHint():
                return _refund(provider, hint, ports, context)
            case Forged():
                context.metrics.count(Metric.FORGED_PAYMENTS)
                return NotificationResult(200)
            case NoHint():
                return NotificationResult(200)
    except (ProviderUnavailable, WrongAccount, UnreadableItem, Conflict, StorageUnavailable) as error:
        context.metrics.deferred("NOTIFICATION", error)
        return NotificationResult(500)


def _payment(
    provider: PaymentProvider, hint: PaymentHint, ports: PaymentPorts, context: Context
) -> NotificationResult:
    if hint.order is None or hint.person is None or not is_order_id(hint.order):
        ports.reconciliations.make_due(provider.name, context.clock())
        return NotificationResult(200)
    session = ports.people.open(PersonId(hint.person))
    note(person=hint.person)
    order = session.recall(hint.order).order(hint.order)
    if order is None:
        ports.reconciliations.make_due(provider.name, context.clock())
        return NotificationResult(200)
    follow(order.origin)
    known = order.payment(hint.payment_id)
    if known is not None and known.state not in {PaymentState.PENDING, PaymentState.CANCELED}:
        if known.noticed_by in WITHOUT_NOTICE and not hint.is_foreign:
            payment_noticed(provider.name, Source.NOTIFICATION, ports, context)  # it is late, and has come
        return NotificationResult(200)
    if hint.is_foreign:
        ports.reconciliations.make_due(provider.name, context.clock())
        return NotificationResult(200)
    require_account(provider, order.account if known is None else known.account)
    if not ports.looks.allows(f"{order.id}:{hint.payment_id}", context.clock()):
        return NotificationResult(500)
    return _looked_at(provider, hint, order, session, ports, context)


def _looked_at(
    provider: PaymentProvider,
    hint: PaymentHint,
    order: Order,
    session: Session,
    ports: PaymentPorts,
    context: Context,
) -> NotificationResult:
    """Ask the provider for a payment of an order of ours, and apply what it says."""
    try:
        report = provider.look(hint.payment_id)
    except UnknownPayment:
        context.metrics.count(Metric.FORGED_PAYMENTS)
        return NotificationResult(200)
    if not is_ours(report, ports):
        context.metrics.count(Metric.FOREIGN_PAYMENTS)
        return NotificationResult(200)
    if (report.person, report.order) != (hint.person, hint.order):
        context.metrics.count(Metric.FORGED_PAYMENTS)
        return NotificationResult(200)
    try:
        apply_in(session, report, order.id, Source.NOTIFICATION, ports, context)
    except PaymentNotApplied as error:
        context.metrics.failed("NOTIFICATION", error)
        return NotificationResult(200)
    if report.state is ReportedState.PENDING and context.clock() - order.placed_at < STILL_PENDING_FOR:
        return NotificationResult(500)
    return NotificationResult(200, _claims(session, context))


def _refund(provider: PaymentProvider, hint: RefundHint, ports: PaymentPorts, context: Context) -> NotificationResult:
    if hint.is_foreign:
        ports.reconciliations.make_due(provider.name, context.clock())
        return NotificationResult(200)
    try:
        report = provider.look_refund(hint.refund_id)
    except UnknownPayment:
        context.metrics.count(Metric.FORGED_PAYMENTS)
        return NotificationResult(200)
    try:
        session = apply_refund(report, ports, context)
    except PaymentNotApplied as error:
        context.metrics.failed("NOTIFICATION", error)
        return NotificationResult(200)
    return NotificationResult(200, _claims(session, context) if session else ())


def _claims(session: Session, context: Context) -> Sequence[DueItem]:
    """Return claims on the due work that this process has committed, whose claims it holds for a minute."""
    claims = due_at_once(session.person, context.clock())
    return [replace(claim, origin=current_id()) for claim in claims]
