"""Invoices in Telegram Stars, with the checks of createInvoiceLink and sendInvoice and their errors.

Limits: Telegram Bot API: title 1-32 and description 1-255 characters, payload 1-128 bytes, exactly one price, a
period of 2,592,000 s, at most 10,000 Stars for a subscription. 100,000 Stars for one payment: measured by a third
party. Codes: MTProto, payments.exportInvoice. The texts about the length of a title or description are our own.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from local.telegram.arguments import Arguments
from local.telegram.errors import bad_request, not_emulated

LINK = "https://t.me/$"
"""How the address of an invoice link begins."""
PERIOD = timedelta(days=30)
TITLE_LIMIT, DESCRIPTION_LIMIT, PAYLOAD_BYTES = 32, 255, 128
LARGEST_PAYMENT, LARGEST_SUBSCRIPTION = 100_000, 10_000


@dataclass(frozen=True, slots=True)
class Invoice:
    """What is paid for. It can be paid by anybody and more than once; `period`: it is a subscription."""

    slug: str
    title: str
    description: str
    payload: str
    amount: int
    period: timedelta | None = None
    start_parameter: str = ""

    @property
    def link(self) -> str:
        """The address that opens the payment sheet."""
        return LINK + self.slug

    def as_json(self) -> dict[str, object]:
        """Return the Bot API's Invoice."""
        return {
            "title": self.title,
            "description": self.description,
            "start_parameter": self.start_parameter,
            "currency": "XTR",
            "total_amount": self.amount,
        }


@dataclass(slots=True)
class Invoices:
    """All invoices of the bot."""

    _by_slug: dict[str, Invoice] = field(default_factory=dict)

    def make(self, arguments: Arguments, *, by_link: bool) -> Invoice:
        """Check the arguments of a call and store the invoice; raise Telegram's 400 for wrong arguments."""
        invoice = _checked(arguments, by_link=by_link)
        self._by_slug[invoice.slug] = invoice
        return invoice

    def find(self, link: str) -> Invoice | None:
        """Return the invoice behind a link, or behind its last part."""
        return self._by_slug.get(link.removeprefix(LINK))


def _checked(arguments: Arguments, *, by_link: bool) -> Invoice:
    title, description, payload = (arguments.text(name) for name in ("title", "description", "payload"))
    if not 1 <= len(title) <= TITLE_LIMIT:
        raise bad_request("invoice title must have 1-32 characters")
    if not 1 <= len(description) <= DESCRIPTION_LIMIT:
        raise bad_request("invoice description must have 1-255 characters")
    if not 1 <= len(payload.encode()) <= PAYLOAD_BYTES:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    if arguments.text("currency") != "XTR":
        raise not_emulated("invoices in other currencies than Stars")
    if arguments.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    amount, period = _price(arguments), _period(arguments) if by_link else None
    if period is not None and amount > LARGEST_SUBSCRIPTION:
        raise bad_request("SUBSCRIPTION_AMOUNT_INVALID")
    slug = secrets.token_urlsafe(16)
    return Invoice(slug, title, description, payload, amount, period, arguments.text("start_parameter"))


def _price(arguments: Arguments) -> int:
    prices = arguments.json("prices")
    if not isinstance(prices, list) or not all(isinstance(price, Mapping) for price in prices):
        raise bad_request("can't parse prices JSON object")
    if len(prices) != 1:
        raise bad_request("STARS_INVOICE_INVALID")
    label, amount = prices[0].get("label"), prices[0].get("amount")
    if not isinstance(label, str) or not label or not isinstance(amount, int) or isinstance(amount, bool):
        raise bad_request("can't parse labeled price")
    if not 1 <= amount <= LARGEST_PAYMENT:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    return amount


def _period(arguments: Arguments) -> timedelta | None:
    if not arguments.has("subscription_period"):
        return None
    period = timedelta(seconds=arguments.integer("subscription_period"))
    if period != PERIOD:
        raise bad_request("SUBSCRIPTION_PERIOD_INVALID")
    return period
