"""Lists of payments and refunds. YooKassa lists the newest first, has no other order, and cannot search by a mark."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from vpnbot.domain.orders.order import Order
from vpnbot.providers.answers import Unreadable
from vpnbot.providers.yookassa.client import YooKassaClient
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

    What cannot be read does not keep the rest from being read. A payment without our marks is left out, because other
    programs use the same account; one of ours, or a refund, is named in `unreadable`.
    """
    kind, _, position = (cursor or f"{PAYMENTS}:").partition(":")
    rows, following = client.page(kind, {"created_at.gte": _stamp(begin)}, position)
    rows.reverse()
    if kind == REFUNDS:
        refunds, unreadable = _readable(rows, lambda row: refund_report(row, shop_id), lambda row: True)
        return Page((), refunds, f"{REFUNDS}:{following}" if following else None, unreadable)
    payments, unreadable = _readable(rows, lambda row: payment_report(row, shop_id), is_marked)
    return Page(payments, (), f"{PAYMENTS}:{following}" if following else f"{REFUNDS}:", unreadable)


def _readable[R](
    rows: Iterable[Any], read: Callable[[Any], R], is_ours: Callable[[Any], bool]
) -> tuple[list[R], list[str]]:
    """Return the reports of the rows that can be read, and what is wrong with the others that may be ours."""
    reports, unreadable = [], []
    for row in rows:
        try:
            reports.append(read(row))
        except Unreadable as error:
            if is_ours(row):
                unreadable.append(str(error))
    return reports, unreadable


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
