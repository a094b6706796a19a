"""Lists of payments and refunds. YooKassa lists the newest first, has no other order, and cannot search by a mark."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.reports import PaymentReport
from vpnbot.providers.yookassa.client import YooKassaClient
from vpnbot.providers.yookassa.errors import Unreadable
from vpnbot.providers.yookassa.reading import is_marked, payment_report, refund_report
from vpnbot.usecases.ports.payments import Page

PAYMENTS, REFUNDS = "payments", "refunds"
KEY_LIFE = timedelta(hours=23)
"""An idempotence key lives for 24 h; after that the same key would make a second payment."""
CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far YooKassa's clock may be from ours."""


def rows_of(client: YooKassaClient, order: Order) -> Iterator[dict[str, Any]]:
    """Yield the payments that are marked with an order, the newest first: all were made while its keys lived."""
    last = (order.sent_at or order.placed_at) + KEY_LIFE
    window = {
        "created_at.gte": _stamp(order.placed_at - CLOCK_DIFFERENCE),
        "created_at.lte": _stamp(last + CLOCK_DIFFERENCE),
    }
    for row in client.rows(PAYMENTS, window):
        metadata = row.get("metadata") if isinstance(row, dict) else None
        if isinstance(metadata, dict) and metadata.get("order") == order.id:
            yield row


def page_since(client: YooKassaClient, shop_id: str, begin: datetime, cursor: str | None) -> Page:
    """Return one page of the payments since a time, after the last of them one of the refunds.

    A payment that cannot be read is left out unless it has our marks, because other programs use the same account.

    Raises:
        Unreadable: one of ours, or a refund, cannot be read.
    """
    kind, _, position = (cursor or f"{PAYMENTS}:").partition(":")
    rows, following = client.page(kind, {"created_at.gte": _stamp(begin)}, position)
    rows.reverse()
    if kind == REFUNDS:
        refunds = [refund_report(row, shop_id) for row in rows]
        return Page(refunds=refunds, following=f"{REFUNDS}:{following}" if following else None)
    payments = [report for row in rows if (report := _if_readable(row, shop_id)) is not None]
    return Page(payments=payments, following=f"{PAYMENTS}:{following}" if following else f"{REFUNDS}:")


def _if_readable(row: Any, shop_id: str) -> PaymentReport | None:
    try:
        return payment_report(row, shop_id)
    except Unreadable:
        if is_marked(row):
            raise
        return None


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
