"""Steps of people who buy a gift, show it, and read its link."""

import itertools
import re
from urllib.parse import parse_qs, urlparse

from aiogram.types import InlineKeyboardButton

from tests.functional.conversation.harness import ChatUser
from tests.functional.conversation.selling import pays_in_stars, the_order
from vpnbot.domain.gifts.gift import Gift

FRIEND = 77
LINK = re.compile(r"https://t\.me/\w+\?start=(g_[A-Za-z0-9_-]{1,62})$")


def begins(buyer: ChatUser, method: str = "Telegram Stars") -> None:
    """Go to the confirmation of a gift of three months."""
    buyer.sends("/start")
    buyer.taps("⭐ Plans")
    buyer.taps("🎁 Gift")
    buyer.taps("Standard · 2 devices · from")
    buyer.taps("3 months")
    buyer.taps(method)


def taps_with_name(user: ChatUser, label: str) -> None:
    """Tap a button of a message that names the bot, as Telegram's do."""
    (data,) = [button.callback_data for button in buttons(user) if label in button.text]
    bot = {"id": 1, "is_bot": True, "first_name": "Sample", "username": "sample_bot"}
    update = user.tap(data, user.screen.id)
    update["callback_query"]["message"]["from"] = bot
    user.harness.deliver(update)


def buttons(user: ChatUser) -> list[InlineKeyboardButton]:
    """Return the buttons of the newest message."""
    return list(itertools.chain(*user.screen.buttons))


def buys(buyer: ChatUser) -> Gift:
    """Buy a gift in Stars, and show it."""
    begins(buyer)
    buyer.taps("Pay")
    pays_in_stars(buyer)
    taps_with_name(buyer, "🎁 Send the gift")
    return stored(buyer)


def opens_first_payment(buyer: ChatUser) -> None:
    """Show the newest payment."""
    buyer.sends("/payments")
    buyer.taps(buttons(buyer)[0].text.replace("\u00a0", " "))


def stored(buyer: ChatUser) -> Gift:
    """Return the only gift of a person."""
    gift = buyer.harness.shop.gifts.get(the_order(buyer).id)
    assert gift is not None
    return gift


def link_of(buyer: ChatUser) -> str:
    """Return the payload of the link that is shown; the buttons share and copy the same."""
    shown = buyer.screen.text.rsplit("\n", 1)[-1]
    found = LINK.fullmatch(shown)
    assert found is not None, shown
    assert len(found[1]) <= 64
    assert buyer.link("📋 Copy link") == shown
    assert parse_qs(urlparse(buyer.link("📤 Share")).query) == {"url": [shown]}
    return found[1]
