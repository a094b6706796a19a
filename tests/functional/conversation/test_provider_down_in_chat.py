"""While the circuit breaker of a payment provider is open, a tap on Pay is answered at once, with the other ways."""

import pytest

from tests.fakes.provider import FakeProvider
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.selling import open_shop
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.orders.provider_errors import ProviderUnavailable, WrongAccount
from vpnbot.domain.payments.provider_breaker import FAILURES_TO_OPEN

DOWN = ProviderUnavailable("no answer")


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose trial has ended."""
    person = harness.user("en")
    SITUATIONS["expired"](person)
    return person


def is_down(user: ChatUser, name: str = "yookassa") -> None:
    """Let the taps of others fail until the breaker opens, and the provider make no payment until it comes back."""
    shop = user.harness.shop
    shop.faults.at(f"{name}.begin.before", *(DOWN for _ in range(10_000)))
    for number in range(FAILURES_TO_OPEN):
        other = user.harness.user("en", 50 + number)
        other.sends("/start")
        other.harness.deliver(other.tap(f"pay:standard:30d:{name}:0", other.screen.id))
        other.sees("isn't answering")


def pays_by(user: ChatUser, name: str = "yookassa") -> list[str]:
    """Tap Pay, and return what the tap has passed."""
    passed = user.harness.shop.faults.passed
    before = len(passed)
    user.harness.deliver(user.tap(f"pay:standard:30d:{name}:0", user.screen.id))
    return passed[before:]


def asked(points: list[str]) -> list[str]:
    """Return the calls to providers among these points."""
    return [point for point in points if point.startswith(("yookassa", "stars"))]


def test_a_tap_asks_no_provider_and_shows_the_other_ways(user: ChatUser) -> None:
    open_shop(user.harness)
    user.sends("/start")
    is_down(user)
    calls = len(user.harness.telegram.calls)
    assert not asked(pays_by(user))
    user.sees("💤 Card or SBP isn't answering. Choose another way, or we'll message you when it's back.")
    user.sees_buttons("Telegram Stars · 199\u00a0⭐ / 🔄 Refresh | ✖️ Cancel / ⬅️ Back | 🏠 Home")
    assert len(user.harness.telegram.calls) == calls + 1
    user.taps("Telegram Stars")
    user.taps("Pay 199")
    user.sees("Left to pay: Standard, 1 month, 199 ⭐.")


def test_a_way_that_is_down_as_well_is_not_offered(user: ChatUser) -> None:
    open_shop(user.harness)
    user.sends("/start")
    is_down(user)
    is_down(user, "stars")
    assert not asked(pays_by(user))
    user.sees("💤 Card or SBP isn't answering. Your order is kept; we'll message you when it's back.")
    user.sees_buttons("🔄 Refresh | ✖️ Cancel / ⬅️ Back | 🏠 Home")


def test_refresh_and_cancel_ask_no_provider_either(user: ChatUser) -> None:
    open_shop(user.harness)
    user.sends("/start")
    is_down(user)
    pays_by(user)
    before = len(user.harness.shop.faults.passed)
    user.taps("🔄 Refresh")
    user.sees("isn't answering")
    user.taps("✖️ Cancel")
    user.sees("Cancelled.")
    assert not asked(user.harness.shop.faults.passed[before:])


def test_the_person_is_told_when_it_is_back_and_pays(user: ChatUser) -> None:
    card: FakeProvider = open_shop(user.harness)
    user.sends("/start")
    is_down(user)
    pays_by(user)
    user.harness.passes(minutes=30)
    before = len(user.chat)
    user.harness.shop.faults.clear()
    user.harness.passes(minutes=6)
    back = [message.words for message in user.chat[before:]]
    assert back == ["✅ Card or SBP works again: you can pay now."]
    calls = user.harness.shop.faults.passed.count("yookassa.begin.before")
    user.taps("💳 Pay 299")
    user.sees("Left to pay")
    assert user.link("💳 Pay").startswith("https://")
    assert user.harness.shop.faults.passed.count("yookassa.begin.before") == calls
    assert len(card.payments) == FAILURES_TO_OPEN + 1


def test_after_the_credentials_were_refused_once_nobody_waits_for_them(user: ChatUser) -> None:
    open_shop(user.harness)
    user.sends("/start")
    user.harness.shop.faults.at("yookassa.begin.before", WrongAccount("yookassa_secret_key", "store it again"))
    pays_by(user)
    user.sees("isn't answering")
    other = user.harness.user("ru", 43)
    other.sends("/start")
    assert not asked(pays_by(other))
    other.sees("Карта или СБП: сейчас не работает.")


def test_a_tap_when_all_is_well_costs_what_it_did(user: ChatUser) -> None:
    open_shop(user.harness)
    user.sends("/start")
    points = pays_by(user)
    assert not [point for point in points if point.startswith("breaker")]
    assert points.count("query") == 1


def test_after_a_blip_the_next_tap_makes_the_payment(user: ChatUser) -> None:
    open_shop(user.harness)
    user.sends("/start")
    user.harness.shop.faults.at("yookassa.begin.before", DOWN)
    pays_by(user)
    user.sees("isn't answering")
    user.taps("🔄 Refresh")
    user.sees("Left to pay")
