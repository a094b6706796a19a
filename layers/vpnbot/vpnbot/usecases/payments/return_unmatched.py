"""An operator sends back a payment that belongs to no order of this shop, by its id: what the command line does."""

from datetime import datetime, timedelta

from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.domain.payments.money_events import UnmatchedColumn
from vpnbot.domain.payments.operator_acts import Act
from vpnbot.domain.payments.unmatched import UnmatchedPayment, kept, unmatched_mark
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.payments.decide_unmatched import decide_unmatched
from vpnbot.usecases.payments.request_refund import NothingToSendBack
from vpnbot.usecases.ports import Context, PaymentPorts, PaymentProvider
from vpnbot.usecases.ports.payments import Refunds

SEARCHED = timedelta(days=90)
"""So far back the list of a provider is searched that cannot be asked for one payment."""


def find_payment(provider: PaymentProvider, payment_id: str, now: datetime) -> PaymentReport | None:
    """Return a payment as its provider has it; None if a provider without such a call does not list it.

    Raises:
        UnknownPayment: the provider knows no such payment.
        ProviderUnavailable, WrongAccount: the provider did not answer.
    """
    if provider.abilities.looks:
        return provider.look(payment_id)
    cursor = None
    while True:
        page = provider.since(now - SEARCHED, cursor)
        found = next((report for report in page.payments if report.payment_id == payment_id), None)
        if found is not None or page.following is None:
            return found
        cursor = page.following


def return_unmatched(
    provider: PaymentProvider, payment_id: str, ports: PaymentPorts, context: Context, cause: str, actor: str
) -> UnmatchedPayment:
    """Commit that all of a payment is sent back that was applied to no order; due work sends it.

    The payment is returned as it is then: a repetition changes nothing.

    Raises:
        NothingToSendBack: it was not paid, belongs to an order, or its provider cannot send money back.
        ProviderUnavailable, WrongAccount: the provider did not answer.
        Conflict, StorageUnavailable: call again.
    """
    if ports.people.owner_of(provider.name, provider.account, payment_id) is not None:
        raise NothingToSendBack("this payment belongs to an order: use refunds send")
    if provider.abilities.refunds is Refunds.NONE:
        raise NothingToSendBack("this provider cannot send money back: send it by hand")
    mark = unmatched_mark(provider.name, provider.account, payment_id)
    payment = ports.unmatched.get(mark)
    if payment is None:
        _keep(provider, payment_id, ports, context)
        payment = ports.unmatched.get(mark)
    if payment is not None and payment.column is UnmatchedColumn.HELD:
        decide_unmatched(payment, Act.SEND_BACK, cause, actor, ports, context)
        payment = ports.unmatched.get(mark)
    if payment is None:
        raise NothingToSendBack("the payment is not kept any more")
    return payment


def _keep(provider: PaymentProvider, payment_id: str, ports: PaymentPorts, context: Context) -> None:
    """Keep a payment of which no report has come yet, or which an earlier release kept in the ledger alone."""
    report = find_payment(provider, payment_id, context.clock())
    if report is None or report.state is not ReportedState.SUCCEEDED:
        raise NothingToSendBack("the provider has no such payment that was paid")
    settlement = kept(report, context.clock())
    try:
        ports.unmatched.save(settlement.after, settlement.entry)
    except AlreadyDecided:
        ports.unmatched.save(settlement.after)
