"""The home screen of the staff: who sees it, and with which buttons."""

from datetime import timedelta

import pytest

from tests.functional.conversation.acting import becomes
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from vpnbot.domain.needs import NeedKind, wanted
from vpnbot.domain.people.roles import Role

HOME_OF_AN_OWNER = " / ".join(
    (
        "🔎 Find | 🗞 What happened",
        "📊 Statistics | 📣 Broadcasts",
        "🎟 Promo codes | 🔗 Ad links",
        "📒 Acts | 👥 Team",
        "🖥 Servers | 🔧 Outages",
        "🛒 Plans | ✏️ Texts",
        "💬 Questions | 🏠 Home",
    )
)


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment."""
    return new_shop()


def test_an_administrator_of_the_deployment_has_all_buttons(admin: ChatUser) -> None:
    admin.sends("/admin")
    admin.sees_buttons(HOME_OF_AN_OWNER)


def test_the_home_screen_stays_short_whatever_waits(harness: ChatHarness, admin: ChatUser) -> None:
    table = harness.shop.people.table  # type: ignore[attr-defined]  # the one in memory
    long_ago = harness.shop.clock() - timedelta(days=1)
    for number, kind in enumerate(NeedKind):
        for each in range(number + 1):
            table.apply([wanted(kind, "", f"{kind}{each}", long_ago)])
        admin.sends("/admin")
        assert words_in(admin.screen.words) <= LONGEST_SCREEN_WORDS
        admin.sees("This needs you:", "Today: 1 new")
    assert admin.screen.labels[0][0].startswith("⚠️ Needs you")


def test_a_role_shows_the_button_on_home_and_only_what_it_includes(harness: ChatHarness, user: ChatUser) -> None:
    user.sends("/start")
    becomes(harness, user, Role.SUPPORT)
    user.sends("/start")
    user.taps("👑 Shop")
    user.sees_buttons("🔎 Find | 🗞 What happened / 🏠 Home")


@pytest.mark.parametrize(
    "data", ["adm:home", "adm:", "adm", "adm:home:1", "adm:unknown", "servers:list", "shop:plans"]
)
def test_a_customer_gets_from_a_button_of_the_staff_what_an_unknown_button_gives(user: ChatUser, data: str) -> None:
    user.sends("/start")
    user.harness.deliver(user.tap("quux"))
    unknown = user.screen
    user.harness.deliver(user.tap(data))
    assert (user.screen.words, user.screen.labels) == (unknown.words, unknown.labels)


def test_a_customer_gets_from_the_command_of_the_staff_what_an_unknown_command_gives(user: ChatUser) -> None:
    user.sends("/start")
    user.sends("/quux")
    unknown = user.screen
    user.sends("/admin")
    assert (user.screen.words, user.screen.labels) == (unknown.words, unknown.labels)


def test_a_role_that_was_taken_away_ends_with_the_next_tap(harness: ChatHarness, user: ChatUser) -> None:
    user.sends("/start")
    becomes(harness, user, Role.OWNER)
    user.sends("/admin")
    user.sees("What shall we look at?")
    becomes(harness, user, None)
    user.taps("🖥 Servers")
    user.sees("Here is")
    assert all("👑" not in label for row in user.screen.labels for label in row)


def test_a_deletion_takes_the_role_away(harness: ChatHarness, user: ChatUser) -> None:
    user.sends("/start")
    becomes(harness, user, Role.ADMIN)
    user.sends("/start")
    for label in ("Try free", "Home", "Settings", "My data", "🗑 Delete", "🗑 Delete everything"):
        user.taps(label)
    assert user.person.user.role is None
    user.sends("/start")
    assert all("👑" not in label for row in user.screen.labels for label in row)
