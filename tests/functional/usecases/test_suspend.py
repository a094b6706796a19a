"""The operator's pause: the key stops, the time waits, and everything comes back as it was."""

from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.panel import Mood
from tests.fakes.world import World
from tests.functional.usecases.rounds import add_server, with_servers
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

DAYS_3 = timedelta(days=3)


def pause(world: World, cause: str = "ops:pause") -> None:
    suspend(world.open(), world.fleet, world.context, cause, "operator")


def let_on(world: World, cause: str = "ops:resume") -> None:
    resume(world.open(), world.fleet, world.context, cause, "operator")


class TestAPauseKeepsWhatIsLeft:
    """Not a second of it is lost."""

    def test_the_key_is_switched_off_at_once_and_the_person_told(self, world: World) -> None:
        world.on_trial()
        pause(world)
        assert list(world.panel.enabled()) == []
        assert len(world.panel.held) == 1
        world.settles(minutes=2)
        assert world.messenger.topics() == [NotificationKind.SUSPENDED]
        assert world.look().paused

    def test_the_remaining_time_waits_and_the_same_key_comes_back(self, world: World) -> None:
        world.on_trial()
        world.days(1)
        pause(world)
        world.days(10)
        let_on(world)
        person = world.look()
        assert person.subscription.status is Status.TRIAL
        assert person.subscription.ends_at == START + DAYS_3 + timedelta(days=10)
        assert len(list(world.panel.enabled())) == 1
        assert len(world.panel.made) == 1
        assert not person.user.banned

    def test_nothing_is_reminded_of_during_a_pause_and_everything_after_it(self, world: World) -> None:
        world.on_trial()
        world.connects()
        pause(world)
        world.days(30)
        let_on(world)
        world.days(5)
        assert world.messenger.topics() == [
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
            NotificationKind.REMINDER_DAY,
            NotificationKind.REMINDER_HOURS,
            NotificationKind.EXPIRY,
            NotificationKind.AFTERCARE,
        ]

    def test_a_pause_while_the_key_is_made_makes_it_afterwards(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        pause(world)
        world.panel.mood = Mood.FINE
        world.settles(minutes=5)
        assert list(world.panel.enabled()) == []
        let_on(world)
        person = world.look()
        assert person.subscription.starts_at == world.clock.now
        assert len(list(world.panel.enabled())) == 1

    def test_a_panel_that_is_down_is_told_of_the_pause_when_it_is_back(self, world: World) -> None:
        world.on_trial()
        world.panel.mood = Mood.DOWN
        pause(world)
        assert len(list(world.panel.enabled())) == 1
        world.panel.mood = Mood.FINE
        world.settles(minutes=2)
        assert list(world.panel.enabled()) == []


class TestAPauseBeforeThereWasAKey:
    """All servers were full when the trial was granted."""

    def test_the_key_comes_when_there_is_room_after_the_resume(self, world: World) -> None:
        with_servers(world)
        world.on_trial()
        pause(world)
        world.days(1)
        let_on(world)
        assert world.look().subscription.waits_for_key
        add_server(world, "nl")
        world.settles()
        person = world.look()
        assert person.served
        assert person.subscription.starts_at is not None
        assert world.messenger.topics() == [
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
            NotificationKind.KEY_READY,
        ]

    def test_none_comes_before_it(self, world: World) -> None:
        with_servers(world)
        world.on_trial()
        pause(world)
        add_server(world, "nl")
        world.days(2)
        assert list(world.panel.enabled()) == []
        assert world.look().paused


class TestAPauseAtTheWrongMoment:
    """It never gives away what has ended."""

    def test_a_trial_that_ended_unnoticed_before_the_pause_is_not_switched_on_by_the_resume(
        self, world: World
    ) -> None:
        world.on_trial()
        world.clock.pass_by(timedelta(days=3, hours=1))
        pause(world)
        world.clock.pass_by(timedelta(days=5))
        let_on(world)
        assert list(world.panel.enabled()) == []
        world.settles(minutes=5)
        person = world.look()
        assert person.subscription.status is Status.EXPIRED
        assert person.accesses[0].wanted is Wanted.LIMITED
        assert list(world.panel.enabled()) == []
        assert NotificationKind.RESUMED not in world.messenger.topics()

    def test_pausing_somebody_without_a_subscription_only_bars_the_trial(self, world: World) -> None:
        world.arrives()
        pause(world)
        assert world.look().user.banned
        assert not world.look().trial_available
        let_on(world)
        assert world.look().trial_available
        world.settles(minutes=2)
        assert world.messenger.said == []

    def test_pausing_after_the_end_keeps_the_end(self, world: World) -> None:
        world.on_trial()
        world.days(4)
        pause(world)
        let_on(world)
        assert world.look().subscription.status is Status.EXPIRED
        assert list(world.panel.enabled()) == []

    @pytest.mark.parametrize("down", [False, True])
    def test_a_link_that_ends_during_a_pause_leaves_nothing_on_the_panel(self, world: World, down: bool) -> None:
        world.on_trial()
        world.days(4)
        pause(world)
        world.days(25)
        world.panel.mood = Mood.DOWN if down else Mood.FINE
        world.days(10)
        world.panel.mood = Mood.FINE
        world.days(1)
        person = world.look()
        assert person.subscription.key is None
        assert (person.accesses, world.panel.held) == ((), {})
        let_on(world)
        world.days(1)
        assert (world.look().accesses, world.panel.held) == ((), {})

    def test_a_command_given_twice_is_carried_out_once(self, world: World) -> None:
        world.on_trial()
        pause(world)
        with pytest.raises(AlreadyDecided):
            pause(world)
        let_on(world)
        with pytest.raises(AlreadyDecided):
            let_on(world)
        world.settles(minutes=2)
        assert world.messenger.topics() == [NotificationKind.SUSPENDED, NotificationKind.RESUMED]
