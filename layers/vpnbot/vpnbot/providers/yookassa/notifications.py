"""Notifications, which are not signed: they only say what to look at.

The addresses are published by YooKassa (documentation, notifications). They prove nothing, because a proxy or a
header can hide the true one: whether a notification is believed never depends on them.
"""

import re
from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from vpnbot.domain.orders.order_id import is_order_id
from vpnbot.providers.answers import Unreadable, parsed
from vpnbot.usecases.ports.payments import Forged, Hint, NoHint, NotificationRequest, PaymentHint, RefundHint

LARGEST_NOTIFICATION_BYTES = 64 * 1024
NETWORKS = (
    "185.71.76.0/27",
    "185.71.77.0/27",
    "77.75.153.0/25",
    "77.75.154.128/25",
    "77.75.156.11/32",
    "77.75.156.35/32",
    "2a02:5180::/32",
)
_ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_PERSON = re.compile(r"[0-9a-f]{32}")


def read_hint(request: NotificationRequest) -> Hint:
    """Return what a notification is about; `Forged` if it has not the form of YooKassa's."""
    if len(request.body) > LARGEST_NOTIFICATION_BYTES:
        return Forged("larger than 64 KB")
    try:
        notification = parsed(request.body)
    except Unreadable as error:
        return Forged(str(error))
    event, about = notification.get("event"), notification.get("object")
    if notification.get("type") != "notification" or not isinstance(event, str):
        return Forged("no event")
    if not event.startswith("payment.") and event != "refund.succeeded":
        return NoHint()
    if not isinstance(about, dict):
        return Forged("no object")
    return _about(event, about, is_foreign=not comes_from_yookassa(request.source))


def _about(event: str, about: Mapping[str, Any], *, is_foreign: bool) -> Hint:
    if not _is_id(about.get("id")):
        return Forged("the id is malformed")
    if event.startswith("payment."):
        marks = about.get("metadata")
        marks = marks if isinstance(marks, dict) else {}
        order, person = marks.get("order"), marks.get("person")
        return PaymentHint(
            about["id"],
            order if isinstance(order, str) and is_order_id(order) else None,
            person if isinstance(person, str) and _PERSON.fullmatch(person) else None,
            is_foreign=is_foreign,
        )
    if not _is_id(about.get("payment_id")):
        return Forged("the id of the payment is malformed")
    return RefundHint(about["id"], about["payment_id"], is_foreign=is_foreign)


def comes_from_yookassa(source: str) -> bool:
    """Tell whether an address is one of those that YooKassa publishes."""
    try:
        address = ip_address(source)
    except ValueError:
        return False
    return any(address in network for network in _networks() if network.version == address.version)


@cache
def _networks() -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network) for network in NETWORKS)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
