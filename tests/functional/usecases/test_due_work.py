"""The clock: what is due is claimed by one worker, done once, tried again later, and parked in sight."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count, pairwise
from threading import Barrier

import pytest

from tests.fakes.faults import Crash
from tests.fakes.panel import Mood
from tests.fakes.world import World, update
from tests.functional.usecases.rounds import with_servers
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


def lagging(world: World) -> DueItem:
    """Let a key lag, wait until its claim runs out, and return the line in the list."""
    world.panel.mood = Mood.DOWN
    world.on_trial()
    world.panel.mood = Mood.FINE
    world.clock.pass_by(INLINE_CLAIM)
    (item,) = world.index.due(world.clock(), 10)
    return item


def dispatched(world: World) -> int:
    return dispatch_due(world.index, world.queue, world.clock, world.meter)


class TestOneWorkerHasTheClaim:
    """Nobody else acts before it ends."""

    def test_of_two_dispatchers_one_gets_the_claim(self, world: World) -> None:
        item = lagging(world)
        claims = [world.index.claim(item, world.clock()) for _ in range(2)]
        assert [claim is not None for claim in claims] == [True, False]
        assert claims[0] is not None
        assert claims[0].due_at == world.clock() + CLAIM
        assert claims[0].attempts == 1

    def test_of_sixteen_racing_dispatchers_one_gets_the_claim(self, world: World) -> None:
        item = lagging(world)
        together = Barrier(16)

        def race(_: int) -> DueItem | None:
            together.wait()
            return world.index.claim(item, world.clock())

        with ThreadPoolExecutor(16) as pool:
            assert len([claim for claim in pool.map(race, range(16)) if claim]) == 1

    def test_what_is_claimed_is_not_handed_out_again_until_the_claim_ends(self, world: World) -> None:
        lagging(world)
        assert dispatched(world) == 1
        world.queue.waiting.clear()
        world.clock.pass_by(CLAIM - timedelta(seconds=1))
        assert dispatched(world) == 0
        world.clock.pass_by(timedelta(seconds=1))
        assert dispatched(world) == 1

    def test_a_worker_whose_claim_has_run_out_does_not_act(self, world: World) -> None:
        lagging(world)
        dispatched(world)
        (stale,) = list(world.queue.take())
        world.clock.pass_by(CLAIM)
        dispatched(world)
        made = world.faults.passed.count("panel.ensure.before")
        world.work(stale)
        assert world.faults.passed.count("panel.ensure.before") == made
        world.work(world.queue.waiting.pop())
        assert world.look().accesses[0].works

    def test_a_lost_claim_is_left_alone(self, world: World) -> None:
        item = lagging(world)
        claim = world.index.claim(item, world.clock())
        assert claim is not None
        before = world.look()
        assert world.index.postpone(item, world.clock()) is False
        world.index.done(item)
        assert world.look() == before
        assert world.index.postpone(claim, world.clock()) is True

    def test_work_about_a_person_who_is_gone_is_left_alone(self, world: World) -> None:
        world.work(DueItem(world.person_id(7), "SUB", world.clock()))
        world.work(DueItem(world.person_id(7), "OUT#nothing", world.clock()))
        world.work(DueItem(world.person_id(7), "USER", world.clock()))
        world.work(DueItem(world.person_id(7), "ACCESS#nl#tag", world.clock()))
        assert world.meter.counts[Metric.DUPLICATES] == 4

    def test_the_claim_is_lost_to_a_decision_in_between_and_the_worker_leaves(self, world: World) -> None:
        lagging(world)
        dispatched(world)
        world.panel.during = lambda: pause(world)
        world.work(world.queue.waiting.pop())
        assert world.meter.counts[Metric.DUPLICATES] == 1
        assert world.look().subscription.status is Status.SUSPENDED
        assert list(world.panel.enabled()) == []


class TestWhatFailsComesBack:
    """Later each time, until a human has to look."""

    def test_retries_back_off_and_end_in_the_parking(self, world: World) -> None:
        lagging(world)
        world.panel.mood = Mood.REFUSING
        tried: list[timedelta] = []
        start = world.clock.now
        for _ in range(60 * 24):
            passed = world.faults.passed.count("panel.ensure.before")
            world.clock.pass_by(timedelta(minutes=1))
            world.minute()
            if world.faults.passed.count("panel.ensure.before") > passed:
                tried.append(world.clock.now - start)
        assert len(tried) == MAX_ATTEMPTS
        gaps = [late - early for early, late in pairwise(tried)]
        assert gaps == sorted(gaps)
        assert timedelta(hours=4) < tried[-1] < timedelta(hours=7)
        assert len(world.index.parked()) == 1

    def test_a_panel_that_is_down_for_days_is_waited_for_and_nobody_is_forgotten(self, world: World) -> None:
        lagging(world)
        world.panel.mood = Mood.DOWN
        world.days(4, step=timedelta(minutes=1))
        assert world.index.parked() == []
        world.panel.mood = Mood.FINE
        world.settles(minutes=12)
        assert not world.look().out_of_sync

    def test_a_bug_that_kills_every_worker_ends_in_the_parking_too(self, world: World) -> None:
        lagging(world)
        world.faults.at("panel.ensure.before", *(Crash() for _ in range(30)))
        for _ in range(24):
            try:
                world.minute()
            except Crash:
                world.queue.waiting.clear()
            world.clock.pass_by(CLAIM)
        (parked,) = world.index.parked()
        assert parked.sort_key.startswith("ACCESS#")
        assert world.meter.counts[Metric.PARKED] == 1
        assert world.index.due(world.clock() + timedelta(days=1), 10) == []

    def test_a_round_that_kills_every_worker_is_tried_for_as_long_as_there_is_a_server(self, world: World) -> None:
        shop = with_servers(world, "nl")
        shop.faults.at("panel.clients.before", *(Crash() for _ in range(2 * MAX_ATTEMPTS)))
        shop.clock.pass_by(INTERVAL)
        for _ in range(2 * MAX_ATTEMPTS):
            with pytest.raises(Crash):
                shop.minute()
            shop.clock.pass_by(CLAIM)
        assert shop.index.parked() == []
        shop.minute()
        ended = shop.servers.round("nl")
        assert ended is not None
        assert ended.ended_at == shop.clock()

    def test_a_table_that_does_not_answer_costs_an_attempt_and_nothing_else(self, world: World) -> None:
        world.on_trial()
        world.clock.pass_by(timedelta(days=3))
        world.faults.at("commit.before", StorageUnavailable("throttled"))
        world.minute()
        assert world.look().subscription.status is Status.TRIAL
        world.settles(minutes=2)
        assert world.look().subscription.status is Status.EXPIRED
        assert world.messenger.topics() == [NotificationKind.EXPIRY]

    def test_a_queue_that_takes_nothing_leaves_the_work_due(self, world: World) -> None:
        lagging(world)
        world.faults.at("queue.send", StorageUnavailable("the queue is down"))
        with pytest.raises(StorageUnavailable):
            dispatched(world)
        world.clock.pass_by(CLAIM)
        world.minute()
        assert world.look().accesses[0].works

    def test_a_queue_that_takes_nothing_for_hours_wears_nothing_out(self, world: World) -> None:
        lagging(world)
        for _ in range(3 * MAX_ATTEMPTS):
            world.faults.at("queue.send", StorageUnavailable("the queue is down"))
            with pytest.raises(StorageUnavailable):
                dispatched(world)
            world.clock.pass_by(CLAIM)
        assert world.index.parked() == []
        world.minute()
        assert world.look().accesses[0].works

    def test_what_was_claimed_before_the_index_fails_is_handed_out(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.panel.mood = Mood.DOWN
        for user_id in range(SLICE + 1):
            world.on_trial(user_id + 1)
        world.panel.mood = Mood.FINE
        world.clock.pass_by(CLAIM)
        whole = world.index.claim
        claims = count(1)

        def throttled(item: DueItem, now: datetime) -> DueItem | None:
            if next(claims) > SLICE:
                raise StorageUnavailable("throttled")
            return whole(item, now)

        monkeypatch.setattr(world.index, "claim", throttled)
        with pytest.raises(StorageUnavailable):
            dispatched(world)
        assert len(list(world.queue.take())) == SLICE

    def test_a_server_that_is_no_longer_sold_parks_its_keys_in_sight(self, world: World) -> None:
        lagging(world)
        world.servers.ids = ["de"]
        world.days(1, step=timedelta(minutes=1))
        assert [item.sort_key.split("#")[1] for item in world.index.parked()] == ["nl"]
        assert world.meter.counts[Metric.PARKED] == 1

    def test_work_that_fails_without_a_record_of_its_own_is_parked_and_counted_too(self, world: World) -> None:
        world.on_trial()
        watch_server(world.open(), world.context, update())
        world.servers.ids = ["de"]
        world.days(1, step=timedelta(minutes=1))
        assert [item.sort_key for item in world.index.parked()] == ["WATCH#nl"]
        assert world.meter.counts[Metric.PARKED] == 1

    def test_an_unknown_kind_of_work_is_no_endless_loop(self, world: World) -> None:
        world.work(DueItem(world.person_id(), "MARTIAN#1", world.clock()))
        with pytest.raises(ValueError, match="MARTIAN"):
            assert DueItem(world.person_id(), "MARTIAN#1", world.clock()).kind


class TestTheDispatcherIsBounded:
    """Cost follows what is due."""

    def test_one_run_takes_so_many_and_the_next_the_rest(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        world.panel.mood = Mood.DOWN
        for user_id in range(1, 8):
            world.on_trial(user_id)
        world.panel.mood = Mood.FINE
        world.clock.pass_by(INLINE_CLAIM)
        monkeypatch.setattr(dispatching, "LIMIT", 3)
        assert [dispatched(world) for _ in range(4)] == [3, 3, 1, 0]

    def test_the_oldest_goes_first(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        for user_id in (3, 1, 2):
            world.on_trial(user_id)
            world.clock.pass_by(timedelta(seconds=1))
        world.clock.pass_by(INLINE_CLAIM)
        order = [item.person_id for item in world.index.due(world.clock(), 10)]
        assert order == [world.person_id(user_id) for user_id in (3, 1, 2)]

    def test_nothing_due_costs_no_claim(self, world: World) -> None:
        world.on_trial()
        world.faults.passed.clear()
        assert dispatched(world) == 0
        assert "due.claim" not in world.faults.passed

    def test_the_lag_of_the_clock_is_measured_in_seconds(self, world: World) -> None:
        item = lagging(world)
        world.clock.now = item.due_at + timedelta(seconds=90)
        dispatched(world)
        assert world.meter.counts[Metric.CLOCK_LAG] == 90
        assert world.meter.counts[Metric.DUE] == 1


def pause(world: World) -> None:
    suspend(world.open(), world.fleet, world.context, update(), "operator")
