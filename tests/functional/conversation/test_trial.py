"""The conversation of a trial: from /start to the app, languages, and failures of Telegram."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import PUBLIC_URL, ChatHarness, ChatUser
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


class TestFromStartToTheApp:
    """A key takes one tap after /start, and an app three more."""

    def test_from_start_to_a_key_is_one_tap(self, user: ChatUser) -> None:
        user.sends("/start")
        user.taps("Try free")
        assert user.person.subscription.status is Status.TRIAL
        user.sees("3 days", "What shall we connect?")
        assert len(user.chat) == 1, "the same message is edited"

    def test_from_the_key_the_buttons_for_the_app_are_one_tap_away(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.taps("iPhone, iPad")
        assert user.link("Install").startswith("https://apps.apple.com/")
        assert user.link("Open") == f"{user.link('Copy link')}?open=happ"
        assert user.link("Copy link").startswith(f"{PUBLIC_URL}/s/")

    def test_an_iphone_in_russian_gets_the_app_of_the_russian_store(self, harness: ChatHarness) -> None:
        user = harness.user("ru")
        situations.key_ready(user)
        user.taps("iPhone")
        assert "/ru/app/" in user.link("Установить")

    def test_another_app_opens_with_the_same_link(self, user: ChatUser) -> None:
        situations.key_ready(user)
        for label in ("Android", "Another app", "v2rayNG"):
            user.taps(label)
        user.sees("Install v2rayNG")
        assert user.link("Open").endswith("?open=v2rayng")
        assert "github.com/2dust" in user.link("Install")

    def test_the_picture_is_a_new_message_that_hide_deletes(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.taps("Android")
        user.taps("QR")
        picture = user.screen.picture
        assert picture is not None
        assert picture.startswith(b"\x89PNG")
        assert len(user.chat) == 2
        user.taps("Hide")
        user.sees("Install Happ")
        assert len(user.chat) == 1

    def test_hiding_a_picture_twice_succeeds(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.taps("Android")
        user.taps("QR")
        picture = user.screen.id
        user.taps("Hide")
        answer = user.harness.deliver(user.tap("hide", picture))
        assert answer.method == {"method": "answerCallbackQuery", "callback_query_id": "777"}

    def test_a_picture_too_old_to_delete_is_explained(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.taps("Android")
        user.taps("QR")
        user.harness.telegram.too_old.add(user.screen.id)
        user.taps("Hide")
        assert user.toast is not None
        assert "press and hold" in user.toast
        assert user.harness.answers[-1].status == 200

    def test_only_the_first_start_parameter_is_stored(self, user: ChatUser) -> None:
        user.sends("/start ref_7")
        user.sends("/start ref_8")
        assert user.person.user.came_from == "ref_7"

    def test_a_first_contact_by_a_tap_stores_the_person(self, user: ChatUser) -> None:
        user.harness.deliver(user.tap("connect", None))
        assert user.person.user.known
        user.sees("Here is the current screen.", "3 days free")

    def test_a_key_delayed_by_the_panel_is_announced_in_a_new_message(self, user: ChatUser) -> None:
        situations.making_key(user)
        user.taps("Refresh")
        user.sees("Making your key")
        user.harness.shop.panel.fault_mode = FaultMode.FINE
        user.harness.passes(minutes=3)
        user.sees("Your key is ready")
        assert len(user.chat) == 2, "a new message, so that the phone notifies the customer"
        ends_at = user.person.subscription.ends_at
        assert ends_at is not None
        assert ends_at > user.person.user.met_at + timedelta(days=3)  # type: ignore[operator]  # set by /start

    def test_refresh_shows_the_key_once_it_is_made(self, user: ChatUser) -> None:
        situations.making_key(user)
        user.harness.shop.panel.fault_mode = FaultMode.FINE
        user.harness.shop.clock.advance(timedelta(minutes=2))
        user.taps("Refresh")
        user.sees("🟢 VPN is on")

    def test_a_stale_refresh_button_shows_home_and_makes_no_key(self, user: ChatUser) -> None:
        situations.running(user)
        made = len(user.harness.shop.panel.made)
        user.harness.deliver(user.tap("refresh", user.screen.id))
        assert len(user.harness.shop.panel.made) == made
        user.sees("VPN is on")
        assert user.toast is None

    def test_a_second_tap_on_try_free_shows_the_existing_key(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.sends("/start")
        user.harness.deliver(user.tap("try", user.screen.id))
        user.sees("3 days", "What shall we connect?")
        assert len(user.harness.shop.panel.made) == 1

    def test_try_free_on_an_old_screen_says_that_the_trial_is_used(self, user: ChatUser) -> None:
        situations.expired(user)
        user.harness.deliver(user.tap("try", user.screen.id))
        user.sees("VPN is off")
        assert user.toast == "Your free trial has already been used."

    @pytest.mark.parametrize("situation", [situations.making_new_key, situations.used_up])
    def test_try_free_on_an_old_screen_promises_no_key_while_none_works(
        self, user: ChatUser, situation: Callable[[ChatUser], None]
    ) -> None:
        situation(user)
        home = user.screen.text
        user.harness.deliver(user.tap("try", user.screen.id))
        assert user.screen.text == home

    def test_a_person_paused_before_a_trial_does_not_read_that_it_was_used(self, user: ChatUser) -> None:
        situations.new(user)
        suspend(user.harness.shop.open(), user.harness.shop.fleet, user.harness.shop.context, "ops:1", "operator")
        user.taps("Try free")
        user.sees("Access is paused")
        assert user.toast is None


class TestLanguages:
    """A person starts in Telegram's language and can change it."""

    def test_the_language_button_changes_the_screen_and_later_screens(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("🌐 Русский")
        assert user.toast == "Теперь по-русски."
        user.sees("3 дня бесплатно")
        user.sends("/start")
        user.sees("3 дня бесплатно")

    def test_notifications_are_in_the_chosen_language(self, user: ChatUser) -> None:
        situations.running(user)
        user.taps("Settings")
        user.taps("Русский")
        user.harness.passes(hours=48.1)
        user.sees("VPN отключится")

    @pytest.mark.parametrize("code", ["de", "", None, "pt-br", "zh-hans"])
    def test_an_unsupported_language_gets_english(self, harness: ChatHarness, code: str | None) -> None:
        user = harness.user("en")
        user.language = code  # type: ignore[assignment]  # Telegram may omit the language
        user.sends("/start")
        user.sees("3 days free")

    def test_a_regional_russian_gets_russian(self, harness: ChatHarness) -> None:
        user = harness.user("ru")
        user.language = "ru-RU"
        user.sends("/start")
        user.sees("3 дня бесплатно")


def test_a_blocked_bot_answers_200_so_that_telegram_does_not_deliver_again(user: ChatUser) -> None:
    situations.new(user)
    user.harness.telegram.blocked.add(user.user_id)
    answer = user.sends("/start")
    assert answer.status == 200
    assert user.harness.shop.meter.counts[Metric.UNDELIVERED] == 1
    assert not user.harness.quarantine.updates


def test_a_screen_whose_message_was_deleted_is_sent_as_a_new_message(user: ChatUser) -> None:
    situations.key_ready(user)
    old = user.screen.id
    user.harness.telegram.chats.clear()
    user.harness.deliver(user.tap("platform:android", old))
    user.sees("Install Happ")
    assert user.screen.id != old


def test_an_edit_whose_answer_was_lost_is_repeated_without_a_second_message(user: ChatUser) -> None:
    situations.key_ready(user)
    user.harness.telegram.refuse("editMessageText", Refusal(0, acted=True))
    user.harness.telegram.calls.clear()
    user.taps("Android")
    assert user.harness.answers[-1].status == 200
    assert user.harness.telegram.named() == ["editMessageText", "editMessageText"]
    assert len(user.chat) == 1
    user.sees("Install Happ")
