"""A trial: one tap makes one key, once for each person, whatever fails meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import NoReturn

import pytest

from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.usecases.renewing import FAMILY, STANDARD, sells
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.sold_plan import SoldDuration
from vpnbot.domain.subscriptions.list_price import ListPrice
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.domain.subscriptions.time_credit import WORTH_PARTS
from vpnbot.errors import AlreadyDecided, Conflict, StorageUnavailable, UnreadableItem
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.start_trial import TrialRejected, start_trial
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

DAYS_3 = timedelta(days=3)
MONTH = timedelta(days=30)
STANDARD_MONTH = ListPrice(29_900, int(MONTH.total_seconds()))
TWICE_AS_DEAR = replace(FAMILY, position=1, durations=(SoldDuration("month", MONTH, {"RUB": 2 * 29_900}),))
STEPS = 12
"""At least the number of fault points that a trial passes; `test_the_crash_tests_cover_every_step` checks it."""


def assert_one_trial(shop: Shop, cause: str) -> None:
    """Assert that there is exactly one trial, with one key and one ledger entry."""
    person = shop.look()
    assert person.subscription.status is Status.TRIAL
    assert person.user.trial_used
    assert len(person.accesses) == 1
    assert person.accesses[0].in_sync
    assert len(shop.panel.held) == 1, "exactly one client"
    assert len(shop.panel.made) == 1, "no second client was made and removed again"
    assert shop.history().count(cause) == 1, "exactly one ledger entry"
    assert sum(entry.startswith("event:key_ready") for entry in shop.history()) == 1


class TestTheTrialIsOneTap:
    """From the tap to a working key."""

    def test_one_tap_makes_one_key_and_starts_three_days(self, shop: Shop) -> None:
        person = shop.on_trial()
        assert person.subscription.ends_at == START + DAYS_3
        assert person.subscription.starts_at == START
        assert person.living_accesses[0].works
        assert [client.devices for client in shop.panel.enabled()] == [2]

    def test_the_tap_costs_two_commits(self, shop: Shop) -> None:
        shop.arrives()
        session = shop.open()
        before = len(shop.faults.passed)
        start_trial(session, shop.fleet, shop.sales, shop.context, shop.trial, update())
        assert shop.faults.passed[before:].count("commit.before") == 2

    def test_a_key_that_is_made_during_the_tap_needs_no_notification(self, shop: Shop) -> None:
        shop.on_trial()
        shop.settles(minutes=5)
        assert shop.sender.said == []

    def test_a_second_tap_during_the_panel_call_of_the_first_makes_the_key_as_well(self, shop: Shop) -> None:
        seen: list[bool] = []
        cause = update()
        shop.arrives()
        shop.panel.during = lambda: seen.append(any(key.works for key in shop.tries(update()).living_accesses))
        shop.tries(cause)
        assert seen == [True], "the answer of the second tap shows the key, also if it is shown last"
        assert_one_trial(shop, cause)

    def test_a_key_is_made_on_every_server_that_placement_chooses(self, shop: Shop) -> None:
        shop.servers.ids = ["nl", "de"]
        person = shop.on_trial()
        assert {access.server_id for access in person.accesses if access.works} == {"nl", "de"}
        assert person.subscription.ends_at == START + DAYS_3
        assert not person.out_of_sync

    def test_without_servers_the_trial_waits_and_its_key_is_made_on_the_first_server(self, shop: Shop) -> None:
        shop.arrives()
        shop.servers.ids = []
        person = shop.tries(update())
        assert person.subscription.waits_for_key
        assert shop.meter.counts[Metric.UNPLACED] == 1
        shop.days(1)
        assert shop.look().subscription.waits_for_key
        shop.servers.ids = ["nl"]
        shop.settles(minutes=20)
        person = shop.look()
        assert person.living_accesses[0].works
        assert START + timedelta(days=1) <= (person.subscription.starts_at or START)
        assert shop.sender.kinds() == [NotificationKind.KEY_READY]
        assert shop.index.dead_lettered() == []

    def test_a_trial_is_counted_once(self, shop: Shop) -> None:
        cause = update()
        for _ in range(3):
            shop.tries(cause)
        assert shop.meter.counts[Metric.TRIALS] == 1
        assert shop.meter.counts[Metric.DUPLICATES] == 2


class TestASecondTrialIsImpossible:
    """A second tap, races, redelivery, deletion and expiry give no second trial."""

    def test_a_second_tap_is_rejected(self, shop: Shop) -> None:
        shop.on_trial()
        with pytest.raises(TrialRejected):
            shop.tries(update())
        assert len(shop.panel.made) == 1

    def test_the_same_tap_again_has_the_same_result_and_is_not_rejected(self, shop: Shop) -> None:
        shop.arrives()
        cause = update()
        first = shop.tries(cause)
        again = shop.tries(cause)
        assert again == first
        assert_one_trial(shop, cause)

    def test_two_taps_on_the_same_state_make_one_key(self, shop: Shop) -> None:
        shop.arrives()
        sessions = [shop.open(), shop.open()]
        start_trial(sessions[0], shop.fleet, shop.sales, shop.context, shop.trial, first := update())
        with pytest.raises(TrialRejected):
            start_trial(sessions[1], shop.fleet, shop.sales, shop.context, shop.trial, second := update())
        assert_one_trial(shop, first)
        assert second not in shop.history()

    def test_one_tap_delivered_twice_at_the_same_time_makes_one_key(self, shop: Shop) -> None:
        shop.arrives()
        cause = update()
        sessions = [shop.open(), shop.open()]
        for session in sessions:
            assert (
                start_trial(session, shop.fleet, shop.sales, shop.context, shop.trial, cause).subscription.status
                is Status.TRIAL
            )
        assert_one_trial(shop, cause)

    def test_forty_taps_in_parallel_threads_make_one_key(self, shop: Shop) -> None:
        shop.arrives()
        causes = [update() for _ in range(40)]
        together = Barrier(len(causes))

        def tap(cause: str) -> None:
            together.wait()
            with suppress(TrialRejected, Conflict):
                shop.tries(cause)

        with ThreadPoolExecutor(len(causes)) as pool:
            list(pool.map(tap, causes))
        shop.settles()
        (granted,) = [cause for cause in causes if cause in shop.history()]
        assert_one_trial(shop, granted)

    def test_deleting_the_data_gives_no_second_trial(self, shop: Shop) -> None:
        shop.on_trial()
        delete_data(shop.open(), shop.fleet, shop.context, update())
        shop.settles()
        with pytest.raises(TrialRejected):
            shop.tries(update())
        assert list(shop.panel.held) == []

    def test_a_redelivered_tap_after_the_history_is_erased_gives_no_second_trial(self, shop: Shop) -> None:
        shop.arrives()
        shop.tries(cause := update())
        delete_data(shop.open(), shop.fleet, shop.context, update())
        shop.settles()
        assert shop.history() == []
        with pytest.raises(TrialRejected):
            shop.tries(cause)

    def test_an_expired_trial_does_not_start_again(self, shop: Shop) -> None:
        shop.on_trial()
        shop.days(4)
        with pytest.raises(TrialRejected):
            shop.tries(update())

    def test_a_person_paused_before_the_trial_gets_none(self, shop: Shop) -> None:
        shop.arrives()
        suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
        with pytest.raises(TrialRejected):
            shop.tries(update())

    def test_deleting_the_data_before_the_trial_leaves_one_trial(self, shop: Shop) -> None:
        shop.arrives()
        delete_data(shop.open(), shop.fleet, shop.context, update())
        shop.tries(update())
        assert shop.look().user.trial_used
        assert len(shop.panel.made) == 1
        with pytest.raises(TrialRejected):
            shop.tries(update())


class TestACrashAnywhereLosesNothing:
    """The process ends at some step; Telegram delivers the update again, and due work goes on."""

    @pytest.mark.parametrize("step", range(STEPS))
    def test_a_crash_at_any_step_and_a_redelivery_make_exactly_one_key(self, shop: Shop, step: int) -> None:
        cause = update()
        shop.faults.crash_at_step(step)
        try:
            shop.tries(cause)
        except Crash:
            shop.tries(cause)
        shop.faults.clear()
        shop.settles(minutes=3)
        assert_one_trial(shop, cause)

    def test_the_crash_tests_cover_every_step(self, shop: Shop) -> None:
        shop.tries(update())
        assert 8 <= len(shop.faults.passed) <= STEPS

    @pytest.mark.parametrize("point", ["commit.before", "commit.after"])
    def test_a_commit_whose_answer_is_lost_is_repeated_and_done_once(self, shop: Shop, point: str) -> None:
        shop.arrives()
        cause = update()
        shop.faults.at(point, StorageUnavailable("timeout"))
        with pytest.raises(StorageUnavailable):
            shop.tries(cause)
        shop.tries(cause)
        assert_one_trial(shop, cause)

    def test_five_redeliveries_after_five_crashes_are_still_one_trial(self, shop: Shop) -> None:
        cause = update()
        for point in ("commit.before", "commit.after", "panel.apply.before", "panel.apply.after", "commit.after"):
            shop.faults.at(point, Crash())
            with pytest.raises(Crash):
                shop.tries(cause)
        shop.tries(cause)
        assert_one_trial(shop, cause)


class TestDueWorkFinishesAfterACrash:
    """The process ends at some step, and the update is not delivered again."""

    @pytest.mark.parametrize("step", range(STEPS))
    def test_due_work_alone_finishes_what_was_committed(self, shop: Shop, step: int) -> None:
        cause = update()
        shop.faults.crash_at_step(step)
        with suppress(Crash):
            shop.tries(cause)
        shop.faults.clear()
        shop.settles(minutes=3)
        if cause in shop.history():
            assert_one_trial(shop, cause)
        else:
            assert shop.panel.made == []

    @pytest.mark.parametrize("worker_step", range(12))
    def test_another_worker_finishes_the_work_of_one_that_crashed(self, shop: Shop, worker_step: int) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        cause = update()
        shop.tries(cause)
        shop.panel.fault_mode = FaultMode.FINE
        shop.clock.advance(timedelta(minutes=2))
        shop.faults.crash_at_step(worker_step)
        try:
            shop.minute()
        except Crash:
            shop.queue.claims.clear()
        shop.faults.clear()
        shop.settles(minutes=12)
        assert_one_trial(shop, cause)
        assert set(shop.sender.kinds()) == {NotificationKind.KEY_READY}
        assert len(shop.sender.said) <= 2, "repeated only after a crash between sending and commit"


class TestAConflictIsDecidedAgain:
    """A decision on stale state is made again on the current state, at most three times."""

    def test_a_tap_on_state_from_before_a_pause_is_rejected_on_the_current_state(self, shop: Shop) -> None:
        shop.arrives()
        stale = shop.open()
        suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
        with pytest.raises(TrialRejected):
            start_trial(stale, shop.fleet, shop.sales, shop.context, shop.trial, update())
        assert shop.meter.counts[Metric.CONFLICTS] == 1

    def test_three_conflicts_in_a_row_are_raised_and_nothing_is_stored(self, shop: Shop) -> None:
        shop.arrives()
        shop.faults.at("commit.before", Conflict("1"), Conflict("2"), Conflict("3"))
        with pytest.raises(Conflict):
            shop.tries(update())
        assert not shop.look().user.trial_used
        assert shop.meter.counts[Metric.CONFLICTS] == 3

    def test_the_third_attempt_can_succeed(self, shop: Shop) -> None:
        shop.arrives()
        shop.faults.at("commit.before", Conflict("1"), Conflict("2"))
        shop.tries(cause := update())
        assert_one_trial(shop, cause)

    def test_a_repeated_cause_on_stale_state_is_a_duplicate_and_no_conflict(self, shop: Shop) -> None:
        shop.arrives()
        stale = shop.open()
        cause = update()
        shop.tries(cause)
        with pytest.raises(AlreadyDecided):
            stale.commit(stale.person, Entry(cause, "trial started", shop.clock()))


class TestTheTrialHasAWorth:
    """The time of a trial is converted at the list price of the plan that it is a trial of, whatever is bought."""

    def test_what_is_left_of_a_trial_becomes_less_time_of_a_plan_that_costs_twice_as_much(self, shop: Shop) -> None:
        sells(shop, STANDARD, TWICE_AS_DEAR)
        (lot,) = shop.on_trial().subscription.lots
        assert lot.worth == STANDARD_MONTH.per_second * int(DAYS_3.total_seconds()) * WORTH_PARTS
        price = shop.sales.plans.load().offer("family", "month", "RUB")
        assert price is not None
        assert lot.converted("family", price.list_price).seconds == int(DAYS_3.total_seconds()) // 2

    def test_the_mark_says_which_plan_it_is_a_trial_of(self, shop: Shop) -> None:
        sells(shop, STANDARD, replace(TWICE_AS_DEAR, trial=True))
        (lot,) = shop.on_trial().subscription.lots
        assert lot.worth == 2 * STANDARD_MONTH.per_second * int(DAYS_3.total_seconds()) * WORTH_PARTS

    def test_no_plan_has_a_price_yet(self, shop: Shop) -> None:
        assert [lot.worth for lot in shop.on_trial().subscription.lots] == [0]

    @pytest.mark.parametrize("error", [StorageUnavailable("throttled"), UnreadableItem("SHOP")])
    def test_a_trial_starts_while_the_catalogue_cannot_be_read(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        sells(shop, STANDARD)

        def refused(*, fresh: bool = False) -> NoReturn:
            raise error

        monkeypatch.setattr(shop.sales.plans, "load", refused)
        person = shop.on_trial()
        assert person.subscription.status is Status.TRIAL
        assert person.living_accesses[0].works
        assert [lot.worth for lot in person.subscription.lots] == [0]

    def test_a_second_tap_does_not_read_the_catalogue(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        shop.on_trial()
        loads: list[bool] = []
        monkeypatch.setattr(shop.sales.plans, "load", lambda *, fresh=False: loads.append(fresh))
        with pytest.raises(TrialRejected):
            shop.tries(update())
        assert loads == []
