"""Steps of members of the staff who make promo codes, and of people who enter them."""

from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.promo.code import PromoCode


def makes(admin: ChatUser, name: str = "SPRING") -> None:
    """Make a code with what is offered first: 7 days, 100 uses, once each, for 30 days."""
    admin.sends("/admin")
    admin.taps("🎟 Promo codes")
    admin.taps("➕ New code")
    admin.sends(name)
    admin.taps("✅ Create")


def begins(user: ChatUser, code: str = "SPRING") -> None:
    """Let a new person open the link of a code, and accept the terms with it."""
    user.sends(f"/start p_{code}")
    user.taps("🎟")


def stored(harness: ChatHarness, name: str = "SPRING") -> PromoCode:
    """Return a code as stored."""
    code = harness.shop.codes.get(name)
    assert code is not None
    return code
