"""Making a key: it is made once, whatever the panel does, and time starts only when it works."""

from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.usecases.purchases import buys, enabled
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.scheduling import MAX_ATTEMPTS
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import ClaimLost
from vpnbot.usecases.keys.provision_keys import provision_key, provision_pending
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

DAYS_3 = timedelta(days=3)


class TestAFailingPanel:
    """The trial is granted all the same, and its key is made when the panel works."""

    @pytest.mark.parametrize("fault_mode", [FaultMode.DOWN, FaultMode.SLOW, FaultMode.REFUSING])
    def test_the_trial_is_granted_and_no_time_runs_while_the_key_is_made(
        self, shop: Shop, fault_mode: FaultMode
    ) -> None:
        shop.panel.fault_mode = fault_mode
        person = shop.on_trial()
        assert person.subscription.waits_for_key
        assert person.subscription.starts_at is None
        assert person.accesses[0].last_error
        assert not person.accesses[0].in_sync

    @pytest.mark.parametrize("fault_mode", [FaultMode.DOWN, FaultMode.SLOW, FaultMode.REFUSING])
    def test_due_work_makes_the_key_then_time_starts_and_the_person_is_notified(
        self, shop: Shop, fault_mode: FaultMode
    ) -> None:
        shop.panel.fault_mode = fault_mode
        shop.on_trial()
        shop.settles(minutes=40)
        assert shop.look().subscription.waits_for_key
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=64)
        person = shop.look()
        assert person.subscription.starts_at is not None
        assert START + timedelta(minutes=40) < person.subscription.starts_at
        assert person.subscription.ends_at == person.subscription.starts_at + DAYS_3
        assert shop.sender.kinds() == [NotificationKind.KEY_READY]
        assert len(shop.panel.made) == 1
        assert person.accesses[0].last_error is None

    def test_the_key_is_made_within_a_minute_after_a_short_outage(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=1)
        assert shop.look().subscription.starts_at == START + timedelta(minutes=1)

    def test_three_hours_of_outage_dead_letter_nothing(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.settles(minutes=180)
        assert shop.index.dead_lettered() == []
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=65)
        assert shop.look().subscription.status is Status.TRIAL
        assert shop.look().living_accesses[0].works

    def test_after_a_crash_between_panel_and_commit_the_same_client_is_used(self, shop: Shop) -> None:
        shop.arrives()
        shop.faults.at("panel.apply.after", Crash())
        with pytest.raises(Crash):
            shop.tries(update())
        assert len(shop.panel.held) == 1
        assert shop.look().subscription.waits_for_key
        shop.settles(minutes=5)
        assert len(shop.panel.made) == 1
        assert shop.look().living_accesses[0].works

    def test_the_first_of_two_servers_starts_the_time_and_the_second_does_not_change_it(self, shop: Shop) -> None:
        shop.servers.ids = ["nl", "de"]
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=10)
        person = shop.look()
        assert person.subscription.starts_at == START + timedelta(minutes=1)
        assert all(access.works and access.in_sync for access in person.accesses)
        assert shop.sender.kinds() == [NotificationKind.KEY_READY]

    def test_time_starts_with_the_first_key_while_the_panel_of_the_second_is_down(self, shop: Shop) -> None:
        shop.servers.ids = ["nl", "de"]
        shop.panel.away = {"de"}
        person = shop.on_trial()
        assert person.subscription.starts_at == START
        assert [access.server_id for access in person.out_of_sync] == ["de"]

    def test_a_server_that_has_left_the_catalogue_does_not_break_the_tap(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.arrives()
        cause = update()
        shop.tries(cause)
        shop.servers.ids = ["de"]
        person = shop.tries(cause)
        assert person.subscription.waits_for_key
        assert person.accesses[0].last_error is not None
        assert "no server of this name" in person.accesses[0].last_error


class TestARejectedKey:
    """A key that the panel rejects waits for the panel; only a bug dead-letters a key."""

    def test_a_key_that_is_rejected_for_days_is_made_when_the_panel_accepts_it(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.REFUSING
        shop.on_trial()
        shop.days(4)
        assert shop.index.dead_lettered() == []
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=65)
        assert shop.look().accesses[0].works
        assert shop.sender.kinds() == [NotificationKind.KEY_READY]

    def test_a_key_whose_making_is_a_bug_is_dead_lettered_and_counted_once(self, shop: Shop) -> None:
        with_dead_lettered_key(shop)
        (item,) = shop.index.dead_lettered()
        assert item.sort_key.startswith("ACCESS#nl#")
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 1
        due = shop.look().accesses[0].due
        assert due is not None
        assert due.dead_lettered
        assert due.attempts == MAX_ATTEMPTS

    def test_a_dead_lettered_key_is_not_retried_by_due_work(self, shop: Shop) -> None:
        with_dead_lettered_key(shop)
        calls = shop.faults.passed.count("panel.apply.before")
        shop.days(1)
        assert shop.faults.passed.count("panel.apply.before") == calls

    def test_a_new_wanted_state_makes_a_dead_lettered_key_due_again(self, shop: Shop) -> None:
        with_dead_lettered_key(shop)
        delete_data(shop.open(), shop.fleet, shop.context, update())
        assert shop.look().accesses == ()
        assert shop.index.dead_lettered() == []


class TestALateWriteConverges:
    """A worker that loses its claim during a call to the panel loads the person again and applies the new state."""

    def test_a_pause_during_a_slow_write_ends_with_a_disabled_key(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        shop.panel.during = lambda: suspend_now(shop)
        shop.settles(minutes=5)
        assert list(shop.panel.enabled()) == []
        assert shop.look().accesses[0].wanted is Wanted.DISABLED
        assert shop.look().accesses[0].in_sync
        assert NotificationKind.KEY_READY not in shop.sender.kinds()

    def test_a_deletion_during_a_slow_write_leaves_no_client_behind(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        shop.panel.during = lambda: delete_now(shop)
        shop.settles(minutes=5)
        assert shop.panel.held == {}
        assert shop.look().accesses == ()

    @pytest.mark.parametrize("deletes", [False, True])
    def test_a_late_write_followed_by_an_outage_is_corrected_later(self, shop: Shop, deletes: bool) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE

        def interrupt() -> None:
            (delete_now if deletes else suspend_now)(shop)
            shop.panel.fault_mode = FaultMode.DOWN

        shop.panel.during = interrupt
        shop.settles(minutes=2)
        assert len(list(shop.panel.enabled())) == 1, "the late write has reached the panel"
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=5)
        assert list(shop.panel.enabled()) == []
        assert not shop.look().out_of_sync

    def test_limits_that_are_bought_during_a_slow_write_replace_the_older_ones(self, shop: Shop) -> None:
        shop.on_trial()
        session = shop.open()
        (key,) = session.person.accesses
        session.observe(key, key.marked_out_of_sync(shop.clock()))

        def interrupt() -> None:
            buys(shop)
            provision_pending(shop.open(), shop.fleet, shop.context)

        shop.panel.during = interrupt
        shop.settles(minutes=5)
        assert not shop.look().out_of_sync
        assert enabled(shop) == [5]

    def test_a_pause_that_could_not_be_applied_is_retried_and_corrects_a_late_write(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE

        def interrupt() -> None:
            shop.panel.fault_mode = FaultMode.DOWN
            suspend_now(shop)

        shop.panel.during = interrupt
        shop.settles(minutes=2)
        assert len(list(shop.panel.enabled())) == 1, "the late write has reached the panel"
        assert len(shop.look().out_of_sync) == 1
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=5)
        assert list(shop.panel.enabled()) == []

    def test_two_keys_that_are_ready_at_the_same_time_start_the_time_once(self, shop: Shop) -> None:
        shop.servers.ids = ["nl", "de"]
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        slow = shop.open()
        first, second = slow.person.accesses

        def interrupt() -> None:
            quick = shop.open()
            provision_key(quick, shop.fleet, shop.context, first, notify=True)
            shop.clock.advance(timedelta(seconds=5))

        shop.panel.during = interrupt
        provision_key(slow, shop.fleet, shop.context, second, notify=True)
        person = shop.look()
        assert person.subscription.starts_at == START
        assert all(access.works and access.in_sync for access in person.accesses)
        assert [notification.kind for notification in person.outbox] == [NotificationKind.KEY_READY]

    def test_two_workers_that_make_the_same_key_make_one_client(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.FINE
        session = shop.open()
        (access,) = session.person.accesses
        shop.panel.during = lambda: make_now(shop)
        with pytest.raises(ClaimLost):
            provision_key(session, shop.fleet, shop.context, access, notify=True)
        person = shop.look()
        assert person.accesses[0].works
        assert person.accesses[0].in_sync
        assert len(shop.panel.made) == 1
        assert len([cause for cause in shop.history() if cause.startswith("event:key_ready")]) == 1

    def test_a_stale_write_that_fails_changes_nothing(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        session = shop.open()
        (access,) = session.person.accesses
        shop.panel.fault_mode = FaultMode.FINE
        make_now(shop)
        shop.panel.fault_mode = FaultMode.DOWN
        with pytest.raises(ClaimLost):
            provision_key(session, shop.fleet, shop.context, access, notify=True)
        assert shop.look().accesses[0].in_sync


def with_dead_lettered_key(shop: Shop) -> None:
    """Start a trial whose key is dead-lettered after a day, because of a bug; the bug is gone then."""
    shop.panel.fault_mode = FaultMode.DOWN
    shop.on_trial()
    shop.panel.fault_mode = FaultMode.FINE
    shop.faults.at("panel.apply.before", *(KeyError("a bug") for _ in range(MAX_ATTEMPTS)))
    shop.days(1)
    shop.faults.clear()


def suspend_now(shop: Shop) -> None:
    suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")


def delete_now(shop: Shop) -> None:
    delete_data(shop.open(), shop.fleet, shop.context, update())


def make_now(shop: Shop) -> None:
    session = shop.open()
    (access,) = session.person.accesses
    provision_key(session, shop.fleet, shop.context, access, notify=True)
