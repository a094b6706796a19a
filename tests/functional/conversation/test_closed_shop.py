"""What people see in a shop that begins nothing new, and how the owner switches it."""

import pytest

from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop, settings_of
from tests.functional.conversation.selling import open_shop
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.shop import ShopMode


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment."""
    return new_shop()


def test_a_new_person_meets_the_closed_shop_at_the_trial_and_is_told(harness: ChatHarness, user: ChatUser) -> None:
    open_shop(harness, mode=ShopMode.CLOSED)
    user.sends("/start")
    user.taps("🎁")
    assert (
        user.screen.words == "🔧 We're fixing something and can't take this right now. We'll tell you when it's done."
    )
    assert user.person.trial_available
    assert user.person.user.wants_trial
    version = user.person.user.version
    user.taps("🔄 Refresh")
    assert "We'll tell you" in user.screen.words
    assert user.person.user.version == version, "the promise is made once"
    open_shop(harness)
    user.taps("🔄 Refresh")
    assert user.person.served


def test_a_customer_reads_that_their_vpn_works_only_if_it_does(harness: ChatHarness, user: ChatUser) -> None:
    open_shop(harness)
    SITUATIONS["running"](user)
    open_shop(harness, mode=ShopMode.PAYMENTS_OFF)
    user.sends("/start")
    user.taps("⭐ Plans")
    assert "Your VPN works" in user.screen.words
    assert user.person.user.wants_plans
    harness.passes(hours=24 * 4)
    user.sends("/start")
    user.taps("⭐ Plans")
    assert "Your VPN works" not in user.screen.words
    assert "We'll tell you" in user.screen.words


@pytest.mark.parametrize("data", ["buy", "buy:standard", "buy:standard:30d:yookassa", "pay:standard:30d:yookassa:1"])
def test_every_step_of_a_purchase_leads_to_the_closed_shop(harness: ChatHarness, user: ChatUser, data: str) -> None:
    open_shop(harness, mode=ShopMode.CLOSED)
    user.sends("/start")
    harness.deliver(user.tap(data, user.screen.id))
    assert "We'll tell you" in user.screen.words
    assert user.person.orders == ()


def test_an_order_that_waits_for_its_payment_can_still_be_paid(harness: ChatHarness, user: ChatUser) -> None:
    open_shop(harness)
    SITUATIONS["expired"](user)
    harness.deliver(user.tap("pay:standard:30d:yookassa:0", user.screen.id))
    assert user.person.open_purchase is not None
    order = user.person.open_purchase
    harness.shop.sales.settings.stored = settings_of(harness).__class__(  # type: ignore[attr-defined]  # in memory
        providers=("yookassa", "stars"), mode=ShopMode.CLOSED
    )
    user.sends("/start")
    user.taps("⭐")
    assert user.person.open_purchase == order
    assert "mending" not in user.screen.words


def test_the_owner_switches_the_mode_and_who_waits_is_told(
    harness: ChatHarness, admin: ChatUser, user: ChatUser
) -> None:
    open_shop(harness)
    user.sends("/start")
    admin.sends("/shop")
    admin.taps("⚙️")
    admin.taps("🔴 Nothing new")
    assert settings_of(harness).mode is ShopMode.CLOSED
    admin.sees("Running VPN and begun payments go on")
    admin.sends("/shop")
    admin.taps("⚙️")
    admin.sees("Now: 🔴 Nothing new")
    user.taps("🎁")
    assert user.person.user.wants_trial
    admin.taps("🟢 Open")
    harness.passes(minutes=4)
    assert user.screen.words.startswith("✅ We're open again")
    user.taps("🎁")
    assert user.person.served
