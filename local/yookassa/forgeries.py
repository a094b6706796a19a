"""Notifications that a stranger sends: untrue, malformed, or far too large."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4

SOURCE_HEADER = "X-Local-Source"
"""The header with which the fake tells the local gateway the address that a notification seems to come from."""
OWN_ADDRESS = "185.71.76.5"
"""One of the addresses that YooKassa publishes."""
FOREIGN_ADDRESS = "203.0.113.9"
HUGE_BYTES = 10_000_000


class Forgery(StrEnum):
    """The kinds of forged notifications.

    ANOTHERS_PAYMENT has the id of one payment and the marks of another order. FOREIGN_SOURCE is true, but comes from
    a foreign address that claims YooKassa's in `X-Forwarded-For`. REFUND_WITHOUT_PAYMENT names a payment that was
    never made.
    """

    UNKNOWN_PAYMENT = "unknown_payment"
    ANOTHERS_PAYMENT = "anothers_payment"
    OTHER_AMOUNT = "other_amount"
    OTHER_CURRENCY = "other_currency"
    OTHER_METADATA = "other_metadata"
    OTHER_SHOP = "other_shop"
    TEST = "test"
    FOREIGN_SOURCE = "foreign_source"
    HUGE = "huge"
    NOT_JSON = "not_json"
    NO_OBJECT = "no_object"
    UNKNOWN_EVENT = "unknown_event"
    REFUND_WITHOUT_PAYMENT = "refund_without_payment"


@dataclass(frozen=True, slots=True)
class Notification:
    """The body of a notification, and headers that it has beside the usual ones."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def forged(forgery: Forgery, payment: Mapping[str, Any], other_order: str = "") -> Notification:
    """Return a forged notification about a payment as the API shows it; `other_order` is another person's order."""
    paid = {**payment, "status": "succeeded", "paid": True, **_lie(forgery, payment, other_order)}
    event = _EVENTS.get(forgery, "payment.succeeded")
    match forgery:
        case Forgery.NOT_JSON:
            return Notification(b"payment=succeeded&amount=299")
        case Forgery.NO_OBJECT:
            return Notification(json.dumps({"type": "notification", "event": event}).encode())
        case Forgery.FOREIGN_SOURCE:
            headers = {SOURCE_HEADER: FOREIGN_ADDRESS, "X-Forwarded-For": OWN_ADDRESS}
            return Notification(_encoded(event, paid), headers)
    return Notification(_encoded(event, paid))


_EVENTS = {Forgery.UNKNOWN_EVENT: "payout.succeeded", Forgery.REFUND_WITHOUT_PAYMENT: "refund.succeeded"}


def _lie(forgery: Forgery, payment: Mapping[str, Any], other_order: str) -> Mapping[str, Any]:
    """Return what a forged notification says otherwise than the payment."""
    lies: Mapping[Forgery, Mapping[str, Any]] = {
        Forgery.UNKNOWN_PAYMENT: {"id": str(uuid4())},
        Forgery.ANOTHERS_PAYMENT: {"metadata": {**payment["metadata"], "order": other_order}},
        Forgery.OTHER_AMOUNT: {"amount": {**payment["amount"], "value": "1.00"}},
        Forgery.OTHER_CURRENCY: {"amount": {**payment["amount"], "currency": "USD"}},
        Forgery.OTHER_METADATA: {"metadata": {"order": "../../etc", "person": "x" * 500, "shop": ""}},
        Forgery.OTHER_SHOP: {"recipient": {"account_id": "1"}, "metadata": {**payment["metadata"], "shop": "other"}},
        Forgery.TEST: {"test": True},
        Forgery.REFUND_WITHOUT_PAYMENT: {"id": str(uuid4()), "payment_id": str(uuid4())},
        Forgery.HUGE: {"description": "x" * HUGE_BYTES},
    }
    return lies.get(forgery, {})


def _encoded(event: str, about: Mapping[str, Any]) -> bytes:
    return json.dumps({"type": "notification", "event": event, "object": about}).encode()
