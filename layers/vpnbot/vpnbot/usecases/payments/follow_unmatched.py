"""Due work on a payment that belongs to no order: remind the operators, or send it back."""

from dataclasses import replace

from vpnbot.domain.orders.provider_errors import ProviderRejected, UnknownPayment
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.orders.reports import RefundReport, ReportedState
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.looks import GIVE_UP_KEY
from vpnbot.domain.payments.refund_attempts import may_be, next_attempt, next_refund_look
from vpnbot.domain.payments.returning import refunded_cause
from vpnbot.domain.payments.settlement import HELD_REMINDER
from vpnbot.domain.payments.unmatched import (
    UnmatchedPayment,
    as_payment,
    named_order,
    refund_refused,
    returned,
    unmatched_key,
    unmatched_mark,
)
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.domain.shop import SHOP
from vpnbot.errors import AlreadyDecided, ClaimLost
from vpnbot.usecases.payments.accounts import refunds_of, require_account
from vpnbot.usecases.payments.remind_operators import remind_operators
from vpnbot.usecases.ports import Context, DueIndex, Metric, PaymentPorts, PaymentProvider
from vpnbot.usecases.ports.payments import Refunds
from vpnbot.usecases.statistics.count_unmatched import statistics_of_unmatched

NO_CALL = "not_supported"
"""The reason of a refund for which the provider has no call any more, for example without its credentials."""


def follow_unmatched(item: DueItem, ports: PaymentPorts, context: Context, index: DueIndex) -> None:
    """Do what is due for a payment that belongs to no order.

    Raises:
        ClaimLost: another worker has the claim.
        ProviderUnavailable, WrongAccount: the provider did not answer; due work tries again with the same key.
        Conflict, StorageUnavailable: due work tries again.
    """
    payment = ports.unmatched.get(item.sort_key.removeprefix(unmatched_key("")))
    if payment is None or payment.due is None or payment.due.at != item.due_at or item.partition != SHOP:
        raise ClaimLost(item.sort_key)
    if payment.refund is None:
        remind_operators(AlertKind.STILL_HELD, f"unmatched:{payment.mark}:held", ports, context, **payment.about())
        index.postpone(item, context.clock() + HELD_REMINDER, attempts=0)
        return
    _send(payment, payment.refund, ports, context)


def returned_elsewhere(report: RefundReport, ports: PaymentPorts, context: Context) -> bool:
    """Apply a refund that was made to a payment that belongs to no order; False if no such payment is kept.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    payment = ports.unmatched.get(unmatched_mark(report.provider, report.account, report.payment_id))
    if payment is None:
        return False
    _apply(payment, report, ports, context)
    return True


def _send(payment: UnmatchedPayment, refund: Refund, ports: PaymentPorts, context: Context) -> None:
    if refunds_of(ports.providers, payment.provider) is Refunds.NONE:
        _refused(payment, refund, NO_CALL, ports, context)
        return
    provider = ports.providers.get(payment.provider)
    require_account(provider, payment.account)
    payment, refund = _first_sent(payment, refund, provider, ports, context)
    try:
        report = _made(payment, refund, provider, context)
    except ProviderRejected as rejection:
        _refused(payment, refund, rejection.reason, ports, context)
        return
    match report.state:
        case ReportedState.SUCCEEDED:
            _apply(payment, report, ports, context)
        case ReportedState.CANCELED:
            _refused(payment, refund, report.reason, ports, context)
        case ReportedState.PENDING:
            now = context.clock()
            look = Due(next_refund_look(refund.sent_at or now, now))
            _remembered(payment, replace(refund, refund_id=report.refund_id), ports, due=look)


def _first_sent(
    payment: UnmatchedPayment, refund: Refund, provider: PaymentProvider, ports: PaymentPorts, context: Context
) -> tuple[UnmatchedPayment, Refund]:
    """Return both with the time of the first request committed; a key that is too old is replaced by the next one.

    Before the key is replaced, the provider's list must have no refund that the old one may have made.
    """
    now = context.clock()
    if refund.refund_id is not None or (refund.sent_at is not None and now - refund.sent_at < GIVE_UP_KEY):
        return payment, refund
    current = replace(refund, sent_at=now)
    if refund.sent_at is not None:
        known = [each for each in provider.find_refunds(payment.payment_id) if may_be(each, refund)]
        if known:
            return payment, replace(refund, refund_id=known[-1].refund_id)
        current = replace(current, attempt=refund.attempt + 1)
    return _remembered(payment, current, ports, due=payment.due), current


def _made(payment: UnmatchedPayment, refund: Refund, provider: PaymentProvider, context: Context) -> RefundReport:
    """Return the refund as the provider has it, and make it there if it has none."""
    if refund.refund_id is not None:
        try:
            return provider.look_refund(refund.refund_id)
        except UnknownPayment:
            pass
    if payment.renews and payment.payer is not None:
        try:
            provider.stop_renewal(payment.payer, payment.payment_id)
        except ProviderRejected as rejection:
            context.metrics.deferred("REFUND", rejection)  # the provider has no such subscription any more
    return provider.refund(refund, named_order(payment), as_payment(payment))


def _remembered(
    payment: UnmatchedPayment, refund: Refund, ports: PaymentPorts, *, due: Due | None
) -> UnmatchedPayment:
    """Store a changed refund, and return the payment as it is stored then."""
    after = replace(payment, refund=refund, due=due)
    ports.unmatched.save(after)
    return replace(after, version=after.version + 1)


def _apply(payment: UnmatchedPayment, report: RefundReport, ports: PaymentPorts, context: Context) -> None:
    retention = ports.sales.settings.load().retention
    settlement = returned(payment, report, refunded_cause(report), context.clock(), retention)
    if settlement.entry is None:
        return
    try:
        counted = statistics_of_unmatched(settlement)
        ports.unmatched.save(settlement.after, settlement.entry, *settlement.effects, *counted)
    except AlreadyDecided:
        ports.unmatched.save(settlement.after)  # a release without this item has written the entry


def _refused(payment: UnmatchedPayment, refund: Refund, reason: str, ports: PaymentPorts, context: Context) -> None:
    """Try again what may pass later, with another key; otherwise an operator decides again."""
    now = context.clock()
    later = next_attempt(refund, reason, now)
    if later is not None:
        _remembered(payment, replace(later, due=None), ports, due=later.due)
        return
    settlement = refund_refused(payment, reason, now)
    ports.unmatched.save(settlement.after, settlement.entry, *settlement.effects)
    context.metrics.count(Metric.REFUNDS_REFUSED)
