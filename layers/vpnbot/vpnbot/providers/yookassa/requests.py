"""The bodies of requests, made from an order alone: the same order gives the same bytes.

YooKassa's documentation: a description has at most 128 characters, that of an item of a receipt too, that of a
refund 250; metadata has at most 16 keys of 32 characters with texts of 512.
"""

import json
from collections.abc import Mapping
from typing import Any

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.order_id import shown_number
from vpnbot.domain.orders.provider_errors import ProviderRejected
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.payments.receipt_contact import is_email, is_phone
from vpnbot.domain.payments.receipts import ReceiptSettings
from vpnbot.localization.messages import DEFAULT_LANGUAGE, Messages
from vpnbot.localization.periods import plain_period
from vpnbot.providers.yookassa.errors import NO_CONTACT

LONGEST_DESCRIPTION = 128


class Requests:
    """Writes the bodies. `shop` marks the payments of this deployment in metadata, if several share an account."""

    def __init__(self, shop: str, receipts: ReceiptSettings, messages: Messages) -> None:
        self._shop = shop
        self._receipts = receipts
        self._messages = messages

    def payment(self, order: Order) -> bytes:
        """Return the request for a payment on YooKassa's page; its method is saved only if the buyer agreed.

        Raises:
            ProviderRejected: receipts are on, and the order has no address for them.
        """
        body = self._common(order) | {"confirmation": {"type": "redirect", "return_url": order.return_to}}
        return _encoded(body | {"save_payment_method": True} if order.renewal_agreed else body)

    def charge(self, order: Order, method_id: str) -> bytes:
        """Return the request that charges a saved method, without a page.

        Raises:
            As `payment`.
        """
        return _encoded(self._common(order) | {"payment_method_id": method_id})

    def refund(self, refund: Refund, order: Order, paid: Money) -> bytes:
        """Return the request that sends back a payment of `paid`; the receipt of a part must be in it.

        Raises:
            As `payment`.
        """
        body: dict[str, Any] = {
            "amount": _amount(refund.money),
            "description": self._text(order, "yookassa-refund", {"number": shown_number(order.id)}),
            "payment_id": refund.payment_id,
        }
        return _encoded(body if refund.money == paid else body | self._receipt(order, refund.money))

    def _common(self, order: Order) -> dict[str, Any]:
        metadata = {"kind": order.kind.value, "order": order.id, "person": order.person, "shop": self._shop}
        return {
            "amount": _amount(order.price),
            "capture": True,
            "description": self._description(order),
            "merchant_customer_id": order.person,
            "metadata": metadata,
        } | self._receipt(order, order.price)

    def _receipt(self, order: Order, money: Money) -> dict[str, Any]:
        if not self._receipts.enabled:
            return {}
        item = {
            "amount": _amount(money),
            "description": self._description(order),
            "payment_mode": self._receipts.payment_mode,
            "payment_subject": "service",
            "quantity": "1.00",
            "vat_code": self._receipts.vat_code,
        }
        return {"receipt": {"customer": _customer(order), "items": [item]}}

    def _description(self, order: Order) -> str:
        titles = order.offer.plan.titles
        title = titles.get(order.language) or titles.get(DEFAULT_LANGUAGE) or order.offer.plan.id
        period = plain_period(self._messages, self._messages.closest(order.language), order.offer.duration)
        number = shown_number(order.id)
        return self._text(order, "yookassa-description", {"plan": title, "period": period, "number": number})

    def _text(self, order: Order, message: str, arguments: Mapping[str, str | int]) -> str:
        return self._messages.text(self._messages.closest(order.language), message, arguments)[:LONGEST_DESCRIPTION]


def _customer(order: Order) -> dict[str, str]:
    contact = order.contact or ""
    if is_email(contact):
        return {"email": contact}
    if is_phone(contact):
        return {"phone": contact.removeprefix("+")}
    raise ProviderRejected(NO_CONTACT)


def _amount(money: Money) -> dict[str, str]:
    return {"currency": money.currency, "value": money.text}


def _encoded(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
