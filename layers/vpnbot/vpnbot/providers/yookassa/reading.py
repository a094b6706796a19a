"""YooKassa's objects as reports: strict in amounts, currencies, ids and states, tolerant of everything else."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from vpnbot.domain.money import Money
from vpnbot.domain.orders.provider_names import YOOKASSA
from vpnbot.domain.orders.reports import (
    PaymentReport,
    ReceiptReport,
    RefundReport,
    ReportedMethod,
    ReportedState,
)
from vpnbot.domain.payments.declines import UNKNOWN_REASON
from vpnbot.providers.answers import Unreadable
from vpnbot.usecases.ports.payments import Verdict

_STATES = {
    "pending": ReportedState.PENDING,
    "waiting_for_capture": ReportedState.PENDING,
    "succeeded": ReportedState.SUCCEEDED,
    "canceled": ReportedState.CANCELED,
}
_RECEIPT_STATES = frozenset({"pending", "succeeded", "canceled"})
_METHODS = {
    "sbp": "SBP",
    "yoo_money": "YooMoney",
    "sberbank": "SberPay",
    "tinkoff_bank": "T-Pay",
    "mir_pay": "Mir Pay",
}
"""The names of methods that have no card: names of brands, the same in every language."""
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_REASON = re.compile(r"[a-z0-9_]{1,64}")
_LONGEST_MARK = 512


def payment_report(payment: Any, shop_id: str) -> PaymentReport:
    """Return a payment; `shop_id` is the account if the payment does not name it.

    Raises:
        Unreadable: id, state, amount or `test` is missing or has an unknown form.
    """
    found = _object(payment, "a payment")
    state = _state(found)
    metadata = _objects(found.get("metadata"))
    method = _objects(found.get("payment_method"))
    title = _method_title(method)
    is_test = found.get("test")
    if not isinstance(is_test, bool):
        raise Unreadable("`test` is not a boolean")
    return PaymentReport(
        provider=YOOKASSA,
        account=_text(_objects(found.get("recipient")).get("account_id")) or shop_id,
        payment_id=identifier(found.get("id")),
        state=state,
        money=_money(found.get("amount")),
        order=_text(metadata.get("order")) or None,
        person=_text(metadata.get("person")) or None,
        shop=_text(metadata.get("shop")) or None,
        test=is_test,
        reason=_reason(found, state),
        method_title=title,
        method=_saved(method, title) if state is ReportedState.SUCCEEDED else None,
        refunded=_money(found["refunded_amount"]) if found.get("refunded_amount") else None,
        receipt=_receipt_state(found.get("receipt_registration")),
        made_at=_time(found.get("created_at")),
        paid_at=_time(found.get("captured_at")),
    )


def refund_report(refund: Any, shop_id: str) -> RefundReport:
    """Return a refund.

    Raises:
        Unreadable: id, payment, state or amount is missing or has an unknown form.
    """
    found = _object(refund, "a refund")
    state = _state(found)
    return RefundReport(
        provider=YOOKASSA,
        account=shop_id,
        refund_id=identifier(found.get("id")),
        payment_id=identifier(found.get("payment_id")),
        state=state,
        money=_money(found.get("amount")),
        reason=_reason(found, state),
        receipt=_receipt_state(found.get("receipt_registration")),
        made_at=_time(found.get("created_at")),
    )


def receipt_report(receipt: Any) -> ReceiptReport:
    """Return a receipt.

    Raises:
        Unreadable: it is not an object, or its state is unknown.
    """
    found = _object(receipt, "a receipt")
    state = _receipt_state(found.get("status"))
    if not state:
        raise Unreadable("an unknown state of a receipt")
    return ReceiptReport(
        state,
        fiscal_document_number=_text(found.get("fiscal_document_number")),
        fiscal_storage_number=_text(found.get("fiscal_storage_number")),
        fiscal_attribute=_text(found.get("fiscal_attribute")),
    )


def verdict(shop: Mapping[str, Any]) -> Verdict:
    """Return what `GET /me` says.

    Raises:
        Unreadable: it names no account.
    """
    is_test, fiscal = shop.get("test"), _objects(shop.get("fiscalization")).get("enabled")
    status = _text(shop.get("status"))
    return Verdict(
        account=identifier(shop.get("account_id")),
        test=is_test if isinstance(is_test, bool) else None,
        fiscal=fiscal if isinstance(fiscal, bool) else None,
        enabled=status == "enabled" if status else None,
    )


def confirmation_link(payment: Mapping[str, Any]) -> str:
    """Return the address of the page on which a payment is paid; empty if there is none (any more)."""
    link = _text(_objects(payment.get("confirmation")).get("confirmation_url"), longest=2048)
    return link if link.startswith(("https://", "http://")) else ""


def is_marked(payment: Any) -> bool:
    """Tell whether a payment has an order in its metadata, so that it may be ours."""
    return isinstance(payment, dict) and bool(_text(_objects(payment.get("metadata")).get("order")))


def identifier(value: Any) -> str:
    """Return an id that can be part of an address and of a key of the table.

    Raises:
        Unreadable: it is no such text.
    """
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise Unreadable("an id is missing or malformed")


def _money(value: Any) -> Money:
    match value:
        case {"value": str() as amount, "currency": str() as currency}:
            with suppress(ValueError):
                return Money.parse(amount, currency)
    raise Unreadable("an amount is missing or malformed")


def _state(found: Mapping[str, Any]) -> ReportedState:
    state = _STATES.get(_text(found.get("status")))
    if state is None:
        raise Unreadable("the state is missing or unknown")
    return state


def _reason(found: Mapping[str, Any], state: ReportedState) -> str:
    if state is not ReportedState.CANCELED:
        return ""
    reason = _text(_objects(found.get("cancellation_details")).get("reason"))
    return reason if _REASON.fullmatch(reason) else UNKNOWN_REASON


def _method_title(method: Mapping[str, Any]) -> str:
    card = _objects(method.get("card"))
    last = _text(card.get("last4"))
    if last:
        return f"{_text(card.get('card_type'))} •• {last}".strip()
    return _METHODS.get(_text(method.get("type")), "")


def _saved(method: Mapping[str, Any], title: str) -> ReportedMethod | None:
    return ReportedMethod(identifier(method.get("id")), title) if method.get("saved") is True else None


def _receipt_state(value: Any) -> str:
    return value if isinstance(value, str) and value in _RECEIPT_STATES else ""


def _time(value: Any) -> datetime | None:
    with suppress(ValueError, OverflowError):
        time = datetime.fromisoformat(_text(value))
        return time.astimezone(UTC) if time.tzinfo else None
    return None


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(f"not {name}")
    return value


def _objects(value: Any) -> Mapping[str, Any]:
    """Return an object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def _text(value: Any, longest: int = _LONGEST_MARK) -> str:
    """Return a text of a usual length; anything else is an empty one."""
    return value if isinstance(value, str) and len(value) <= longest else ""
