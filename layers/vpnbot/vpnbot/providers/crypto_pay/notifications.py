"""Notifications: signed with the token, and still only hints, because the invoice is fetched again in any case."""

import hmac
from hashlib import sha256

from vpnbot.domain.orders.payload import parse_order_payload
from vpnbot.providers.answers import Unreadable, parsed
from vpnbot.providers.crypto_pay.reading import invoice_id
from vpnbot.usecases.ports.payments import Forged, Hint, NoHint, NotificationRequest, PaymentHint

SIGNATURE_HEADER = "crypto-pay-api-signature"


def signature(body: bytes, token: str) -> str:
    """Return the signature of a body: HMAC-SHA256 in hexadecimal digits, its key is the SHA-256 of the token."""
    return hmac.digest(sha256(token.encode()).digest(), body, sha256).hex()


def is_signed(request: NotificationRequest, token: str) -> bool:
    """Tell, in constant time, whether a request has the signature of its body exactly as it was received."""
    presented = request.headers.get(SIGNATURE_HEADER, "")
    return hmac.compare_digest(presented.encode(), signature(request.body, token).encode())


def read_hint(body: bytes) -> Hint:
    """Return what the body of a signed notification is about."""
    try:
        update = parsed(body)
        if update.get("update_type") != "invoice_paid":
            return NoHint()
        invoice = update.get("payload")
        if not isinstance(invoice, dict):
            return Forged("no invoice")
        payload = parse_order_payload(invoice.get("payload"))
        return PaymentHint(
            invoice_id(invoice), payload.order if payload else None, payload.person if payload else None
        )
    except Unreadable as error:
        return Forged(str(error))
