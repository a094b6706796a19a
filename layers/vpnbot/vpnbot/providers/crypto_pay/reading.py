"""Crypto Pay's invoices as reports: strict in ids, states and amounts, tolerant of everything else."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from vpnbot.domain.money import Money
from vpnbot.domain.orders.payload import parse_order_payload
from vpnbot.domain.orders.provider_names import CRYPTO_PAY
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.providers.answers import Unreadable

TITLE = "Crypto Pay"
"""The name of the brand, the same in every language."""

_STATES = {"active": ReportedState.PENDING, "paid": ReportedState.SUCCEEDED, "expired": ReportedState.CANCELED}
_EXPIRED = "expired_on_confirmation"
_AMOUNT = re.compile(r"\d{1,18}(?:\.\d{1,18})?")
_ASSET = re.compile(r"[A-Z0-9]{2,10}")
_ID = re.compile(r"[1-9]\d{0,17}")


def payment_report(invoice: Any, account: str, *, test: bool) -> PaymentReport:
    """Return an invoice; `account` is the id of our app, `test` says whether it is one of the test network.

    `money` is the price in its currency, `received` what was paid, such as "3.21 USDT".

    Raises:
        Unreadable: id, state or price is missing or has an unknown form, or the price is not in a currency.
    """
    if not isinstance(invoice, dict):
        raise Unreadable("not an invoice")
    state = _STATES.get(_text(invoice.get("status")))
    if state is None:
        raise Unreadable("the state is missing or unknown")
    payload = parse_order_payload(invoice.get("payload"))
    return PaymentReport(
        provider=CRYPTO_PAY,
        account=account,
        payment_id=invoice_id(invoice),
        state=state,
        money=_price(invoice),
        order=payload.order if payload else None,
        person=payload.person if payload else None,
        test=test,
        reason=_EXPIRED if state is ReportedState.CANCELED else "",
        method_title=TITLE,
        received=_received(invoice) if state is ReportedState.SUCCEEDED else "",
        made_at=time_of(invoice.get("created_at")),
        paid_at=time_of(invoice.get("paid_at")),
    )


def invoice_id(invoice: Mapping[str, Any]) -> str:
    """Return the id of an invoice as text.

    Raises:
        Unreadable: it has none.
    """
    found = str(invoice.get("invoice_id"))
    if not is_invoice_id(found):
        raise Unreadable("the id of the invoice is missing or malformed")
    return found


def is_invoice_id(text: str) -> bool:
    """Tell whether a text has the form of the id of an invoice."""
    return _ID.fullmatch(text) is not None


def invoices_of(result: Any) -> Sequence[Any]:
    """Return the invoices of a list, which is an array (documentation) or an object with `items` (SDKs).

    Raises:
        Unreadable: it is neither.
    """
    found = result.get("items") if isinstance(result, dict) else result
    if not isinstance(found, list):
        raise Unreadable("not a list of invoices")
    return found


def is_marked(invoice: Any) -> bool:
    """Tell whether an invoice has a payload of ours; the app may make others, for a website for example."""
    return isinstance(invoice, dict) and parse_order_payload(invoice.get("payload")) is not None


def time_of(value: Any) -> datetime | None:
    """Return a time in ISO 8601; None if it is none, or has no time zone."""
    with suppress(ValueError, OverflowError):
        time = datetime.fromisoformat(_text(value))
        return time.astimezone(UTC) if time.tzinfo else None
    return None


def _price(invoice: Mapping[str, Any]) -> Money:
    if invoice.get("currency_type") != "fiat":
        raise Unreadable("the price is not in a currency")
    with suppress(ValueError):
        return Money.parse(str(invoice.get("amount")), _text(invoice.get("fiat")))
    raise Unreadable("the price is missing or malformed")


def _received(invoice: Mapping[str, Any]) -> str:
    amount, asset = str(invoice.get("paid_amount")), _text(invoice.get("paid_asset"))
    if not _AMOUNT.fullmatch(amount) or not _ASSET.fullmatch(asset):
        return ""
    digits = f"{Decimal(amount):f}"
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits} {asset}"


def _text(value: Any, longest: int = 512) -> str:
    """Return a text of a usual length; anything else is an empty one."""
    return value if isinstance(value, str) and len(value) <= longest else ""
