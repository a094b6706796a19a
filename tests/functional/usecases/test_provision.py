"""The promise of the key: it is made once, however the panel behaves, and time starts only when it is ready."""

from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.panel import Mood
from tests.fakes.world import World, update
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.scheduling import MAX_ATTEMPTS
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import ClaimLost
from vpnbot.usecases.keys.provision_keys import provision_key
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

DAYS_3 = timedelta(days=3)


class TestAPanelThatFailsCostsNobodyTheirTrial:
    """Degrade, do not refuse."""

    @pytest.mark.parametrize("mood", [Mood.DOWN, Mood.SLOW, Mood.REFUSING])
    def test_the_trial_is_granted_and_no_time_runs_while_the_key_is_made(self, world: World, mood: Mood) -> None:
        world.panel.mood = mood
        person = world.on_trial()
        assert person.subscription.waits_for_key
        assert person.subscription.starts_at is None
        assert person.accesses[0].last_error
        assert not person.accesses[0].in_sync

    @pytest.mark.parametrize("mood", [Mood.DOWN, Mood.SLOW, Mood.REFUSING])
    def test_the_key_comes_by_itself_its_time_starts_then_and_the_person_is_told(
        self, world: World, mood: Mood
    ) -> None:
        world.panel.mood = mood
        world.on_trial()
        world.settles(minutes=40)
        assert world.look().subscription.waits_for_key
        world.panel.mood = Mood.FINE
        world.settles(minutes=64)
        person = world.look()
        assert person.subscription.starts_at is not None
        assert START + timedelta(minutes=40) < person.subscription.starts_at
        assert person.subscription.ends_at == person.subscription.starts_at + DAYS_3
        assert world.messenger.topics() == [NotificationKind.KEY_READY]
        assert len(world.panel.made) == 1
        assert person.accesses[0].last_error is None

    def test_a_panel_back_after_a_minute_gives_the_key_within_the_next(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        world.panel.mood = Mood.FINE
        world.settles(minutes=1)
        assert world.look().subscription.starts_at == START + timedelta(minutes=1)

    def test_three_hours_of_outage_park_nothing(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        world.settles(minutes=180)
        assert world.index.parked() == []
        world.panel.mood = Mood.FINE
        world.settles(minutes=65)
        assert world.look().subscription.status is Status.TRIAL
        assert world.look().living_accesses[0].works

    def test_a_crash_between_the_panels_answer_and_the_commit_finds_its_own_client_again(self, world: World) -> None:
        world.arrives()
        world.faults.at("panel.ensure.after", Crash())
        with pytest.raises(Crash):
            world.tries(update())
        assert len(world.panel.held) == 1
        assert world.look().subscription.waits_for_key
        world.settles(minutes=5)
        assert len(world.panel.made) == 1
        assert world.look().living_accesses[0].works

    def test_the_time_is_started_by_the_first_of_two_servers_and_not_moved_by_the_second(self, world: World) -> None:
        world.servers.ids = ["nl", "de"]
        world.panel.mood = Mood.DOWN
        world.on_trial()
        world.panel.mood = Mood.FINE
        world.settles(minutes=10)
        person = world.look()
        assert person.subscription.starts_at == START + timedelta(minutes=1)
        assert all(access.works and access.in_sync for access in person.accesses)
        assert world.messenger.topics() == [NotificationKind.KEY_READY]

    def test_a_second_server_that_lags_does_not_hold_up_the_first(self, world: World) -> None:
        world.servers.ids = ["nl", "de"]
        world.arrives()
        world.servers.ids = ["nl"]
        world.tries(update())
        assert world.look().subscription.starts_at == START

    def test_a_server_that_the_operator_removed_does_not_break_the_tap(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.arrives()
        cause = update()
        world.tries(cause)
        world.servers.ids = ["de"]
        person = world.tries(cause)
        assert person.subscription.waits_for_key
        assert person.accesses[0].last_error is not None
        assert "no such server" in person.accesses[0].last_error


class TestAPanelThatRefusesIsShownToTheOperator:
    """Parked: listed, counted, never lost."""

    def test_a_key_that_is_refused_to_the_end_is_parked_and_counted_once(self, world: World) -> None:
        world.panel.mood = Mood.REFUSING
        world.on_trial()
        world.days(1)
        (parked,) = world.index.parked()
        assert parked.sort_key.startswith("ACCESS#nl#")
        assert world.meter.counts[Metric.PARKED] == 1
        due = world.look().accesses[0].due
        assert due is not None
        assert due.parked
        assert due.attempts == MAX_ATTEMPTS

    def test_what_is_parked_is_left_alone_by_clock_and_taps(self, world: World) -> None:
        world.panel.mood = Mood.REFUSING
        world.arrives()
        world.tries(cause := update())
        world.days(1)
        asked = world.faults.passed.count("panel.ensure.before")
        assert asked == MAX_ATTEMPTS + 1, "once in the tap, then with each claim"
        world.days(1)
        world.tries(cause)
        assert world.faults.passed.count("panel.ensure.before") == asked

    def test_wanting_something_else_takes_a_parked_key_up_again(self, world: World) -> None:
        world.panel.mood = Mood.REFUSING
        world.on_trial()
        world.days(1)
        world.panel.mood = Mood.FINE
        delete_data(world.open(), world.fleet, world.context, update())
        assert world.look().accesses == ()
        assert world.index.parked() == []


class TestALateWriteConverges:
    """After a panel write a lost claim means: look again, and make the panel what is wanted now."""

    def test_a_pause_during_a_slow_write_ends_with_a_disabled_key(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        world.panel.mood = Mood.FINE
        world.panel.during = lambda: suspend_now(world)
        world.settles(minutes=5)
        assert list(world.panel.enabled()) == []
        assert world.look().accesses[0].wanted is Wanted.DISABLED
        assert world.look().accesses[0].in_sync
        assert NotificationKind.KEY_READY not in world.messenger.topics()

    def test_a_deletion_during_a_slow_write_leaves_no_client_behind(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        world.panel.mood = Mood.FINE
        world.panel.during = lambda: delete_now(world)
        world.settles(minutes=5)
        assert world.panel.held == {}
        assert world.look().accesses == ()

    @pytest.mark.parametrize("deletes", [False, True])
    def test_if_the_panel_fails_just_then_the_drift_is_found_later(self, world: World, deletes: bool) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        world.panel.mood = Mood.FINE

        def interrupt() -> None:
            (delete_now if deletes else suspend_now)(world)
            world.panel.mood = Mood.DOWN

        world.panel.during = interrupt
        world.settles(minutes=2)
        assert len(list(world.panel.enabled())) == 1, "the late write has landed"
        world.panel.mood = Mood.FINE
        world.settles(minutes=5)
        assert list(world.panel.enabled()) == []
        assert not world.look().out_of_sync

    def test_if_the_panel_fails_before_the_pause_is_told_the_pauses_own_retry_mends_it(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        world.panel.mood = Mood.FINE

        def interrupt() -> None:
            world.panel.mood = Mood.DOWN
            suspend_now(world)

        world.panel.during = interrupt
        world.settles(minutes=2)
        assert len(list(world.panel.enabled())) == 1, "the late write has landed"
        assert len(world.look().out_of_sync) == 1
        world.panel.mood = Mood.FINE
        world.settles(minutes=5)
        assert list(world.panel.enabled()) == []

    def test_two_servers_ready_at_the_same_moment_start_the_time_once(self, world: World) -> None:
        world.servers.ids = ["nl", "de"]
        world.panel.mood = Mood.DOWN
        world.on_trial()
        world.panel.mood = Mood.FINE
        slow = world.open()
        first, second = slow.person.accesses

        def interrupt() -> None:
            quick = world.open()
            provision_key(quick, world.fleet, world.context, first, unasked=True)
            world.clock.pass_by(timedelta(seconds=5))

        world.panel.during = interrupt
        provision_key(slow, world.fleet, world.context, second, unasked=True)
        person = world.look()
        assert person.subscription.starts_at == START
        assert all(access.works and access.in_sync for access in person.accesses)
        assert [word.kind for word in person.outbox] == [NotificationKind.KEY_READY]

    def test_the_same_key_made_by_two_workers_is_confirmed_by_both_and_made_once(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        world.panel.mood = Mood.FINE
        session = world.open()
        (access,) = session.person.accesses
        world.panel.during = lambda: make_now(world)
        with pytest.raises(ClaimLost):
            provision_key(session, world.fleet, world.context, access, unasked=True)
        person = world.look()
        assert person.accesses[0].works
        assert person.accesses[0].in_sync
        assert len(world.panel.made) == 1
        assert len([cause for cause in world.history() if cause.startswith("event:key_ready")]) == 1

    def test_a_lagging_write_that_fails_too_late_changes_nothing(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        session = world.open()
        (access,) = session.person.accesses
        world.panel.mood = Mood.FINE
        make_now(world)
        world.panel.mood = Mood.DOWN
        with pytest.raises(ClaimLost):
            provision_key(session, world.fleet, world.context, access, unasked=True)
        assert world.look().accesses[0].in_sync


def suspend_now(world: World) -> None:
    suspend(world.open(), world.fleet, world.context, "ops:1", "operator")


def delete_now(world: World) -> None:
    delete_data(world.open(), world.fleet, world.context, update())


def make_now(world: World) -> None:
    session = world.open()
    (access,) = session.person.accesses
    provision_key(session, world.fleet, world.context, access, unasked=True)
