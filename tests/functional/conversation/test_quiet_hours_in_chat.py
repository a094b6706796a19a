"""An owner sets the hours in which messages are sent that can wait, and a planned broadcast outside them says so."""

import pytest

from tests.functional.conversation.broadcasting import the_only, writes
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop, settings_of
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from tests.functional.conversation.test_shop_front_in_chat import changes
from vpnbot.domain.broadcasts.broadcast import State
from vpnbot.domain.sending_window import ANY_TIME, SendingHours


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment."""
    return new_shop()


def test_hours_are_saved_shown_and_undone(harness: ChatHarness, admin: ChatUser) -> None:
    changes(admin, "🌙 Quiet hours", "9-23")
    admin.sees("Saved", "Reminders: 9-23")
    assert settings_of(harness).sending_hours == SendingHours(9, 23)
    changes(admin, "🌙 Quiet hours", "0-24")
    admin.sees("Reminders: at any time")
    assert settings_of(harness).sending_hours == ANY_TIME
    admin.taps("🕓 History")
    admin.sees("quiet hours", "9-23 → at any time")
    admin.taps("↩️ quiet hours")
    assert settings_of(harness).sending_hours == SendingHours(9, 23)


def test_as_deployed_is_ten_to_nine(harness: ChatHarness, admin: ChatUser) -> None:
    changes(admin, "🌙 Quiet hours", "9-23")
    admin.taps("🌙 Quiet hours")
    admin.sees("Now: 9-23")
    admin.taps("As deployed")
    admin.sees("Reminders: 10-21")
    assert settings_of(harness).sending_hours is None


@pytest.mark.parametrize("typed", ["21-10", "10", "10-25", "never"])
def test_other_words_are_refused_with_an_example(harness: ChatHarness, admin: ChatUser, typed: str) -> None:
    changes(admin, "🌙 Quiet hours", typed)
    admin.sees("Send hours like 10-21")
    assert settings_of(harness).sending_hours is None


@pytest.mark.parametrize(("typed", "outside"), [("23:30", True), ("9:59", True), ("10:00", False), ("20:30", False)])
def test_a_broadcast_at_night_is_planned_with_a_word(
    harness: ChatHarness, admin: ChatUser, typed: str, *, outside: bool
) -> None:
    writes(admin)
    admin.taps("🕓 Later")
    admin.sends(typed)
    assert ("outside your hours for messages, 10-21" in admin.screen.words) is outside
    assert the_only(harness).state is State.SCHEDULED
    assert words_in(admin.screen.text) <= LONGEST_SCREEN_WORDS


def test_the_word_follows_the_zone_and_the_hours(harness: ChatHarness, admin: ChatUser) -> None:
    changes(admin, "🕐 Time zone", "+5")
    changes(admin, "🌙 Quiet hours", "8-12")
    writes(admin)
    admin.taps("🕓 Later")
    admin.sends("12:00")
    admin.sees("outside your hours for messages, 8-12")
    admin.taps("✏️ Draft again")
    admin.taps("🕓 Later")
    admin.sends("11:30")
    assert "outside" not in admin.screen.words
