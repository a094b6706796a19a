"""The clock: what is due is claimed by one worker, done once, tried again later, and parked in sight."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count, pairwise
from threading import Barrier

import pytest

from tests.fakes.faults import Crash
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.scheduling import CLAIM, INLINE_CLAIM, MAX_ATTEMPTS, DueItem
from vpnbot.domain.servers.reconciliation import INTERVAL
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import StorageUnavailable
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.scheduling import dispatch_due as dispatching
from vpnbot.usecases.scheduling.dispatch_due import SLICE, dispatch_due
from vpnbot.usecases.servers.watch_server import watch_server
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


def lagging(shop: Shop) -> DueItem:
    """Let a key lag, wait until its claim runs out, and return the line in the list."""
    shop.panel.fault_mode = FaultMode.DOWN
    shop.on_trial()
    shop.panel.fault_mode = FaultMode.FINE
    shop.clock.pass_by(INLINE_CLAIM)
    (item,) = shop.index.due(shop.clock(), 10)
    return item


def dispatched(shop: Shop) -> int:
    return dispatch_due(shop.index, shop.queue, shop.clock, shop.meter)


class TestOneWorkerHasTheClaim:
    """Nobody else acts before it ends."""

    def test_of_two_dispatchers_one_gets_the_claim(self, shop: Shop) -> None:
        item = lagging(shop)
        claims = [shop.index.claim(item, shop.clock()) for _ in range(2)]
        assert [claim is not None for claim in claims] == [True, False]
        assert claims[0] is not None
        assert claims[0].due_at == shop.clock() + CLAIM
        assert claims[0].attempts == 1

    def test_of_sixteen_racing_dispatchers_one_gets_the_claim(self, shop: Shop) -> None:
        item = lagging(shop)
        together = Barrier(16)

        def race(_: int) -> DueItem | None:
            together.wait()
            return shop.index.claim(item, shop.clock())

        with ThreadPoolExecutor(16) as pool:
            assert len([claim for claim in pool.map(race, range(16)) if claim]) == 1

    def test_what_is_claimed_is_not_handed_out_again_until_the_claim_ends(self, shop: Shop) -> None:
        lagging(shop)
        assert dispatched(shop) == 1
        shop.queue.waiting.clear()
        shop.clock.pass_by(CLAIM - timedelta(seconds=1))
        assert dispatched(shop) == 0
        shop.clock.pass_by(timedelta(seconds=1))
        assert dispatched(shop) == 1

    def test_a_worker_whose_claim_has_run_out_does_not_act(self, shop: Shop) -> None:
        lagging(shop)
        dispatched(shop)
        (stale,) = list(shop.queue.take())
        shop.clock.pass_by(CLAIM)
        dispatched(shop)
        made = shop.faults.passed.count("panel.apply.before")
        shop.work(stale)
        assert shop.faults.passed.count("panel.apply.before") == made
        shop.work(shop.queue.waiting.pop())
        assert shop.look().accesses[0].works

    def test_a_lost_claim_is_left_alone(self, shop: Shop) -> None:
        item = lagging(shop)
        claim = shop.index.claim(item, shop.clock())
        assert claim is not None
        before = shop.look()
        assert shop.index.postpone(item, shop.clock()) is False
        shop.index.done(item)
        assert shop.look() == before
        assert shop.index.postpone(claim, shop.clock()) is True

    def test_work_about_a_person_who_is_gone_is_left_alone(self, shop: Shop) -> None:
        shop.work(DueItem(shop.person_id(7), "SUB", shop.clock()))
        shop.work(DueItem(shop.person_id(7), "OUT#nothing", shop.clock()))
        shop.work(DueItem(shop.person_id(7), "USER", shop.clock()))
        shop.work(DueItem(shop.person_id(7), "ACCESS#nl#tag", shop.clock()))
        assert shop.meter.counts[Metric.DUPLICATES] == 4

    def test_the_claim_is_lost_to_a_decision_in_between_and_the_worker_leaves(self, shop: Shop) -> None:
        lagging(shop)
        dispatched(shop)
        shop.panel.during = lambda: pause(shop)
        shop.work(shop.queue.waiting.pop())
        assert shop.meter.counts[Metric.DUPLICATES] == 1
        assert shop.look().subscription.status is Status.SUSPENDED
        assert list(shop.panel.enabled()) == []


class TestWhatFailsComesBack:
    """Later each time, until a human has to look."""

    def test_retries_back_off_and_end_in_the_parking(self, shop: Shop) -> None:
        lagging(shop)
        shop.panel.fault_mode = FaultMode.REFUSING
        tried: list[timedelta] = []
        start = shop.clock.now
        for _ in range(60 * 24):
            passed = shop.faults.passed.count("panel.apply.before")
            shop.clock.pass_by(timedelta(minutes=1))
            shop.minute()
            if shop.faults.passed.count("panel.apply.before") > passed:
                tried.append(shop.clock.now - start)
        assert len(tried) == MAX_ATTEMPTS
        gaps = [late - early for early, late in pairwise(tried)]
        assert gaps == sorted(gaps)
        assert timedelta(hours=4) < tried[-1] < timedelta(hours=7)
        assert len(shop.index.dead_lettered()) == 1

    def test_a_panel_that_is_down_for_days_is_waited_for_and_nobody_is_forgotten(self, shop: Shop) -> None:
        lagging(shop)
        shop.panel.fault_mode = FaultMode.DOWN
        shop.days(4, step=timedelta(minutes=1))
        assert shop.index.dead_lettered() == []
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=12)
        assert not shop.look().out_of_sync

    def test_a_bug_that_kills_every_worker_ends_in_the_parking_too(self, shop: Shop) -> None:
        lagging(shop)
        shop.faults.at("panel.apply.before", *(Crash() for _ in range(30)))
        for _ in range(24):
            try:
                shop.minute()
            except Crash:
                shop.queue.waiting.clear()
            shop.clock.pass_by(CLAIM)
        (parked,) = shop.index.dead_lettered()
        assert parked.sort_key.startswith("ACCESS#")
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 1
        assert shop.index.due(shop.clock() + timedelta(days=1), 10) == []

    def test_a_round_that_kills_every_worker_is_tried_for_as_long_as_there_is_a_server(self, shop: Shop) -> None:
        shop = with_servers(shop, "nl")
        shop.faults.at("panel.clients.before", *(Crash() for _ in range(2 * MAX_ATTEMPTS)))
        shop.clock.pass_by(INTERVAL)
        for _ in range(2 * MAX_ATTEMPTS):
            with pytest.raises(Crash):
                shop.minute()
            shop.clock.pass_by(CLAIM)
        assert shop.index.dead_lettered() == []
        shop.minute()
        ended = shop.servers.reconciliation_run("nl")
        assert ended is not None
        assert ended.ended_at == shop.clock()

    def test_a_table_that_does_not_answer_costs_an_attempt_and_nothing_else(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.pass_by(timedelta(days=3))
        shop.faults.at("commit.before", StorageUnavailable("throttled"))
        shop.minute()
        assert shop.look().subscription.status is Status.TRIAL
        shop.settles(minutes=2)
        assert shop.look().subscription.status is Status.EXPIRED
        assert shop.sender.kinds() == [NotificationKind.EXPIRY]

    def test_a_queue_that_takes_nothing_leaves_the_work_due(self, shop: Shop) -> None:
        lagging(shop)
        shop.faults.at("queue.send", StorageUnavailable("the queue is down"))
        with pytest.raises(StorageUnavailable):
            dispatched(shop)
        shop.clock.pass_by(CLAIM)
        shop.minute()
        assert shop.look().accesses[0].works

    def test_a_queue_that_takes_nothing_for_hours_wears_nothing_out(self, shop: Shop) -> None:
        lagging(shop)
        for _ in range(3 * MAX_ATTEMPTS):
            shop.faults.at("queue.send", StorageUnavailable("the queue is down"))
            with pytest.raises(StorageUnavailable):
                dispatched(shop)
            shop.clock.pass_by(CLAIM)
        assert shop.index.dead_lettered() == []
        shop.minute()
        assert shop.look().accesses[0].works

    def test_what_was_claimed_before_the_index_fails_is_handed_out(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        for user_id in range(SLICE + 1):
            shop.on_trial(user_id + 1)
        shop.panel.fault_mode = FaultMode.FINE
        shop.clock.pass_by(CLAIM)
        whole = shop.index.claim
        claims = count(1)

        def throttled(item: DueItem, now: datetime) -> DueItem | None:
            if next(claims) > SLICE:
                raise StorageUnavailable("throttled")
            return whole(item, now)

        monkeypatch.setattr(shop.index, "claim", throttled)
        with pytest.raises(StorageUnavailable):
            dispatched(shop)
        assert len(list(shop.queue.take())) == SLICE

    def test_a_server_that_is_no_longer_sold_parks_its_keys_in_sight(self, shop: Shop) -> None:
        lagging(shop)
        shop.servers.ids = ["de"]
        shop.days(1, step=timedelta(minutes=1))
        assert [item.sort_key.split("#")[1] for item in shop.index.dead_lettered()] == ["nl"]
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 1

    def test_work_that_fails_without_a_record_of_its_own_is_parked_and_counted_too(self, shop: Shop) -> None:
        shop.on_trial()
        watch_server(shop.open(), shop.context, update())
        shop.servers.ids = ["de"]
        shop.days(1, step=timedelta(minutes=1))
        assert [item.sort_key for item in shop.index.dead_lettered()] == ["WATCH#nl"]
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 1


class TestTheDispatcherIsBounded:
    """Cost follows what is due."""

    def test_one_run_takes_so_many_and_the_next_the_rest(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        for user_id in range(1, 8):
            shop.on_trial(user_id)
        shop.panel.fault_mode = FaultMode.FINE
        shop.clock.pass_by(INLINE_CLAIM)
        monkeypatch.setattr(dispatching, "LIMIT", 3)
        assert [dispatched(shop) for _ in range(4)] == [3, 3, 1, 0]

    def test_the_oldest_goes_first(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        for user_id in (3, 1, 2):
            shop.on_trial(user_id)
            shop.clock.pass_by(timedelta(seconds=1))
        shop.clock.pass_by(INLINE_CLAIM)
        order = [item.partition for item in shop.index.due(shop.clock(), 10)]
        assert order == [shop.person_id(user_id) for user_id in (3, 1, 2)]

    def test_nothing_due_costs_no_claim(self, shop: Shop) -> None:
        shop.on_trial()
        shop.faults.passed.clear()
        assert dispatched(shop) == 0
        assert "due.claim" not in shop.faults.passed

    def test_the_lag_of_the_clock_is_measured_in_seconds(self, shop: Shop) -> None:
        item = lagging(shop)
        shop.clock.now = item.due_at + timedelta(seconds=90)
        dispatched(shop)
        assert shop.meter.counts[Metric.CLOCK_LAG] == 90
        assert shop.meter.counts[Metric.DUE] == 1


def pause(shop: Shop) -> None:
    suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
