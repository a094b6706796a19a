"""An operator sends back a payment that belongs to no order of this shop."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.order_id import new_order_id
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.refund import Refund, RefundReason
from vpnbot.domain.orders.reports import PaymentReport, RefundReport, ReportedState
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.errors import AlreadyDecided
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
    provider: PaymentProvider, payment_id: str, ports: PaymentPorts, context: Context, actor: str
) -> RefundReport:
    """Send back all of a payment that was applied to no order; a repetition sends nothing twice.

    Raises:
        NothingToSendBack: it was not paid, belongs to an order, or its provider cannot send money back.
        ProviderRejected, ProviderUnavailable, WrongAccount: the provider did not send it.
        StorageUnavailable: the money is sent, and the ledger does not have it; call again.
    """
    now = context.clock()
    if ports.people.owner_of(provider.name, provider.account, payment_id) is not None:
        raise NothingToSendBack("this payment belongs to an order: use refunds send")
    if provider.abilities.refunds is Refunds.NONE:
        raise NothingToSendBack("this provider cannot send money back: send it by hand")
    report = find_payment(provider, payment_id, now)
    if report is None or report.state is not ReportedState.SUCCEEDED:
        raise NothingToSendBack("the provider has no such payment that was paid")
    refund, order, payment = _request(report, now)
    sent = provider.refund(refund, order, payment)
    cause = f"refund:{provider.name}:{provider.account}:{sent.refund_id}:{sent.state}"
    money = Money(-sent.money.amount_minor, sent.money.currency)
    with suppress(AlreadyDecided):
        ports.ledger.record(Entry(cause, "sent back, no order", now, actor, report.order, money))
    return sent


def _request(report: PaymentReport, now: datetime) -> tuple[Refund, Order, Payment]:
    """Return the refund with an order that only names it: its id, and so the key, follow from the payment."""
    seed = sha256(f"{report.provider}:{report.account}:{report.payment_id}".encode()).hexdigest()
    order_id = new_order_id(datetime.fromtimestamp(0, UTC), seed)
    price = ListPrice(report.money.amount_minor, 1)
    offer = Offer("none", Plan("none", timedelta(), 0, 0), timedelta(), report.money, price, price)
    order = Order(order_id, OrderKind.PURCHASE, offer, report.provider, report.person or "", now)
    payment = Payment(report.payment_id, report.account, report.money, PaymentState.HELD, payer=report.payer)
    refund = Refund(
        order_id,
        1,
        report.provider,
        report.account,
        report.payment_id,
        report.money,
        RefundReason.OPERATOR,
        now,
        payer=report.payer,
    )
    return refund, order, payment
