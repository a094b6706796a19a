"""What people see when all trials of a day are taken, and how the owner sets the limit."""

import pytest

from tests.functional.conversation.acting import at_card
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.label_width import too_wide
from tests.functional.conversation.new_shop import new_shop, settings_of
from tests.functional.conversation.selling import open_shop
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_in
from tests.functional.usecases.trying import limits
from vpnbot.usecases.statistics.close_hours import begin_statistics


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment, which begins one trial a day."""
    harness = new_shop()
    open_shop(harness)
    limits(harness.shop, 1)
    return harness


def takes_the_last(harness: ChatHarness, user_id: int = 900) -> None:
    """Let another person take the only trial of the day."""
    other = harness.user("en", user_id)
    other.sends("/start")
    other.taps("🎁")
    assert other.person.user.trial_used


def test_a_person_who_comes_too_late_is_told_the_next_day_and_gets_the_trial(
    harness: ChatHarness, user: ChatUser
) -> None:
    takes_the_last(harness)
    user.sends("/start")
    user.taps("🎁")
    user.sees("Today's free trials are all taken", "Shall we tell you then?")
    user.sees_buttons("🔔 Tell me / ⭐ Plans / 🏠 Home")
    user.taps("🔔 Tell me")
    user.sees("You are on the list")
    user.sees_buttons("⭐ Plans / 🏠 Home")
    version = user.person.user.version
    user.taps("🏠 Home")
    user.taps("🎁")
    user.sees("You are on the list")
    assert user.person.user.version == version, "the promise is made once"
    harness.shop.days(1)
    user.sees("There are free trials again")
    user.taps("🎁")
    assert user.person.served


def test_who_is_told_and_comes_too_late_stays_on_the_list(harness: ChatHarness, user: ChatUser) -> None:
    takes_the_last(harness)
    user.sends("/start")
    user.taps("🎁")
    user.taps("🔔 Tell me")
    since = user.person.user.waits_for_trial_since
    harness.shop.days(1)
    takes_the_last(harness, 901)
    user.taps("🎁")
    user.sees("You are on the list")
    assert user.person.user.waits_for_trial_since == since
    assert user.person.user.in_trial_list


def test_a_button_of_an_older_screen_promises_nothing_to_a_customer(harness: ChatHarness, user: ChatUser) -> None:
    user.sends("/start")
    user.taps("🎁")
    harness.deliver(user.tap("try_later", user.screen.id))
    assert not user.person.user.in_trial_list
    user.sees("Here is the current screen")


def test_the_owner_sets_the_limit_in_the_settings(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/shop")
    admin.taps("⚙️ Settings")
    admin.taps("🏪 Name, trial, links")
    admin.taps("🎁 Trials/day")
    admin.sees("Now: 1")
    admin.sends("10001")
    admin.sees("Trials/day: 0 to 10,000")
    admin.sends("25")
    assert settings_of(harness).trials_a_day == 25
    assert any("🎁 Trials/day: 25" in row for row in admin.screen.labels)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_highest_limit_fits_its_button(harness: ChatHarness, language: Language) -> None:
    open_shop(harness, trials_a_day=10_000)
    admin = harness.user(language, user_id=ADMIN)
    admin.sends("/shop")
    admin.taps("⚙️")
    admin.taps("🏪")
    labels = admin.screen.labels
    assert any("10" in label for row in labels for label in row), labels
    assert not too_wide(labels)


def test_the_card_says_who_waits(harness: ChatHarness, admin: ChatUser, user: ChatUser) -> None:
    takes_the_last(harness)
    user.sends("/start")
    user.taps("🎁")
    user.taps("🔔 Tell me")
    at_card(admin, user.user_id)
    admin.sees("waits for a trial since")
    assert words_in(admin.screen.text) <= LONGEST_SCREEN_WORDS


def test_the_statistics_say_how_many_wait_and_how_many_were_told(harness: ChatHarness, admin: ChatUser) -> None:
    begin_statistics(harness.shop.staff.statistics, harness.shop.context)
    admin.sends("/admin")
    admin.taps("📊 Statistics")
    assert "Wait for a trial" not in admin.screen.words, "a shop in which no one ever waited has no such line"
    takes_the_last(harness)
    for user_id in (71, 72, 73):
        user = harness.user("en", user_id)
        user.sends("/start")
        user.taps("🎁")
        user.taps("🔔 Tell me")
    admin.taps("7 d")
    admin.sees("🎁 Wait for a trial: 3; told 0, today 0")
    harness.shop.days(1)
    admin.taps("30 d")
    admin.sees("🎁 Wait for a trial: 2; told 1, today 1")
    harness.shop.days(1)
    admin.taps("7 d")
    admin.sees("🎁 Wait for a trial: 1; told 2, today 1")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_screens_are_short(harness: ChatHarness, language: Language) -> None:
    takes_the_last(harness)
    user = harness.user(language, 77)
    user.sends("/start")
    user.taps("🎁")
    assert words_in(user.screen.text) <= LONGEST_SCREEN_WORDS
    user.taps("🔔")
    assert words_in(user.screen.text) <= LONGEST_SCREEN_WORDS
