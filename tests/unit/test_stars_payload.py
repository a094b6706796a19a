"""The payload of an invoice names the order and its owner, and any other payload is recognised as not ours."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.order_id import child_id, new_order_id
from vpnbot.domain.orders.payload import Payload, parse_payload
from vpnbot.domain.orders.stars import can_renew
from vpnbot.domain.subscriptions.plan import Plan

PERSON = "0123456789abcdef" * 2
ORDER = new_order_id(datetime(2026, 11, 28, tzinfo=UTC), "f" * 32)


@pytest.mark.parametrize("order", [ORDER, child_id(ORDER, 999)])
def test_a_payload_is_read_back_and_is_short_enough_for_telegram(order: str) -> None:
    payload = Payload(PERSON, order)
    assert parse_payload(payload.text) == payload
    assert 1 <= len(payload.text.encode()) <= 128


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plan_30_days_user_42",
        "x" * 128,
        PERSON,
        f"{PERSON}.",
        f".{ORDER}",
        f"{PERSON}.{ORDER}.more",
        f"{PERSON.upper()}.{ORDER}",
        f"{PERSON}.{ORDER.lower()}",
        f"{PERSON}.{ORDER}\n",
        f"{PERSON}\n.{ORDER}",
        '{"order": 1}',
        None,
        42,
        ["list"],
    ],
)
def test_the_payload_of_another_bot_names_nothing(text: object) -> None:
    assert parse_payload(text) is None


@given(st.text(max_size=128))
def test_no_text_is_an_error(text: str) -> None:
    parsed = parse_payload(text)
    assert parsed is None or parsed.text == text


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
