"""The promise of the trial: one tap, one key, once in a life, whatever fails in between."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest

from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.panel import Mood
from tests.fakes.world import World, update
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import AlreadyDecided, Conflict, StorageUnavailable
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.start_trial import TrialRejected, start_trial
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

DAYS_3 = timedelta(days=3)
STEPS = 12
"""At least as many points as the story of a trial passes; a test says so."""


def holds_once(world: World, cause: str) -> None:
    """Assert everything that "exactly one trial" means."""
    person = world.look()
    assert person.subscription.status is Status.TRIAL
    assert person.user.trial_used
    assert len(person.accesses) == 1
    assert person.accesses[0].in_sync
    assert len(world.panel.held) == 1, "exactly one key"
    assert len(world.panel.made) == 1, "never a second client, not even for a moment"
    assert world.history().count(cause) == 1, "exactly one ledger entry"
    assert sum(entry.startswith("event:key_ready") for entry in world.history()) == 1


class TestTheTrialIsOneTap:
    """From the tap to a key."""

    def test_one_tap_makes_one_key_and_starts_three_days(self, world: World) -> None:
        person = world.on_trial()
        assert person.subscription.ends_at == START + DAYS_3
        assert person.subscription.starts_at == START
        assert person.living_accesses[0].works
        assert [client.devices for client in world.panel.enabled()] == [2]

    def test_the_tap_costs_two_commits(self, world: World) -> None:
        world.arrives()
        session = world.open()
        before = len(world.faults.passed)
        start_trial(session, world.fleet, world.context, world.trial, update())
        assert world.faults.passed[before:].count("commit.before") == 2

    def test_a_key_that_is_ready_in_the_tap_needs_no_further_message(self, world: World) -> None:
        world.on_trial()
        world.settles(minutes=5)
        assert world.messenger.said == []

    def test_a_key_goes_to_every_server_that_is_placed(self, world: World) -> None:
        world.servers.ids = ["nl", "de"]
        person = world.on_trial()
        assert {access.server_id for access in person.accesses if access.works} == {"nl", "de"}
        assert person.subscription.ends_at == START + DAYS_3
        assert not person.out_of_sync

    def test_without_servers_the_trial_waits_and_its_key_comes_with_the_first_server(self, world: World) -> None:
        world.arrives()
        world.servers.ids = []
        person = world.tries(update())
        assert person.subscription.waits_for_key
        assert world.meter.counts[Metric.UNPLACED] == 1
        world.days(1)
        assert world.look().subscription.waits_for_key
        world.servers.ids = ["nl"]
        world.settles(minutes=20)
        person = world.look()
        assert person.living_accesses[0].works
        assert START + timedelta(days=1) <= (person.subscription.starts_at or START)
        assert world.messenger.topics() == [NotificationKind.KEY_READY]
        assert world.index.parked() == []

    def test_a_trial_is_counted_once(self, world: World) -> None:
        cause = update()
        for _ in range(3):
            world.tries(cause)
        assert world.meter.counts[Metric.TRIALS] == 1
        assert world.meter.counts[Metric.DUPLICATES] == 2


class TestASecondTrialIsImpossible:
    """However one tries."""

    def test_a_second_tap_is_refused(self, world: World) -> None:
        world.on_trial()
        with pytest.raises(TrialRejected):
            world.tries(update())
        assert len(world.panel.made) == 1

    def test_the_same_tap_again_is_answered_as_done_not_as_refused(self, world: World) -> None:
        world.arrives()
        cause = update()
        first = world.tries(cause)
        again = world.tries(cause)
        assert again == first
        holds_once(world, cause)

    def test_two_taps_on_the_same_picture_make_one_key(self, world: World) -> None:
        world.arrives()
        phones = [world.open(), world.open()]
        start_trial(phones[0], world.fleet, world.context, world.trial, first := update())
        with pytest.raises(TrialRejected):
            start_trial(phones[1], world.fleet, world.context, world.trial, second := update())
        holds_once(world, first)
        assert second not in world.history()

    def test_one_tap_delivered_twice_at_once_makes_one_key(self, world: World) -> None:
        world.arrives()
        cause = update()
        deliveries = [world.open(), world.open()]
        for session in deliveries:
            assert (
                start_trial(session, world.fleet, world.context, world.trial, cause).subscription.status
                is Status.TRIAL
            )
        holds_once(world, cause)

    def test_forty_taps_racing_in_threads_make_one_key(self, world: World) -> None:
        world.arrives()
        causes = [update() for _ in range(40)]
        together = Barrier(len(causes))

        def tap(cause: str) -> str | None:
            together.wait()
            try:
                world.tries(cause)
            except (TrialRejected, Conflict):
                return None
            return cause

        with ThreadPoolExecutor(len(causes)) as pool:
            granted = [cause for cause in pool.map(tap, causes) if cause]
        world.settles()
        assert len(granted) == 1
        holds_once(world, granted[0])
        assert [cause for cause in causes if cause in world.history()] == granted

    def test_deleting_ones_data_brings_no_second_trial(self, world: World) -> None:
        world.on_trial()
        delete_data(world.open(), world.fleet, world.context, update())
        world.settles()
        with pytest.raises(TrialRejected):
            world.tries(update())
        assert list(world.panel.held) == []

    def test_a_redelivered_trial_after_deletion_and_erased_history_brings_no_second_trial(self, world: World) -> None:
        world.arrives()
        world.tries(cause := update())
        delete_data(world.open(), world.fleet, world.context, update())
        world.settles()
        assert world.history() == []
        with pytest.raises(TrialRejected):
            world.tries(cause)

    def test_an_expired_trial_does_not_start_again(self, world: World) -> None:
        world.on_trial()
        world.days(4)
        with pytest.raises(TrialRejected):
            world.tries(update())

    def test_whoever_is_paused_before_the_trial_gets_none(self, world: World) -> None:
        world.arrives()
        suspend(world.open(), world.fleet, world.context, "ops:1", "operator")
        with pytest.raises(TrialRejected):
            world.tries(update())

    def test_deleting_without_a_trial_leaves_it_to_be_had_once(self, world: World) -> None:
        world.arrives()
        delete_data(world.open(), world.fleet, world.context, update())
        world.tries(update())
        assert world.look().user.trial_used
        assert len(world.panel.made) == 1
        with pytest.raises(TrialRejected):
            world.tries(update())


class TestACrashAnywhereLosesNothing:
    """The process ends at some step; Telegram delivers the update again; the clock goes on."""

    @pytest.mark.parametrize("step", range(STEPS))
    def test_a_crash_at_any_step_and_a_redelivery_make_exactly_one_key(self, world: World, step: int) -> None:
        cause = update()
        world.faults.crash_at_step(step)
        try:
            world.tries(cause)
        except Crash:
            world.tries(cause)
        world.faults.clear()
        world.settles(minutes=3)
        holds_once(world, cause)

    def test_the_steps_above_are_all_there_are(self, world: World) -> None:
        world.tries(update())
        assert 8 <= len(world.faults.passed) <= STEPS

    @pytest.mark.parametrize("point", ["commit.before", "commit.after"])
    def test_a_lost_answer_of_the_table_is_asked_again_and_done_once(self, world: World, point: str) -> None:
        world.arrives()
        cause = update()
        world.faults.at(point, StorageUnavailable("time-out"))
        with pytest.raises(StorageUnavailable):
            world.tries(cause)
        world.tries(cause)
        holds_once(world, cause)

    def test_five_redeliveries_after_five_crashes_are_still_one_trial(self, world: World) -> None:
        cause = update()
        for point in ("commit.before", "commit.after", "panel.ensure.before", "panel.ensure.after", "commit.after"):
            world.faults.at(point, Crash())
            with pytest.raises(Crash):
                world.tries(cause)
        world.tries(cause)
        holds_once(world, cause)


class TestTheClockFinishesWhatACrashLeft:
    """The process ends at some step, and the update does not come again."""

    @pytest.mark.parametrize("step", range(STEPS))
    def test_without_a_redelivery_the_clock_alone_finishes_what_was_committed(self, world: World, step: int) -> None:
        cause = update()
        world.faults.crash_at_step(step)
        with suppress(Crash):
            world.tries(cause)
        world.faults.clear()
        world.settles(minutes=3)
        if cause in world.history():
            holds_once(world, cause)
        else:
            assert world.panel.made == []

    @pytest.mark.parametrize("worker_step", range(12))
    def test_a_worker_that_crashes_is_followed_by_one_that_finishes(self, world: World, worker_step: int) -> None:
        world.panel.mood = Mood.DOWN
        cause = update()
        world.tries(cause)
        world.panel.mood = Mood.FINE
        world.clock.pass_by(timedelta(minutes=2))
        world.faults.crash_at_step(worker_step)
        try:
            world.minute()
        except Crash:
            world.queue.waiting.clear()
        world.faults.clear()
        world.settles(minutes=12)
        holds_once(world, cause)
        assert set(world.messenger.topics()) == {NotificationKind.KEY_READY}
        assert len(world.messenger.said) <= 2, "repeated only if the process died between Telegram's answer and ours"


class TestAConflictIsDecidedAgain:
    """A stale picture is looked at anew, a bounded number of times."""

    def test_a_profile_change_at_the_same_time_does_not_cost_the_trial(self, world: World) -> None:
        world.arrives()
        slow = world.open()
        suspend(world.open(), world.fleet, world.context, "ops:1", "operator")
        with pytest.raises(TrialRejected):
            start_trial(slow, world.fleet, world.context, world.trial, update())
        assert world.meter.counts[Metric.CONFLICTS] == 1

    def test_three_stale_pictures_in_a_row_ask_the_sender_to_come_back(self, world: World) -> None:
        world.arrives()
        world.faults.at("commit.before", Conflict("1"), Conflict("2"), Conflict("3"))
        with pytest.raises(Conflict):
            world.tries(update())
        assert not world.look().user.trial_used
        assert world.meter.counts[Metric.CONFLICTS] == 3

    def test_the_third_picture_may_still_win(self, world: World) -> None:
        world.arrives()
        world.faults.at("commit.before", Conflict("1"), Conflict("2"))
        world.tries(cause := update())
        holds_once(world, cause)

    def test_the_ledgers_reason_wins_over_a_stale_picture(self, world: World) -> None:
        world.arrives()
        stale = world.open()
        cause = update()
        world.tries(cause)
        with pytest.raises(AlreadyDecided):
            stale.commit(stale.person, Entry(cause, "trial started", world.clock()))
