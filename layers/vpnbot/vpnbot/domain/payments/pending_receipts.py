"""Fiscal receipts that are to be registered after a payment or a refund."""

from datetime import datetime, timedelta

from vpnbot.domain.orders.followups import PendingReceipt
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.reports import PaymentReport, RefundReport
from vpnbot.domain.scheduling import Due

FIRST_LOOK_AFTER = timedelta(minutes=5)
"""When the provider is asked for a receipt for the first time."""


def receipt_of(order: Order, report: PaymentReport | RefundReport, now: datetime) -> PendingReceipt:
    """Return the receipt that a provider makes for a payment or a refund; its numbers are asked for later."""
    refund_id = report.refund_id if isinstance(report, RefundReport) else None
    due = Due(now + FIRST_LOOK_AFTER)
    return PendingReceipt(order.id, report.provider, report.account, report.payment_id, now, refund_id, due)
