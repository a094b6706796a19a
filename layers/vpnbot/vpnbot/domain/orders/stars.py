"""Telegram Stars: the payload of an invoice, which names the order and its owner, and which offers renew."""

import re
from dataclasses import dataclass
from datetime import timedelta

from vpnbot.domain.money import STARS
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.order_id import is_order_id

PROVIDER = "stars"
"""The name of Telegram Stars among the payment providers."""

LARGEST_PAYMENT = 100_000
"""The largest price of an invoice, in Stars; 150,000 is rejected with CURRENCY_TOTAL_AMOUNT_INVALID (measured)."""

LARGEST_SUBSCRIPTION = 10_000
"""The largest price of a subscription, in Stars (Bot API, createInvoiceLink)."""

SUBSCRIPTION_PERIOD = timedelta(days=30)
"""The only period of a subscription: 2,592,000 seconds (Bot API, createInvoiceLink)."""

_PERSON = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Payload:
    """What the payload of an invoice names. Telegram returns it with each payment, refund and renewal."""

    person: str
    order: str

    @property
    def text(self) -> str:
        """The payload of the invoice: `<person>.<order>`, at most 63 of the 128 bytes that Telegram allows."""
        return f"{self.person}.{self.order}"


def parse_payload(text: object) -> Payload | None:
    """Return what a payload names; None if it is not a payload of ours, for example that of an earlier bot."""
    if not isinstance(text, str):
        return None
    person, _, order = text.partition(".")
    return Payload(person, order) if _PERSON.fullmatch(person) and is_order_id(order) else None


def can_renew(offer: Offer) -> bool:
    """Tell whether Telegram can charge for an offer again by itself: its period and its price allow that."""
    price = offer.price
    return (
        price.currency == STARS
        and offer.duration == SUBSCRIPTION_PERIOD
        and 1 <= price.amount_minor <= LARGEST_SUBSCRIPTION
    )
