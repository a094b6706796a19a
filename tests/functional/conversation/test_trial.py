"""A person takes the trial, connects, hears from the bot, and changes their mind, all in their own words."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import PUBLIC_URL, ChatHarness, ChatUser
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.usecases.keys.serve_link import serve_link
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


class TestFromStartToTheApp:
    """One tap to the key, three to the app."""

    def test_from_start_to_a_key_is_one_tap(self, user: ChatUser) -> None:
        user.sends("/start")
        user.taps("Try free")
        assert user.person.subscription.status is Status.TRIAL
        user.sees("3 days", "What shall we connect?")
        assert len(user.chat) == 1, "the same message is edited"

    def test_from_the_key_to_the_app_are_three_taps(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.taps("iPhone, iPad")
        assert user.link("Install").startswith("https://apps.apple.com/")
        assert user.link("Open") == f"{user.link('Copy link')}?open=happ"
        assert user.link("Copy link").startswith(f"{PUBLIC_URL}/s/")

    def test_russian_iphones_get_the_app_under_the_name_it_has_in_their_store(self, harness: ChatHarness) -> None:
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

    def test_the_picture_is_a_new_message_that_goes_when_it_is_hidden(self, user: ChatUser) -> None:
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

    def test_hiding_twice_is_no_trouble(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.taps("Android")
        user.taps("QR")
        picture = user.screen.id
        user.taps("Hide")
        answer = user.harness.deliver(user.tap("hide", picture))
        assert answer.method == {"method": "answerCallbackQuery", "callback_query_id": "777"}

    def test_a_picture_too_old_to_remove_is_explained(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.taps("Android")
        user.taps("QR")
        user.harness.telegram.too_old.add(user.screen.id)
        user.taps("Hide")
        assert user.toast is not None
        assert "press and hold" in user.toast
        assert user.harness.answers[-1].status == 200

    def test_where_a_person_came_from_is_kept_from_their_first_contact(self, user: ChatUser) -> None:
        user.sends("/start ref_7")
        user.sends("/start ref_8")
        assert user.person.user.came_from == "ref_7"

    def test_whatever_touches_the_bot_first_makes_the_person_known(self, user: ChatUser) -> None:
        user.harness.deliver(user.tap("connect", None))
        assert user.person.user.known
        user.sees("Here is the current screen.", "3 days free")

    def test_a_slow_panel_keeps_nobody_waiting_and_the_key_comes_by_itself(self, user: ChatUser) -> None:
        situations.making_key(user)
        user.taps("Refresh")
        user.sees("Making your key")
        user.harness.shop.panel.fault_mode = FaultMode.FINE
        user.harness.passes(minutes=3)
        user.sees("Your key is ready")
        assert len(user.chat) == 2, "a new message, so that the phone rings"
        ends_at = user.person.subscription.ends_at
        assert ends_at is not None
        assert ends_at > user.person.user.met_at + timedelta(days=3)  # type: ignore[operator]  # known by now

    def test_refresh_shows_the_key_as_soon_as_it_is_there(self, user: ChatUser) -> None:
        situations.making_key(user)
        user.harness.shop.panel.fault_mode = FaultMode.FINE
        user.harness.shop.clock.pass_by(timedelta(minutes=2))
        user.taps("Refresh")
        user.sees("🟢 Active")

    def test_a_second_tap_on_try_free_shows_the_key_there_is(self, user: ChatUser) -> None:
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

    @pytest.mark.parametrize("situation", [situations.making_anew, situations.used_up])
    def test_try_free_on_an_old_screen_promises_no_key_while_none_works(
        self, user: ChatUser, situation: Callable[[ChatUser], None]
    ) -> None:
        situation(user)
        home = user.screen.text
        user.harness.deliver(user.tap("try", user.screen.id))
        assert user.screen.text == home

    def test_whoever_is_paused_before_a_trial_is_not_told_that_it_was_used(self, user: ChatUser) -> None:
        situations.new(user)
        suspend(user.harness.shop.open(), user.harness.shop.fleet, user.harness.shop.context, "ops:1", "operator")
        user.taps("Try free")
        user.sees("Access is paused")
        assert user.toast is None


class TestWhatTimeBrings:
    """Reminders, the end, a word after."""

    def test_the_whole_trial_says_five_things_and_no_more(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.shop.connects(user.user_id)
        user.harness.passes(days=40)
        said = [message.words for message in user.chat]
        assert [text[:22] for text in said[1:]] == [
            "⏳ VPN switches off on ",
            "⏳ VPN switches off on ",
            "⚪ VPN is off: your tri",
            "How was it? One tap is",
        ]

    def test_whoever_has_not_connected_is_offered_help_after_an_hour_and_a_day_once(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.passes(hours=1.1)
        user.sees("not connected yet")
        user.taps("Connect")
        user.sees("What shall we connect?")
        user.harness.passes(hours=23)
        user.sees("Still not connected?")
        user.harness.passes(hours=20)
        assert [message.words[:8] for message in user.chat[1:]] == ["🔌 Up to ", "Still no"]

    def test_muted_reminders_stay_silent_but_the_end_is_told(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.shop.connects(user.user_id)
        user.harness.passes(hours=48.1)
        user.taps("Don't remind me")
        assert user.toast == "🔕 No more reminders."
        user.sees("🟡 VPN switches off in")
        user.harness.passes(days=3)
        assert [message.words[:5] for message in user.chat[2:]] == ["⚪ VPN"]

    @pytest.mark.parametrize(("label", "kept"), [("Good", "good"), ("Had problems", "bad")])
    def test_the_one_question_is_answered_with_one_tap(self, user: ChatUser, label: str, kept: str) -> None:
        situations.key_ready(user)
        user.harness.passes(hours=96.1)
        user.taps(label)
        assert user.toast == "Thank you!"
        assert user.person.user.opinion == kept
        user.sees("VPN is off")

    def test_whoever_wants_plans_is_put_on_the_list_and_led_home(self, user: ChatUser) -> None:
        situations.expired(user)
        user.taps("Tell me when plans open")
        assert user.person.user.wants_plans
        assert user.harness.answers[-1].method is not None
        assert user.harness.answers[-1].method["show_alert"] is True
        assert user.toast == "🔔 We'll tell you once, when plans open."
        user.sees("VPN is off")

    def test_an_old_link_opens_nothing_after_the_end(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.taps("Android")
        token = user.link("Copy link").rpartition("/")[2]
        user.harness.passes(days=3.1)
        served = serve_link(
            token, user.harness.shop.people, user.harness.shop.fleet, user.harness.shop.context, app=None
        )
        assert served is not None
        assert served.keys == ()

    def test_somebody_who_blocked_the_bot_is_not_written_to_and_welcomed_back(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.telegram.blocked.add(user.user_id)
        user.harness.passes(hours=72.2)
        assert user.person.user.reachable is False
        assert len(user.chat) == 1
        user.harness.telegram.blocked.clear()
        user.sends("/start")
        assert user.harness.shop.look().user.reachable is True
        assert [message.words[:10] for message in user.chat[1:]] == ["⚪ VPN is o", "⚪ VPN is o"], (
            "home, and what waited"
        )

    @pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("member", True)])
    def test_blocking_and_unblocking_is_noted_in_silence(self, user: ChatUser, status: str, reachable: bool) -> None:
        situations.new(user)
        user.harness.telegram.calls.clear()
        old, new = (
            {"status": s, "user": {"id": 4242, "is_bot": True, "first_name": "B"}} for s in ("member", status)
        )
        content = user.message()["message"] | {"old_chat_member": old, "new_chat_member": new | {"until_date": 0}}
        del content["message_id"]
        user.harness.deliver({"update_id": user.harness.update_id(), "my_chat_member": content})
        assert user.person.user.reachable is reachable
        assert user.harness.telegram.calls == []


class TestLanguages:
    """Telegram's language to begin with, and theirs to change."""

    def test_the_language_button_changes_the_screen_at_once_and_for_good(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("🌐 Русский")
        assert user.toast == "Теперь по-русски."
        user.sees("3 дня бесплатно")
        user.sends("/start")
        user.sees("3 дня бесплатно")

    def test_what_is_said_unasked_is_said_in_the_chosen_language(self, user: ChatUser) -> None:
        situations.running(user)
        user.taps("Settings")
        user.taps("Русский")
        user.harness.passes(hours=48.1)
        user.sees("VPN отключится")

    @pytest.mark.parametrize("code", ["de", "", None, "pt-br", "zh-hans"])
    def test_a_language_that_we_do_not_speak_gets_english(self, harness: ChatHarness, code: str | None) -> None:
        user = harness.user("en")
        user.language = code  # type: ignore[assignment]  # Telegram leaves it out at times
        user.sends("/start")
        user.sees("3 days free")

    def test_a_regional_russian_gets_russian(self, harness: ChatHarness) -> None:
        user = harness.user("ru")
        user.language = "ru-RU"
        user.sends("/start")
        user.sees("3 дня бесплатно")


class TestMyData:
    """What we keep is theirs to have and to delete."""

    def test_the_download_is_everything_as_json_without_what_opens_the_key(self, user: ChatUser) -> None:
        user.sends("/start ref_7")
        user.taps("Try free")
        key = user.person.subscription.key
        for label in ("Home", "Settings", "My data", "Download"):
            user.taps(label)
        assert user.screen.file_name == "my-vpn-data.json"
        assert user.screen.document is not None
        data = json.loads(user.screen.document)
        assert data["profile"]["came_from"] == "ref_7"
        assert data["profile"]["language"] == "en"
        assert data["subscription"]["status"] == "trial"
        assert [row["what"] for row in data["history"]] == ["met", "trial started", "key ready"]
        assert key is not None
        assert key.seed not in user.screen.document.decode()
        user.taps("Home")
        assert "Active" in user.chat[0].words

    def test_deleting_asks_once_more_and_keeping_keeps(self, user: ChatUser) -> None:
        situations.running(user)
        for label in ("Settings", "My data", "🗑 Delete"):
            user.taps(label)
        user.taps("Keep")
        user.sees("We keep your language")
        assert user.person.user.known

    def test_deletion_stops_the_vpn_kills_the_link_and_bars_a_second_trial(self, user: ChatUser) -> None:
        situations.running(user)
        user.taps("Connect")
        user.taps("Android")
        token = user.link("Copy link").rpartition("/")[2]
        for label in ("Devices", "Home", "Settings", "My data", "🗑 Delete", "Delete everything"):
            user.taps(label)
        user.sees("🗑 Done, everything is deleted.")
        assert not user.harness.shop.panel.held
        assert (
            serve_link(
                token, user.harness.shop.people, user.harness.shop.fleet, user.harness.shop.context, app="happ"
            )
            is None
        )
        user.harness.passes(minutes=30)
        user.sends("/start")
        user.sees("👋 Welcome back! Your free trial has already been used.")
        user.harness.deliver(user.tap("try", user.screen.id))
        assert not user.harness.shop.panel.held
        assert (
            serve_link(
                token, user.harness.shop.people, user.harness.shop.fleet, user.harness.shop.context, app="happ"
            )
            is None
        )

    def test_the_farewell_is_in_the_language_that_was_spoken(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("🌐 Русский")
        user.harness.deliver(user.tap("delete_all", user.screen.id))
        user.sees("Готово, всё удалено")

    def test_the_deleting_tap_delivered_again_deletes_nothing_new_and_brings_nobody_back(
        self, user: ChatUser
    ) -> None:
        situations.running(user)
        user.harness.deliver(user.tap("delete_all", user.screen.id))
        user.harness.again()
        user.sees("everything is deleted")
        assert not user.person.user.known
        assert user.harness.shop.meter.counts[Metric.DELETED] == 1

    def test_deleting_in_the_middle_of_a_question_forgets_that_too(self, user: ChatUser) -> None:
        situations.running(user)
        user.harness.deliver(user.tap("support", user.screen.id))
        user.harness.deliver(user.tap("delete_all", user.screen.id))
        user.sends("hello")
        user.sees("Here is the current screen.")


def test_a_blocked_bot_is_no_reason_to_be_asked_again(user: ChatUser) -> None:
    situations.new(user)
    user.harness.telegram.blocked.add(user.user_id)
    answer = user.sends("/start")
    assert answer.status == 200
    assert user.harness.shop.meter.counts[Metric.UNDELIVERED] == 1
    assert not user.harness.quarantine.updates


def test_a_message_that_was_deleted_in_the_chat_is_sent_anew(user: ChatUser) -> None:
    situations.key_ready(user)
    old = user.screen.id
    user.harness.telegram.chats.clear()
    user.harness.deliver(user.tap("platform:android", old))
    user.sees("Install Happ")
    assert user.screen.id != old


def test_an_edit_whose_answer_was_lost_is_made_again_not_sent_twice(user: ChatUser) -> None:
    situations.key_ready(user)
    user.harness.telegram.refuse("editMessageText", Refusal(0, acted=True))
    user.harness.telegram.calls.clear()
    user.taps("Android")
    assert user.harness.answers[-1].status == 200
    assert user.harness.telegram.named() == ["editMessageText", "editMessageText"]
    assert len(user.chat) == 1
    user.sees("Install Happ")
