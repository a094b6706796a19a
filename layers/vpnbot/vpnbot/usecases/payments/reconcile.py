"""Due work: compare the provider's list of payments and refunds with what was applied, a page at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable
from vpnbot.domain.orders.reports import PaymentReport, ReportedState, Source
from vpnbot.domain.payments.reconciliation import reconciliation_key
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.domain.shop import SHOP
from vpnbot.errors import ClaimLost, Misconfigured, Retryable
from vpnbot.usecases.payments.apply_payment import apply_in, is_ours
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.ports import Context, PaymentPorts

AGAIN_AFTER = timedelta(minutes=10)
"""After a cursor that the provider does not take any more, the run begins again after this time."""

_WORK = "RECONCILE"


def reconcile(item: DueItem, ports: PaymentPorts, context: Context) -> None:
    """Apply what one page of the provider's list has and we have not, and store the progress.

    A page that the provider does not find any more makes the run begin again.

    Raises:
        ProviderRejected: the provider rejects the first page.
        ProviderUnavailable, WrongAccount: the provider did not answer; due work tries again.
        ClaimLost: another worker has the claim.
        Conflict, StorageUnavailable: due work tries again.
    """
    name = item.sort_key.removeprefix(reconciliation_key(""))
    run = ports.reconciliations.get(name)
    if run is None or run.due is None or run.due.at != item.due_at or item.partition != SHOP:
        raise ClaimLost(item.sort_key)
    provider = ports.providers.get(name)
    try:
        page = provider.since(run.begin, run.cursor)
    except ProviderRejected as rejection:
        if run.cursor is None:
            raise
        context.metrics.deferred(_WORK, rejection)
        ports.reconciliations.save(run, replace(run, cursor=None, due=Due(context.clock() + AGAIN_AFTER)))
        return
    for why in page.unreadable:
        context.metrics.failed(_WORK, ProviderUnavailable(f"an entry of {name} cannot be read: {why}", unknown=False))
    for report in page.payments:
        _one(partial(_apply, report, ports, context), context)
    for refund in page.refunds:
        _one(partial(apply_refund, refund, ports, context), context)
    now = context.clock()
    after = run.ended(now) if page.following is None else run.continued(page.following, now)
    ports.reconciliations.save(run, after)


def _one(apply: Callable[[], object], context: Context) -> None:
    """Apply one payment or refund. One that cannot be applied is reported, and the others follow.

    Raises:
        Retryable, Misconfigured: the storage or the provider fails, which concerns all of them.
    """
    try:
        apply()
    except (Retryable, Misconfigured):
        raise
    except Exception as error:  # noqa: BLE001 - a bug about one payment must not keep the others from being applied
        context.metrics.failed(_WORK, error)


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
    apply_in(session, report, report.order, Source.RECONCILIATION, ports, context)
