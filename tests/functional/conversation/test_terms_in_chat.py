"""The terms and the privacy policy are one tap from the first screen, and the trial records which it accepts."""

import json

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop
from tests.functional.conversation.test_shop_front_in_chat import changes


@pytest.fixture
def harness() -> ChatHarness:
    """A new shop."""
    return new_shop()


def newcomer(harness: ChatHarness, user_id: int = 77, language: str = "en") -> ChatUser:
    """Return a person who sees the first screen."""
    person = harness.user(language, user_id)
    person.sends("/start")
    return person


def accepted(harness: ChatHarness, user_id: int, language: str = "en") -> str:
    """Return which version a newcomer accepts with the trial."""
    person = newcomer(harness, user_id, language)
    person.taps({"en": "Try free", "ru": "Попробовать"}[language])
    return person.person.user.accepted_terms


class TestTerms:
    """The texts are near, say what holds, and are recorded."""

    @pytest.mark.parametrize(("label", "words"), [("Terms", "within 14 days"), ("Privacy", "payments for 5 years")])
    def test_the_texts_are_one_tap_from_the_first_screen_and_lead_back(
        self, harness: ChatHarness, label: str, words: str
    ) -> None:
        person = newcomer(harness)
        person.sees("By tapping “Try free” you accept the terms.")
        person.taps(label)
        person.sees(words)
        person.taps("Home")
        person.sees("Fast, private internet")

    def test_the_links_of_the_operator_open_directly(self, harness: ChatHarness, admin: ChatUser) -> None:
        changes(admin, "📄 Terms", "https://vpn.example/terms")
        changes(admin, "🔏 Privacy", "https://vpn.example/privacy")
        person = newcomer(harness)
        assert person.link("Terms") == "https://vpn.example/terms"
        assert person.link("Privacy") == "https://vpn.example/privacy"

    def test_the_texts_follow_the_settings_of_the_shop(self, harness: ChatHarness, admin: ChatUser) -> None:
        admin.sends("/shop")
        admin.taps("⚙️ Settings")
        admin.taps("↩️ Refunds")
        admin.sends("0")
        changes(admin, "🏷 Shop name", "Swift")
        person = newcomer(harness)
        person.taps("Terms")
        person.sees("Swift", "Refunds: write to us.")

    def test_the_trial_records_when_which_version_was_accepted(self, harness: ChatHarness) -> None:
        person = newcomer(harness)
        person.taps("Try free")
        user = person.person.user
        assert user.accepted_terms.startswith("en-")
        assert user.accepted_at == harness.shop.clock.now
        for label in ("Home", "Settings", "My data", "Download"):
            person.taps(label)
        assert person.screen.document is not None
        data = json.loads(person.screen.document)
        assert data["profile"]["accepted_terms"] == user.accepted_terms
        assert data["profile"]["accepted_terms_at"] == str(user.accepted_at)
        (started,) = [row for row in data["history"] if row["what"] == "trial started"]
        assert started["changes"]["accepted terms"] == ["", user.accepted_terms]

    def test_a_deletion_forgets_what_was_accepted(self, user: ChatUser) -> None:
        situations.running(user)
        assert user.person.user.accepted_terms
        for label in ("Settings", "My data", "🗑 Delete", "Delete everything"):
            user.taps(label)
        assert not user.person.user.accepted_terms
        assert user.person.user.accepted_at is None

    def test_another_text_another_link_and_another_language_are_other_versions(
        self, harness: ChatHarness, admin: ChatUser
    ) -> None:
        versions = [accepted(harness, 71), accepted(harness, 72, "ru")]
        assert accepted(harness, 73) == versions[0]
        changes(admin, "🔏 Privacy", "https://vpn.example/privacy")
        versions.append(accepted(harness, 74))
        changes(admin, "📄 Terms", "https://vpn.example/terms")
        versions.append(accepted(harness, 75))
        assert all(versions)
        assert len(set(versions)) == 4


class TestReminders:
    """The switch in the settings and the button of a reminder are one state."""

    def test_the_settings_switch_reminders_off_and_on(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.shop.connects(user.user_id)
        user.taps("Home")
        user.taps("Settings")
        user.taps("🔕 Don't remind")
        assert user.toast == "🔕 No more reminders."
        user.harness.passes(hours=48.1)
        assert len(user.chat) == 1
        user.taps("🔔 Remind me")
        assert user.toast == "🔔 We'll remind you again."
        user.harness.passes(hours=21)
        user.sees("VPN switches off on", "in 3 h")

    def test_the_button_of_a_reminder_is_the_same_switch(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.shop.connects(user.user_id)
        user.harness.passes(hours=48.1)
        user.taps("Don't remind me")
        user.taps("Settings")
        user.taps("🔔 Remind me")
        assert user.person.user.reminders
