"""The errors of YooKassa's API, by HTTP status and by the object `{type, id, code, description, parameter}`.

Its description may quote what was sent, a saved method for example, so that no error of ours contains it.
"""

import re
from datetime import timedelta

from vpnbot.domain.orders.provider_errors import (
    ProviderRejected,
    ProviderUnavailable,
    UnknownPayment,
    WrongAccount,
)
from vpnbot.errors import VpnbotError
from vpnbot.providers.answers import Unreadable, parsed

NOT_PROCESSED_AFTER = timedelta(seconds=60)
"""After 500: "repeat the request with the same key once a minute" (documentation, response codes)."""
THROTTLED_AFTER = timedelta(seconds=2)
"""After 429: YooKassa publishes neither a rate nor `Retry-After`."""

NO_CONTACT = "receipt_contact_missing"
"""The reason if receipts are on and the order has no address for them."""

_NAME = re.compile(r"[\w.\[\]-]{1,80}", re.ASCII)


class KeyDuplicated(ProviderUnavailable):
    """The idempotence key was used with another body: an earlier request with this key has had an effect."""


class ApiRejected(ProviderRejected):
    """YooKassa rejected a request; `parameter` is the field that it does not accept, empty if it names none."""

    def __init__(self, reason: str, parameter: str) -> None:
        super().__init__(reason, f"YooKassa: {reason}{f' ({parameter})' if parameter else ''}")
        self.parameter = parameter


def error_for(status: int, content: bytes, *, acts: bool) -> VpnbotError:
    """Return the error for an answer with any status but 200.

    `acts`: the request may change something, so that an answer which says nothing leaves its outcome unknown. A
    status from 400 to 499 counts only with YooKassa's error object: a proxy answers with such a status as well.
    """
    if status >= 500:
        return ProviderUnavailable(f"YooKassa answered {status}", after=NOT_PROCESSED_AFTER, unknown=acts)
    if status == 429:
        return ProviderUnavailable("YooKassa answered 429", after=THROTTLED_AFTER, unknown=False, down=False)
    code, parameter, description = _named(content)
    if not code or not status >= 400:
        return ProviderUnavailable(f"YooKassa answered {status} without its error object", unknown=acts)
    if status == 401:
        return WrongAccount("yookassa_secret_key", "YooKassa refuses the shop id or the secret key: store them again")
    if status == 403 and not acts:
        return WrongAccount("yookassa_secret_key", "YooKassa forbids this key to read: check the shop id and the key")
    if status == 404:
        return UnknownPayment("YooKassa knows no such payment or refund")
    if parameter == "Idempotence-Key" or "idempotence key duplicated" in description.lower():
        return KeyDuplicated("the idempotence key was used with another body", unknown=True)
    return ApiRejected(code, parameter)


def _named(content: bytes) -> tuple[str, str, str]:
    """Return code, parameter and description of an error object; empty texts if it is none."""
    try:
        answer = parsed(content)
    except Unreadable:
        return "", "", ""
    if answer.get("type") != "error":
        return "", "", ""
    return _name(answer.get("code")), _name(answer.get("parameter")), str(answer.get("description") or "")


def _name(value: object) -> str:
    return value if isinstance(value, str) and _NAME.fullmatch(value) else ""
