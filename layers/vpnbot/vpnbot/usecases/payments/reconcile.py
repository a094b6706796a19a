"""Due work: compare the provider's list of payments and refunds with what was applied, a page at a time."""

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.reports import PaymentReport, RefundReport, ReportedState, Source
from vpnbot.domain.payments.reconciliation import reconciliation_key
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.shop import SHOP
from vpnbot.errors import ClaimLost, PaymentNotApplied, UnreadableItem
from vpnbot.usecases.payments.apply_payment import apply_in, is_ours
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.ports import Context, PaymentPorts


def reconcile(item: DueItem, ports: PaymentPorts, context: Context) -> None:
    """Apply what one page of the provider's list has and we have not, and store the progress.

    Raises:
        ProviderUnavailable, WrongAccount: the provider did not answer; due work tries again.
        ClaimLost: another worker has the claim.
        Conflict, StorageUnavailable: due work tries again.
    """
    name = item.sort_key.removeprefix(reconciliation_key(""))
    run = ports.reconciliations.get(name)
    if run is None or run.due is None or run.due.at != item.due_at or item.partition != SHOP:
        raise ClaimLost(item.sort_key)
    provider = ports.providers.get(name)
    page = provider.since(run.begin, run.cursor)
    for report in page.payments:
        _apply(report, ports, context)
    for refund in page.refunds:
        _apply_refund(refund, ports, context)
    now = context.clock()
    after = run.ended(now) if page.following is None else run.continued(page.following, now)
    ports.reconciliations.save(run, after)


def _apply_refund(refund: RefundReport, ports: PaymentPorts, context: Context) -> None:
    try:
        apply_refund(refund, ports, context)
    except (PaymentNotApplied, UnreadableItem) as error:  # as for payments
        context.metrics.failed("RECONCILE", error)


def _apply(report: PaymentReport, ports: PaymentPorts, context: Context) -> None:
    """Apply a payment that is paid and not in our register, or sent back more than we know; others cost one read."""
    if report.state is not ReportedState.SUCCEEDED or report.person is None or report.order is None:
        return
    if not is_ours(report, ports):
        return
    known = ports.people.owner_of(report.provider, report.account, report.payment_id)
    if known is not None and (report.refunded is None or not report.refunded.amount_minor):
        return
    session = ports.people.open(PersonId(report.person))
    session.recall(report.order)
    try:
        apply_in(session, report, report.order, Source.RECONCILIATION, ports, context)
    except (PaymentNotApplied, UnreadableItem) as error:  # one payment must not keep the others from being applied
        context.metrics.failed("RECONCILE", error)
