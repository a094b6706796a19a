"""When Telegram's report about its deliveries means trouble."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.delivery import Delivery

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOST = "abc.execute-api.eu-central-1.amazonaws.com"
URL = f"https://{HOST}/telegram/secret"
LONG_AGO, JUST_NOW = NOW - timedelta(minutes=10), NOW - timedelta(minutes=9)


@pytest.mark.parametrize(
    "delivery",
    [
        Delivery(URL, 0),
        Delivery(URL, 100),
        Delivery(URL, 5, LONG_AGO, "503"),
        Delivery(URL, 0, JUST_NOW, "503"),
    ],
    ids=["nothing waits", "a busy shop", "an old failure", "a failure that is over"],
)
def test_deliveries_that_work_are_no_trouble(delivery: Delivery) -> None:
    assert delivery.trouble(HOST, NOW) == ""


@pytest.mark.parametrize(
    ("delivery", "trouble"),
    [
        (Delivery("", 3), "no webhook is set"),
        (Delivery("https://other.example/telegram", 0), "the webhook belongs to another deployment"),
        (Delivery(URL, 1, JUST_NOW, "Wrong response: 503"), "the last delivery failed: Wrong response: 503"),
        (Delivery(URL, 101), "101 updates wait"),
    ],
)
def test_what_keeps_updates_away_is_named(delivery: Delivery, trouble: str) -> None:
    assert delivery.trouble(HOST, NOW) == trouble


def test_without_a_known_host_the_address_is_not_compared() -> None:
    assert Delivery("https://other.example/telegram", 0).trouble(None, NOW) == ""
