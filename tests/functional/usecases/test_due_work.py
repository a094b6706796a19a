"""Due work: one worker claims each item and does it once; it is retried later, and dead-lettered in the end."""

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
from vpnbot.usecases.scheduling import dispatch_due as dispatch_due_module
from vpnbot.usecases.scheduling.dispatch_due import SLICE, dispatch_due
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


def out_of_sync_key(shop: Shop) -> DueItem:
    """Make a key that is out of sync, let its first claim end, and return its due item."""
    shop.panel.fault_mode = FaultMode.DOWN
    shop.on_trial()
    shop.panel.fault_mode = FaultMode.FINE
    shop.clock.advance(INLINE_CLAIM)
    (item,) = shop.index.due(shop.clock(), 10)
    return item


def dispatched(shop: Shop) -> int:
    """Dispatch what is due, and return the number of claims that were sent to the queue."""
    return dispatch_due(shop.index, shop.queue, shop.clock, shop.meter)


class TestOneWorkerHasTheClaim:
    """No other worker acts before the claim ends."""

    def test_of_two_dispatchers_one_gets_the_claim(self, shop: Shop) -> None:
        item = out_of_sync_key(shop)
        claims = [shop.index.claim(item, shop.clock()) for _ in range(2)]
        assert [claim is not None for claim in claims] == [True, False]
        assert claims[0] is not None
        assert claims[0].due_at == shop.clock() + CLAIM
        assert claims[0].attempts == 1

    def test_of_sixteen_parallel_dispatchers_one_gets_the_claim(self, shop: Shop) -> None:
        item = out_of_sync_key(shop)
        together = Barrier(16)

        def race(_: int) -> DueItem | None:
            together.wait()
            return shop.index.claim(item, shop.clock())

        with ThreadPoolExecutor(16) as pool:
            assert len([claim for claim in pool.map(race, range(16)) if claim]) == 1

    def test_a_claimed_item_is_not_dispatched_again_until_the_claim_ends(self, shop: Shop) -> None:
        out_of_sync_key(shop)
        assert dispatched(shop) == 1
        shop.queue.waiting.clear()
        shop.clock.advance(CLAIM - timedelta(seconds=1))
        assert dispatched(shop) == 0
        shop.clock.advance(timedelta(seconds=1))
        assert dispatched(shop) == 1

    def test_a_worker_whose_claim_has_run_out_does_not_act(self, shop: Shop) -> None:
        out_of_sync_key(shop)
        dispatched(shop)
        (stale,) = list(shop.queue.take())
        shop.clock.advance(CLAIM)
        dispatched(shop)
        calls = shop.faults.passed.count("panel.apply.before")
        shop.work(stale)
        assert shop.faults.passed.count("panel.apply.before") == calls
        shop.work(shop.queue.waiting.pop())
        assert shop.look().accesses[0].works

    def test_a_lost_claim_changes_nothing(self, shop: Shop) -> None:
        item = out_of_sync_key(shop)
        claim = shop.index.claim(item, shop.clock())
        assert claim is not None
        before = shop.look()
        assert shop.index.postpone(item, shop.clock()) is False
        shop.index.done(item)
        assert shop.look() == before
        assert shop.index.postpone(claim, shop.clock()) is True

    def test_work_of_a_deleted_person_is_a_duplicate(self, shop: Shop) -> None:
        shop.work(DueItem(shop.person_id(7), "SUB", shop.clock()))
        shop.work(DueItem(shop.person_id(7), "OUT#nothing", shop.clock()))
        shop.work(DueItem(shop.person_id(7), "USER", shop.clock()))
        shop.work(DueItem(shop.person_id(7), "ACCESS#nl#tag", shop.clock()))
        assert shop.meter.counts[Metric.DUPLICATES] == 4

    def test_a_worker_loses_its_claim_to_a_decision_that_is_made_meanwhile(self, shop: Shop) -> None:
        out_of_sync_key(shop)
        dispatched(shop)
        shop.panel.during = lambda: pause(shop)
        shop.work(shop.queue.waiting.pop())
        assert shop.meter.counts[Metric.DUPLICATES] == 1
        assert shop.look().subscription.status is Status.SUSPENDED
        assert list(shop.panel.enabled()) == []


