"""Telegram Stars: what Telegram allows, and which offers renew."""

from datetime import timedelta

from vpnbot.domain.money import STARS
from vpnbot.domain.orders.offer import Offer

LARGEST_PAYMENT = 100_000
"""The largest price of an invoice, in Stars; 150,000 is rejected with CURRENCY_TOTAL_AMOUNT_INVALID (measured)."""

LARGEST_SUBSCRIPTION = 10_000
"""The largest price of a subscription, in Stars (Bot API, createInvoiceLink)."""

SUBSCRIPTION_PERIOD = timedelta(days=30)
"""The only period of a subscription: 2,592,000 seconds (Bot API, createInvoiceLink)."""


def can_renew(offer: Offer) -> bool:
    """Tell whether Telegram can charge for an offer again automatically: its period and its price allow that.

    It charges the first price each time, so that an offer with a discount is sold once.
    """
    price = offer.price
    return (
        price.currency == STARS
        and offer.full_price is None
        and offer.duration == SUBSCRIPTION_PERIOD
        and 1 <= price.amount_minor <= LARGEST_SUBSCRIPTION
    )
