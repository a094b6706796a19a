"""A pause by an operator: the key is disabled and time stops; the resume restores both."""

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
    """Suspend the person as an operator."""
    suspend(shop.open(), shop.fleet, shop.context, cause, "operator")


def end_pause(shop: Shop, cause: str = "ops:resume") -> None:
    """Resume the person as an operator."""
    resume(shop.open(), shop.fleet, shop.context, cause, "operator")


class TestAPauseKeepsWhatIsLeft:
    """The remaining time and the key are the same after the resume."""

    def test_the_key_is_disabled_at_once_and_the_person_notified(self, shop: Shop) -> None:
        shop.on_trial()
        pause(shop)
        assert list(shop.panel.enabled()) == []
        assert len(shop.panel.held) == 1
        shop.settles(minutes=2)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED]
        assert shop.look().paused

    def test_the_resume_restores_the_remaining_time_and_the_same_key(self, shop: Shop) -> None:
        shop.on_trial()
        shop.days(1)
        pause(shop)
        shop.days(10)
        end_pause(shop)
        person = shop.look()
        assert person.subscription.status is Status.TRIAL
        assert person.subscription.ends_at == START + DAYS_3 + timedelta(days=10)
        assert len(list(shop.panel.enabled())) == 1
        assert len(shop.panel.made) == 1
        assert not person.user.banned

    def test_no_reminders_are_sent_during_a_pause_and_all_after_it(self, shop: Shop) -> None:
        shop.on_trial()
        shop.connects()
        pause(shop)
        shop.days(30)
        end_pause(shop)
        shop.days(5)
        assert shop.sender.kinds() == [
            NotificationKind.SUSPENDED,
            NotificationKind.RESUMED,
            NotificationKind.REMINDER_DAY,
            NotificationKind.REMINDER_HOURS,
            NotificationKind.EXPIRY,
            NotificationKind.AFTERCARE,
        ]

    def test_a_key_that_was_being_made_at_the_pause_is_made_after_the_resume(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        pause(shop)
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=5)
        assert list(shop.panel.enabled()) == []
        end_pause(shop)
        person = shop.look()
        assert person.subscription.starts_at == shop.clock.now
        assert len(list(shop.panel.enabled())) == 1

    def test_the_key_is_disabled_after_an_outage_of_the_panel(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.DOWN
        pause(shop)
        assert len(list(shop.panel.enabled())) == 1
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=2)
        assert list(shop.panel.enabled()) == []


class TestAPauseBeforeTheFirstKey:
    """There was no server when the trial was granted."""

    def test_the_key_is_made_when_a_server_is_added_after_the_resume(self, shop: Shop) -> None:
        with_servers(shop)
        shop.on_trial()
        pause(shop)
        shop.days(1)
        end_pause(shop)
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

    def test_no_key_is_made_during_the_pause(self, shop: Shop) -> None:
        with_servers(shop)
        shop.on_trial()
        pause(shop)
        add_server(shop, "nl")
        shop.days(2)
        assert list(shop.panel.enabled()) == []
        assert shop.look().paused


class TestAPauseAfterTheEnd:
    """A pause and a resume never extend a subscription that has ended."""

    def test_a_trial_that_ended_before_the_pause_is_not_enabled_by_the_resume(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.advance(timedelta(days=3, hours=1))
        pause(shop)
        shop.clock.advance(timedelta(days=5))
        end_pause(shop)
        assert list(shop.panel.enabled()) == []
        shop.settles(minutes=5)
        person = shop.look()
        assert person.subscription.status is Status.EXPIRED
        assert person.accesses[0].wanted is Wanted.LIMITED
        assert list(shop.panel.enabled()) == []
        assert person.subscription.ends_at == START + DAYS_3

    def test_pausing_a_person_without_a_subscription_only_blocks_the_trial(self, shop: Shop) -> None:
        shop.arrives()
        pause(shop)
        assert shop.look().user.banned
        assert not shop.look().trial_available
        end_pause(shop)
        assert shop.look().trial_available
        shop.settles(minutes=2)
        assert shop.sender.said == []

    def test_a_subscription_paused_after_the_end_stays_expired(self, shop: Shop) -> None:
        shop.on_trial()
        shop.days(4)
        pause(shop)
        end_pause(shop)
        assert shop.look().subscription.status is Status.EXPIRED
        assert list(shop.panel.enabled()) == []

    @pytest.mark.parametrize("down", [False, True])
    def test_a_link_that_ends_during_a_pause_leaves_no_client_on_the_panel(self, shop: Shop, down: bool) -> None:
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
        end_pause(shop)
        shop.days(1)
        assert (shop.look().accesses, shop.panel.held) == ((), {})

    def test_a_command_given_twice_is_executed_once(self, shop: Shop) -> None:
        shop.on_trial()
        pause(shop)
        with pytest.raises(AlreadyDecided):
            pause(shop)
        shop.settles(minutes=2)
        end_pause(shop)
        with pytest.raises(AlreadyDecided):
            end_pause(shop)
        shop.settles(minutes=2)
        assert shop.sender.kinds() == [NotificationKind.SUSPENDED, NotificationKind.RESUMED]
