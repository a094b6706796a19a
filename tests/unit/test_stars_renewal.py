"""Telegram renews only offers that its subscriptions allow."""

from datetime import timedelta

import pytest

from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.stars import can_renew
from vpnbot.domain.subscriptions.plan import Plan


def offer(amount: int = 199, days: int = 30, currency: str = "XTR") -> Offer:
    plan = Plan("standard", timedelta(), devices=2)
    price = ListPrice(29_900, 2_592_000)
    return Offer("standard-30", plan, timedelta(days=days), Money(amount, currency), price, price)


@pytest.mark.parametrize(
    ("sold", "renews"),
    [
        (offer(), True),
        (offer(amount=10_000), True),
        (offer(amount=10_001), False),
        (offer(days=90), False),
        (offer(days=29), False),
        (offer(currency="RUB"), False),
        (offer(amount=0), False),
    ],
)
def test_telegram_renews_only_thirty_days_of_at_most_ten_thousand_stars(sold: Offer, renews: bool) -> None:
    assert can_renew(sold) is renews