class TestRetries:
    """Failed work is retried with growing pauses, until it is dead-lettered for an operator."""

    def test_retries_back_off_and_end_with_a_dead_letter(self, shop: Shop) -> None:
        out_of_sync_key(shop)
        shop.panel.fault_mode = FaultMode.REFUSING
        attempts: list[timedelta] = []
        start = shop.clock.now
        for _ in range(60 * 24):
            passed = shop.faults.passed.count("panel.apply.before")
            shop.clock.advance(timedelta(minutes=1))
            shop.minute()
            if shop.faults.passed.count("panel.apply.before") > passed:
                attempts.append(shop.clock.now - start)
        assert len(attempts) == MAX_ATTEMPTS
        gaps = [late - early for early, late in pairwise(attempts)]
        assert gaps == sorted(gaps)
        assert timedelta(hours=4) < attempts[-1] < timedelta(hours=7)
        assert len(shop.index.dead_lettered()) == 1

    def test_work_for_a_panel_that_is_down_for_days_is_not_dead_lettered(self, shop: Shop) -> None:
        out_of_sync_key(shop)
        shop.panel.fault_mode = FaultMode.DOWN
        shop.days(4, step=timedelta(minutes=1))
        assert shop.index.dead_lettered() == []
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=12)
        assert not shop.look().out_of_sync

    def test_work_that_crashes_every_worker_is_dead_lettered(self, shop: Shop) -> None:
        out_of_sync_key(shop)
        shop.faults.at("panel.apply.before", *(Crash() for _ in range(30)))
        for _ in range(24):
            try:
                shop.minute()
            except Crash:
                shop.queue.waiting.clear()
            shop.clock.advance(CLAIM)
        (item,) = shop.index.dead_lettered()
        assert item.sort_key.startswith("ACCESS#")
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 1
        assert shop.index.due(shop.clock() + timedelta(days=1), 10) == []

    def test_a_reconciliation_run_that_crashes_every_worker_is_never_dead_lettered(self, shop: Shop) -> None:
        shop = with_servers(shop, "nl")
        shop.faults.at("panel.clients.before", *(Crash() for _ in range(2 * MAX_ATTEMPTS)))
        shop.clock.advance(INTERVAL)
        for _ in range(2 * MAX_ATTEMPTS):
            with pytest.raises(Crash):
                shop.minute()
            shop.clock.advance(CLAIM)
        assert shop.index.dead_lettered() == []
        shop.minute()
        ended = shop.servers.reconciliation_run("nl")
        assert ended is not None
        assert ended.ended_at == shop.clock()

    def test_a_storage_failure_costs_an_attempt_and_nothing_else(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.advance(timedelta(days=3))
        shop.faults.at("commit.before", StorageUnavailable("throttled"))
        shop.minute()
        assert shop.look().subscription.status is Status.TRIAL
        shop.settles(minutes=2)
        assert shop.look().subscription.status is Status.EXPIRED
        assert shop.sender.kinds() == [NotificationKind.EXPIRY]

    def test_work_that_the_queue_does_not_accept_becomes_due_again(self, shop: Shop) -> None:
        out_of_sync_key(shop)
        shop.faults.at("queue.send", StorageUnavailable("the queue is down"))
        with pytest.raises(StorageUnavailable):
            dispatched(shop)
        shop.clock.advance(CLAIM)
        shop.minute()
        assert shop.look().accesses[0].works

    def test_failures_of_the_queue_use_up_no_attempts(self, shop: Shop) -> None:
        out_of_sync_key(shop)
        for _ in range(3 * MAX_ATTEMPTS):
            shop.faults.at("queue.send", StorageUnavailable("the queue is down"))
            with pytest.raises(StorageUnavailable):
                dispatched(shop)
            shop.clock.advance(CLAIM)
        assert shop.index.dead_lettered() == []
        shop.minute()
        assert shop.look().accesses[0].works

    def test_items_claimed_before_the_index_fails_are_dispatched(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        for user_id in range(SLICE + 1):
            shop.on_trial(user_id + 1)
        shop.panel.fault_mode = FaultMode.FINE
        shop.clock.advance(CLAIM)
        claim = shop.index.claim
        claims = count(1)

        def throttled(item: DueItem, now: datetime) -> DueItem | None:
            if next(claims) > SLICE:
                raise StorageUnavailable("throttled")
            return claim(item, now)

        monkeypatch.setattr(shop.index, "claim", throttled)
        with pytest.raises(StorageUnavailable):
            dispatched(shop)
        assert len(list(shop.queue.take())) == SLICE

    def test_keys_of_a_server_that_has_left_the_catalogue_are_dead_lettered(self, shop: Shop) -> None:
        out_of_sync_key(shop)
        shop.servers.ids = ["de"]
        shop.days(1, step=timedelta(minutes=1))
        assert [item.sort_key.split("#")[1] for item in shop.index.dead_lettered()] == ["nl"]
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 1


class TestTheDispatcherIsBounded:
    """The cost of a run depends on what is due."""

    def test_one_run_takes_a_limited_number_and_the_next_ones_the_rest(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        for user_id in range(1, 8):
            shop.on_trial(user_id)
        shop.panel.fault_mode = FaultMode.FINE
        shop.clock.advance(INLINE_CLAIM)
        monkeypatch.setattr(dispatch_due_module, "LIMIT", 3)
        assert [dispatched(shop) for _ in range(4)] == [3, 3, 1, 0]

    def test_the_oldest_item_is_dispatched_first(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        for user_id in (3, 1, 2):
            shop.on_trial(user_id)
            shop.clock.advance(timedelta(seconds=1))
        shop.clock.advance(INLINE_CLAIM)
        order = [item.partition for item in shop.index.due(shop.clock(), 10)]
        assert order == [shop.person_id(user_id) for user_id in (3, 1, 2)]

    def test_without_due_items_there_are_no_claims(self, shop: Shop) -> None:
        shop.on_trial()
        shop.faults.passed.clear()
        assert dispatched(shop) == 0
        assert "due.claim" not in shop.faults.passed

    def test_the_delay_of_due_work_is_measured_in_seconds(self, shop: Shop) -> None:
        item = out_of_sync_key(shop)
        shop.clock.now = item.due_at + timedelta(seconds=90)
        dispatched(shop)
        assert shop.meter.counts[Metric.CLOCK_LAG] == 90
        assert shop.meter.counts[Metric.DUE] == 1


def pause(shop: Shop) -> None:
    suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
