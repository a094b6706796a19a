"""Due work: ask the provider for a fiscal receipt until it is registered, and keep its numbers."""

from dataclasses import replace
from datetime import timedelta

from vpnbot.domain.orders.followups import PendingReceipt
from vpnbot.domain.orders.reports import ReceiptReport
from vpnbot.domain.payments.money_events import PaymentEvent
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.outcomes import payment_outcome
from vpnbot.domain.payments.settlement import Fact, Settlement, replaced, settled, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DueItem
from vpnbot.usecases.payments.accounts import require_account
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, DueIndex, PaymentPorts, Session

LOOK_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 60, 24 * 60, 3 * 24 * 60))
"""The looks at a receipt; YooKassa's support asks to be told of one that is pending for three days."""


def follow_receipt(
    receipt: PendingReceipt, item: DueItem, session: Session, ports: PaymentPorts, context: Context, index: DueIndex
) -> None:
    """Ask for the receipt; one that is refused, or pending after the last look, is reported to the operators.

    Raises:
        ProviderUnavailable, WrongAccount: the provider did not answer; due work tries again.
        Conflict, StorageUnavailable: due work tries again.
    """
    now = context.clock()
    provider = ports.providers.get(receipt.provider)
    require_account(provider, receipt.account)
    report = provider.receipt(receipt.payment_id, receipt.refund_id)
    following = next((receipt.asked_at + after for after in LOOK_AFTER if receipt.asked_at + after > now), None)
    if report.state == "pending" and following is not None:
        index.postpone(item, following, attempts=0)
        return
    event = PaymentEvent.RECEIPT_REGISTERED if report.state == "succeeded" else PaymentEvent.RECEIPT_REFUSED
    session.recall(receipt.order_id)
    settle(session, context, lambda person: _chosen(person, receipt, report, event, context))


def _chosen(
    person: Person, receipt: PendingReceipt, report: ReceiptReport, event: PaymentEvent, context: Context
) -> Settlement:
    followed = replace(person, receipts=tuple(known for known in person.receipts if known != receipt))
    order = person.order(receipt.order_id)
    payment = None if order is None else order.payment(receipt.payment_id)
    outcome = payment_outcome(event, payment)
    if order is None or payment is None or outcome is Outcome.DONE:
        return unchanged(outcome, followed)
    changed = order if receipt.refund_id else replaced(order, payment, receipt=report)
    cause = f"receipt:{receipt.provider}:{receipt.refund_id or receipt.payment_id}:{report.state}"
    fact = Fact(cause, context.clock(), order)
    return settled(outcome, fact, person, followed.with_order(changed), payment=payment.id)
