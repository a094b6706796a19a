"""The notifications of a trial, and what the buttons below them do."""

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatUser
from tests.functional.conversation.selling import open_shop
from vpnbot.usecases.keys.serve_link import serve_link
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend


class TestNotifications:
    """Reminders, the notification of the end, and the question afterwards."""

    def test_a_whole_trial_sends_four_notifications_and_no_more(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.shop.connects(user.user_id)
        user.harness.passes(days=40)
        texts = [message.words for message in user.chat]
        assert [text[:22] for text in texts[1:]] == [
            "⏳ VPN switches off on ",
            "⏳ VPN switches off on ",
            "⚪️ VPN is off: your tr",
            "How was the VPN? One t",
        ]

    def test_a_reminder_says_what_can_be_done_now(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.shop.connects(user.user_id)
        user.harness.passes(hours=48.1)
        user.sees("Tap below, and we'll tell you when plans open")
        open_shop(user.harness)
        user.harness.passes(hours=21)
        user.sees("Better to decide now, while everything still opens")
        user.sees_buttons("⭐ Plans / 🔕 Don't remind me")

    def test_a_person_who_has_not_connected_is_offered_help_after_an_hour_and_a_day(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.passes(hours=1.1)
        user.sees("not connected yet")
        user.taps("Connect")
        user.sees("What shall we connect?")
        user.harness.passes(hours=23)
        user.sees("Still not connected?")
        user.harness.passes(hours=20)
        assert [message.words[:8] for message in user.chat[1:]] == ["🔌 Up to ", "Still no"]

    def test_without_reminders_the_end_is_still_notified(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.shop.connects(user.user_id)
        user.harness.passes(hours=48.1)
        user.taps("Don't remind me")
        assert user.toast == "🔕 No more reminders."
        user.sees("🟡 VPN switches off in")
        user.harness.passes(days=3)
        assert [message.words[:5] for message in user.chat[2:]] == ["⚪️ VP"]

    def test_the_question_after_the_end_is_answered_with_one_tap(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.passes(hours=96.1)
        user.taps("Good")
        assert user.toast == "Thank you!"
        assert user.person.user.opinion == "good"
        user.sees("VPN is off")

    @pytest.mark.parametrize(
        ("label", "kept", "words"),
        [
            ("Slow", "slow", "when and where it is slow"),
            ("Didn't connect", "connection", "connect it together"),
            ("The app", "app", "Other apps work"),
            ("The price", "price", "cost less"),
        ],
    )
    def test_who_had_problems_is_asked_which_and_led_to_help(
        self, user: ChatUser, label: str, kept: str, words: str
    ) -> None:
        situations.key_ready(user)
        user.harness.passes(hours=96.1)
        user.taps("Had problems")
        assert user.person.user.opinion == "bad", "it counts without a second tap"
        user.sees("What went wrong?")
        user.sees_buttons("🐢 Slow | 🔌 Didn't connect / 📱 The app | 💰 The price / 💬 Write to us | 🏠 Home")
        user.taps(label)
        assert user.person.user.opinion == kept
        user.sees(words)
        user.sees_buttons("🔔 Tell me when plans open / 💬 Write to us | 🏠 Home")
        history = user.harness.shop.people.history(user.person.id)
        assert [entry["what"] for entry in history][-2:] == ["opinion: bad", f"opinion: {kept}"]

    def test_the_help_offers_the_diagnosis_while_a_key_should_work(self, user: ChatUser) -> None:
        situations.running(user)
        user.harness.deliver(user.tap("opinion:slow", user.screen.id))
        assert user.screen.labels[0] == ["🛠 VPN doesn't work"]

    def test_a_person_who_wants_plans_is_recorded_and_shown_home(self, user: ChatUser) -> None:
        situations.expired(user)
        user.taps("Tell me when plans open")
        assert user.person.user.wants_plans
        assert user.harness.answers[-1].method is not None
        assert user.harness.answers[-1].method["show_alert"] is True
        assert user.toast == "🔔 We'll tell you once, when plans open."
        user.sees("VPN is off")

    def test_a_link_serves_no_keys_after_the_end(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.taps("Android")
        token = user.link("Copy link").rpartition("/")[2]
        user.harness.passes(days=3.1)
        served = serve_link(
            token, user.harness.shop.people, user.harness.shop.fleet, user.harness.shop.context, app=None
        )
        assert served is not None
        assert served.keys == ()

    def test_a_person_who_blocked_the_bot_gets_the_pending_notification_on_return(self, user: ChatUser) -> None:
        situations.key_ready(user)
        user.harness.telegram.blocked.add(user.user_id)
        user.harness.passes(hours=72.2)
        assert user.person.user.reachable is False
        assert len(user.chat) == 1
        user.harness.telegram.blocked.clear()
        user.sends("/start")
        assert user.harness.shop.look().user.reachable is True
        assert [message.words[:10] for message in user.chat[1:]] == ["⚪️ VPN is ", "⚪️ VPN is "], (
            "the home screen, and the pending notification"
        )

    @pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("member", True)])
    def test_blocking_and_unblocking_is_recorded_without_a_message(
        self, user: ChatUser, status: str, reachable: bool
    ) -> None:
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


class TestTheEndOfAPause:
    """A person who can use the VPN again is told so; every other person is told that only the pause is over."""

    @staticmethod
    def paused_and_resumed(user: ChatUser) -> None:
        """Let the operator suspend and resume the person."""
        shop = user.harness.shop
        suspend(shop.open(user.user_id), shop.fleet, shop.context, "ops:1", "operator")
        user.harness.passes(minutes=5)
        user.sees("⏸ Access is paused.")
        resume(shop.open(user.user_id), shop.fleet, shop.context, "ops:2", "operator")
        user.harness.passes(minutes=5)

    def test_access_is_on_again_while_time_and_traffic_are_left(self, user: ChatUser) -> None:
        situations.running(user)
        self.paused_and_resumed(user)
        user.sees("🟢 Access is on again.")

    def test_a_person_without_traffic_is_told_that_it_is_used_up(self, user: ChatUser) -> None:
        situations.used_up(user)
        self.paused_and_resumed(user)
        user.sees("▶️ The pause is over.", "🔴 All 5 GB are used, so VPN is off.")

    def test_a_person_whose_time_is_over_is_told_that_the_link_is_kept(self, user: ChatUser) -> None:
        situations.expired(user)
        self.paused_and_resumed(user)
        user.sees("▶️ The pause is over.", "⚪️ VPN is off.", "Your link is kept until")
