"""What the API accepts, checked as strictly as YooKassa does: lengths, forms, sums (documentation and its SDKs)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from local.yookassa.errors import ApiError, invalid
from vpnbot.domain.money import Money

LARGEST_MINOR = 70_000_000
_VALUE = re.compile(r"\d{1,10}\.\d{2}")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_PHONE = re.compile(r"\d{11,15}")
_MODES = frozenset(
    {
        "full_prepayment",
        "partial_prepayment",
        "advance",
        "full_payment",
        "partial_payment",
        "credit",
        "credit_payment",
    }
)


def key(headers: Mapping[str, str]) -> str:
    """Return the idempotence key of a request."""
    found = headers.get("Idempotence-Key", "")
    if not 1 <= len(found) <= 64:
        raise invalid("Idempotence-Key", "Idempotence key is missing or longer than 64 characters")
    return found


def amount(value: Any, parameter: str = "amount") -> Money:
    """Return an amount of roubles, which must have two decimals."""
    match value:
        case {"value": str() as text, "currency": "RUB"} if _VALUE.fullmatch(text):
            money = Money.parse(text, "RUB")
            if 0 < money.amount_minor <= LARGEST_MINOR:
                return money
    raise invalid(parameter)


def payment(body: Mapping[str, Any], *, fiscal: bool, email_only: bool) -> Money:
    """Check a request for a payment, and return its amount."""
    money = amount(body.get("amount"))
    if not isinstance(body.get("capture", False), bool):
        raise invalid("capture")
    _text(body, "description", 128)
    _text(body, "merchant_customer_id", 200)
    _metadata(body.get("metadata", {}))
    if not isinstance(body.get("save_payment_method", False), bool):
        raise invalid("save_payment_method")
    if ("confirmation" in body) == ("payment_method_id" in body):
        raise invalid("confirmation", "Either a confirmation or a saved method is needed")
    if "confirmation" in body:
        _confirmation(body["confirmation"])
    receipt(body, money, fiscal=fiscal, email_only=email_only)
    return money


def refund(body: Mapping[str, Any], paid: Money, left_minor: int, *, fiscal: bool, email_only: bool) -> Money:
    """Check a request for a refund of a payment, and return its amount."""
    money = amount(body.get("amount"))
    _text(body, "description", 250)
    if money.currency != paid.currency or money.amount_minor > left_minor:
        raise invalid("amount", "Refund amount exceeds the amount that is left")
    receipt(body, money, fiscal=fiscal and money != paid, email_only=email_only)
    return money


def receipt(body: Mapping[str, Any], money: Money, *, fiscal: bool, email_only: bool) -> None:
    """Check the receipt of a request; the sum of its items must be the amount."""
    given = body.get("receipt")
    if given is None:
        if fiscal:
            raise invalid("receipt", "Receipt is missing or illegal")
        return
    if not isinstance(given, dict):
        raise invalid("receipt")
    customer = given.get("customer")
    if not isinstance(customer, dict):
        raise invalid("receipt.customer")
    email, phone = customer.get("email"), customer.get("phone")
    has_email = isinstance(email, str) and len(email) <= 254 and _EMAIL.fullmatch(email) is not None
    has_phone = isinstance(phone, str) and _PHONE.fullmatch(phone) is not None
    if not has_email and (email_only or email is not None or not has_phone):
        raise invalid("receipt.customer.email")
    items = given.get("items")
    if not isinstance(items, list) or not items:
        raise invalid("receipt.items")
    if sum(_item(item) for item in items) != money.amount_minor:
        raise invalid("receipt", "The sum of the receipt is not the amount of the payment")


def _item(item: Any) -> Decimal:
    """Check one item, and return its sum in minor units."""
    if not isinstance(item, dict):
        raise invalid("receipt.items")
    _text(item, "description", 128, required=True)
    if item.get("vat_code") not in range(1, 13) or item.get("payment_mode") not in _MODES:
        raise invalid("receipt.items.vat_code")
    if item.get("payment_subject") != "service":
        raise invalid("receipt.items.payment_subject")
    quantity = item.get("quantity")
    if not isinstance(quantity, str) or not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", quantity) or Decimal(quantity) <= 0:
        raise invalid("receipt.items.quantity")
    return Decimal(quantity) * amount(item.get("amount"), "receipt.items.amount").amount_minor


def _confirmation(value: Any) -> None:
    match value:
        case {"type": "redirect", "return_url": str() as back}:
            if len(back) <= 2048 and back.startswith(("https://", "http://")):
                return
    raise invalid("confirmation.return_url")


def _metadata(value: Any) -> None:
    fits = (
        isinstance(value, dict)
        and len(value) <= 16
        and all(len(name) <= 32 and isinstance(text, str) and len(text) <= 512 for name, text in value.items())
    )
    if not fits:
        raise invalid("metadata")


def _text(body: Mapping[str, Any], name: str, longest: int, *, required: bool = False) -> None:
    text = body.get(name, None if required else "")
    if not isinstance(text, str) or len(text) > longest or (required and not text):
        raise invalid(name)


def no_such(name: str) -> ApiError:
    """Return the error for an object that this shop does not have."""
    return ApiError(404, "not_found", f"{name} doesn't exist or access denied")
