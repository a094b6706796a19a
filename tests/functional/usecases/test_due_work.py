"""Due work: one worker claims each item and does it once; it is retried later, and dead-lettered in the end."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
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
    return dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)


MINUTE = timedelta(minutes=1)
VISIBILITY = timedelta(seconds=240)
"""After this time SQS delivers the message of a killed worker again, as template.yaml says."""


class TestOneWorkerHasTheClaim:
    """No other worker acts before the claim ends."""

    def test_of_two_dispatchers_one_gets_the_claim(self, shop: Shop) -> None:
        item = out_of_sync_key(shop)
        claims = [shop.index.claim(item, shop.clock()) for _ in range(2)]
        assert [claim is not None for claim in claims] == [True, False]
        assert claims[0] is not None
        assert claims[0].due_at == shop.clock() + CLAIM
        assert claims[0].attempts == 1, "the tap has tried it, and no claim is an attempt"

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
        shop.queue.claims.clear()
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
        shop.work(shop.queue.claims.pop())
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
        shop.work(shop.queue.claims.pop())
        assert shop.meter.counts[Metric.DUPLICATES] == 1
        assert shop.look().subscription.status is Status.SUSPENDED
        assert list(shop.panel.enabled()) == []


class TestRetries:
    """Failed work is retried with growing pauses; only a bug is dead-lettered for an operator."""

    def test_retries_of_a_bug_back_off_and_end_with_a_dead_letter(self, shop: Shop) -> None:
        out_of_sync_key(shop)
        shop.faults.at("panel.apply.before", *(KeyError("a bug") for _ in range(MAX_ATTEMPTS)))
        attempts: list[timedelta] = []
        start = shop.clock.now
        for _ in range(60 * 24):
            passed = shop.faults.passed.count("panel.apply.before")
            shop.clock.advance(MINUTE)
            shop.minute()
            if shop.faults.passed.count("panel.apply.before") > passed:
                attempts.append(shop.clock.now - start)
        assert len(attempts) == MAX_ATTEMPTS - 1, "the first attempt was made in the tap"
        gaps = [late - early for early, late in pairwise(attempts)]
        assert gaps == sorted(gaps)
        assert timedelta(hours=4) < attempts[-1] < timedelta(hours=7)
        assert len(shop.index.dead_lettered()) == 1
        assert shop.meter.failed_work == [("ACCESS", "KeyError")] * (MAX_ATTEMPTS - 1)

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
        crashes = shop_whose_workers_crash(shop, "panel.apply.before", hours=3)
        (item,) = shop.index.dead_lettered()
        assert item.sort_key.startswith("ACCESS#")
        assert crashes <= 2 * MAX_ATTEMPTS
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 1
        assert shop.index.due(shop.clock() + timedelta(days=1), 10) == []

    def test_a_reconciliation_run_that_crashes_every_worker_is_never_dead_lettered(self, shop: Shop) -> None:
        shop = with_servers(shop, "nl")
        shop.clock.advance(INTERVAL)
        assert shop_whose_workers_crash(shop, "panel.clients.before", hours=5) > 2 * MAX_ATTEMPTS
        assert shop.index.dead_lettered() == []
        shop.faults.clear()
        shop.settles(minutes=6)
        ended = shop.servers.reconciliation_run("nl")
        assert ended is not None
        assert ended.ended_at is not None

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

        def throttled(item: DueItem, now: datetime, *, attempts: int | None = None) -> DueItem | None:
            if next(claims) > SLICE:
                raise StorageUnavailable("throttled")
            return claim(item, now, attempts=attempts)

        monkeypatch.setattr(shop.index, "claim", throttled)
        with pytest.raises(StorageUnavailable):
            dispatched(shop)
        assert len(list(shop.queue.take())) == SLICE


def shop_whose_workers_crash(shop: Shop, point: str, hours: int) -> int:
    """Kill every worker that reaches `point`; SQS delivers its message once more. Return how many were killed."""
    crashes = 0
    redelivered: list[tuple[datetime, DueItem]] = []
    end = shop.clock.now + timedelta(hours=hours)
    shop.faults.at(point, *(Crash() for _ in range(60 * hours)))
    while shop.clock.now < end:
        again = [item for at, item in redelivered if at <= shop.clock.now]
        redelivered = [(at, item) for at, item in redelivered if at > shop.clock.now]
        dispatched(shop)
        for item in [*again, *shop.queue.take()]:
            try:
                shop.work(item)
            except Crash:
                crashes += 1
                if not item.redelivered:
                    redelivered.append((shop.clock.now + VISIBILITY, replace(item, redelivered=True)))
        shop.clock.advance(MINUTE)
    return crashes


def pause(shop: Shop) -> None:
    suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
