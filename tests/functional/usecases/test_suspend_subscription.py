"""The operator's pause: the key stops, the time waits, and everything comes back as it was."""

from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import add_server, with_servers
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

DAYS_3 = timedelta(days=3)


def pause(shop: Shop, cause: str = "ops:pause") -> None:
    suspend(shop.open(), shop.fleet, shop.context, cause, "operator")


def let_on(shop: Shop, cause: str = "ops:resume") -> None:
    resume(shop.open(), shop.fleet, shop.context, cause, "operator")


class TestAPauseKeepsWhatIsLeft:
    """Not a second of it is lost."""

    def test_the_key_is_switched_off_at_once_and_the_person_told(self, shop: Shop) -> None:
        shop.on_trial()
        pause(shop)
        assert list(shop.panel.enabled()) == []
        assert len(shop.panel.held) == 1
        shop.settles(minutes=2)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED]
        assert shop.look().paused

    def test_the_remaining_time_waits_and_the_same_key_comes_back(self, shop: Shop) -> None:
        shop.on_trial()
        shop.days(1)
        pause(shop)
        shop.days(10)
        let_on(shop)
        person = shop.look()
        assert person.subscription.status is Status.TRIAL
        assert person.subscription.ends_at == START + DAYS_3 + timedelta(days=10)
        assert len(list(shop.panel.enabled())) == 1
        assert len(shop.panel.made) == 1
        assert not person.user.banned

    def test_nothing_is_reminded_of_during_a_pause_and_everything_after_it(self, shop: Shop) -> None:
        shop.on_trial()
        shop.connects()
        pause(shop)
        shop.days(30)
        let_on(shop)
        shop.days(5)
        assert shop.sender.kinds() == [
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
            NotificationKind.REMINDER_DAY,
            NotificationKind.REMINDER_HOURS,
            NotificationKind.EXPIRY,
            NotificationKind.AFTERCARE,
        ]

    def test_a_pause_while_the_key_is_made_makes_it_afterwards(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        pause(shop)
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=5)
        assert list(shop.panel.enabled()) == []
        let_on(shop)
        person = shop.look()
        assert person.subscription.starts_at == shop.clock.now
        assert len(list(shop.panel.enabled())) == 1

    def test_a_panel_that_is_down_is_told_of_the_pause_when_it_is_back(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.DOWN
        pause(shop)
        assert len(list(shop.panel.enabled())) == 1
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=2)
        assert list(shop.panel.enabled()) == []


class TestAPauseBeforeThereWasAKey:
    """All servers were full when the trial was granted."""

    def test_the_key_comes_when_there_is_room_after_the_resume(self, shop: Shop) -> None:
        with_servers(shop)
        shop.on_trial()
        pause(shop)
        shop.days(1)
        let_on(shop)
        assert shop.look().subscription.waits_for_key
        add_server(shop, "nl")
        shop.settles()
        person = shop.look()
        assert person.served
        assert person.subscription.starts_at is not None
        assert shop.sender.kinds() == [
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
            NotificationKind.KEY_READY,
        ]

    def test_none_comes_before_it(self, shop: Shop) -> None:
        with_servers(shop)
        shop.on_trial()
        pause(shop)
        add_server(shop, "nl")
        shop.days(2)
        assert list(shop.panel.enabled()) == []
        assert shop.look().paused


class TestAPauseAtTheWrongMoment:
    """It never gives away what has ended."""

    def test_a_trial_that_ended_unnoticed_before_the_pause_is_not_switched_on_by_the_resume(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.pass_by(timedelta(days=3, hours=1))
        pause(shop)
        shop.clock.pass_by(timedelta(days=5))
        let_on(shop)
        assert list(shop.panel.enabled()) == []
        shop.settles(minutes=5)
        person = shop.look()
        assert person.subscription.status is Status.EXPIRED
        assert person.accesses[0].wanted is Wanted.LIMITED
        assert list(shop.panel.enabled()) == []
        assert NotificationKind.RESUMED not in shop.sender.kinds()

    def test_pausing_somebody_without_a_subscription_only_bars_the_trial(self, shop: Shop) -> None:
        shop.arrives()
        pause(shop)
        assert shop.look().user.banned
        assert not shop.look().trial_available
        let_on(shop)
        assert shop.look().trial_available
        shop.settles(minutes=2)
        assert shop.sender.said == []

    def test_pausing_after_the_end_keeps_the_end(self, shop: Shop) -> None:
        shop.on_trial()
        shop.days(4)
        pause(shop)
        let_on(shop)
        assert shop.look().subscription.status is Status.EXPIRED
        assert list(shop.panel.enabled()) == []

    @pytest.mark.parametrize("down", [False, True])
    def test_a_link_that_ends_during_a_pause_leaves_nothing_on_the_panel(self, shop: Shop, down: bool) -> None:
        shop.on_trial()
        shop.days(4)
        pause(shop)
        shop.days(25)
        shop.panel.fault_mode = FaultMode.DOWN if down else FaultMode.FINE
        shop.days(10)
        shop.panel.fault_mode = FaultMode.FINE
        shop.days(1)
        person = shop.look()
        assert person.subscription.key is None
        assert (person.accesses, shop.panel.held) == ((), {})
        let_on(shop)
        shop.days(1)
        assert (shop.look().accesses, shop.panel.held) == ((), {})

    def test_a_command_given_twice_is_carried_out_once(self, shop: Shop) -> None:
        shop.on_trial()
        pause(shop)
        with pytest.raises(AlreadyDecided):
            pause(shop)
        let_on(shop)
        with pytest.raises(AlreadyDecided):
            let_on(shop)
        shop.settles(minutes=2)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED, NotificationKind.RESUMED]
