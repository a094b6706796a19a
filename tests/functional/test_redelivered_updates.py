"""Updates that Telegram delivers again: each cause is decided at most once, and a crash loses nothing."""

import pytest

from tests.fakes.faults import Crash
from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatUser
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import StorageUnavailable
from vpnbot.usecases.ports import Metric

STEPS = 12


class TestDeliveredAgain:
    """Each cause is decided at most once, however often its update is delivered."""

    def test_a_tap_delivered_five_times_starts_one_trial(self, user: ChatUser) -> None:
        situations.key_ready(user)
        for _ in range(4):
            assert user.harness.again().status == 200
        user.sees("3 days", "What shall we connect?")
        assert len(user.harness.shop.panel.made) == 1
        assert user.harness.shop.meter.counts[Metric.TRIALS] == 1
        assert len(user.chat) == 1

    @pytest.mark.parametrize("label", ["Tell me when plans open", "Settings", "Write to us"])
    def test_a_tap_delivered_twice_leads_to_the_same_screen_and_history(self, user: ChatUser, label: str) -> None:
        situations.expired(user)
        user.taps(label)
        text, history = user.screen.words, user.harness.shop.history()
        assert user.harness.again().status == 200
        assert user.screen.words == text
        assert user.harness.shop.history() == history

    @pytest.mark.parametrize("step", range(STEPS))
    def test_a_crash_after_each_step_and_a_redelivery_lead_to_the_same_screen(
        self, user: ChatUser, step: int
    ) -> None:
        situations.new(user)
        tap = user.tap("try", user.screen.id)
        user.harness.shop.faults.crash_at_step(step)
        try:
            user.harness.deliver(tap)
        except Crash:
            user.harness.deliver(tap)
        user.harness.shop.faults.clear()
        user.harness.passes(minutes=3)
        assert user.person.subscription.status is Status.TRIAL
        assert len(user.harness.shop.panel.made) == 1
        assert user.screen.words.startswith(("🎉", "⏳"))
        user.sends("/start")
        user.sees("🟢 VPN is on")

    def test_the_crash_tests_cover_every_step(self, user: ChatUser) -> None:
        situations.new(user)
        before = len(user.harness.shop.faults.passed)
        user.taps("Try free")
        assert len(user.harness.shop.faults.passed) - before <= STEPS

    @pytest.mark.parametrize("point", ["query", "commit.before", "commit.after", "panel.apply.before"])
    def test_after_a_failure_at_each_point_the_update_is_requested_again_and_completed(
        self, user: ChatUser, point: str
    ) -> None:
        situations.new(user)
        user.harness.shop.faults.at(point, StorageUnavailable("throttled"))
        response = user.harness.deliver(user.tap("try", user.screen.id))
        assert response.status == 503
        assert response.retry_after_seconds == 1
        assert user.harness.again().status == 200
        assert len(user.harness.shop.panel.made) == 1

    def test_a_first_contact_that_fails_after_its_commit_is_recorded_once(self, user: ChatUser) -> None:
        user.harness.shop.faults.at("commit.after", StorageUnavailable("the response was lost"))
        assert user.sends("/start ref_7").status == 503
        assert user.harness.again().status == 200
        assert user.person.user.came_from == "ref_7"
        assert len(user.harness.shop.history()) == 1
