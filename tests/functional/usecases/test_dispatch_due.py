"""The dispatcher: urgent work first, no more than the workers take, and nothing is ever given up by waiting."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.scheduling import CLAIM, INLINE_CLAIM, DueItem, kind_of
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import StorageUnavailable
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.scheduling import dispatch_due as module
from vpnbot.usecases.scheduling.dispatch_due import LONGEST_RUN, dispatch_due

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
PEOPLE = 30
TRIAL_DAYS = 3


def dispatched(shop: Shop) -> int:
    """Dispatch what is due, and return the number of claims that were sent to the queue."""
    return dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)


@pytest.fixture
def small_backlog(monkeypatch: pytest.MonkeyPatch) -> int:
    """A queue that is full with few claims."""
    monkeypatch.setattr(module, "BACKLOG", 10)
    return 10


def on_trial(shop: Shop, people: int = PEOPLE) -> Iterator[int]:
    """Let people start trials that end at the same time."""
    for user_id in range(1, people + 1):
        shop.on_trial(user_id)
        yield user_id


class TestWorkThatNoWorkerTakes:
    """However long no worker runs, everything is done when workers run again, and nothing is given up."""

    @pytest.mark.parametrize("hours", [1.25, 48])
    def test_all_ends_are_decided_after_an_outage_of_the_workers(
        self, shop: Shop, small_backlog: int, hours: float
    ) -> None:
        people = list(on_trial(shop))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        back = shop.clock.now + timedelta(hours=hours)
        while shop.clock.now < back:
            dispatched(shop)
            assert shop.queue.waiting() <= small_backlog
            shop.clock.advance(MINUTE)
        assert shop.index.dead_lettered() == []
        shop.settles(minutes=10)
        assert [shop.look(user_id).subscription.status for user_id in people] == [Status.EXPIRED] * PEOPLE
        assert list(shop.panel.enabled()) == []
        assert Counter(shop.sender.kinds()) == {NotificationKind.EXPIRY: PEOPLE}
        assert shop.index.dead_lettered() == []

    def test_first_keys_that_waited_for_a_panel_and_then_for_a_worker_are_made(
        self, shop: Shop, small_backlog: int
    ) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        people = list(on_trial(shop))
        shop.settles(minutes=20)
        for _ in range(90):
            dispatched(shop)
            shop.clock.advance(MINUTE)
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=70)
        assert all(shop.look(user_id).living_accesses[0].works for user_id in people)
        assert shop.sender.kinds().count(NotificationKind.KEY_READY) == PEOPLE
        assert shop.queue.waiting() == 0

    def test_claims_that_have_run_out_in_the_queue_are_worked_on(self, shop: Shop) -> None:
        people = list(on_trial(shop, 3))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        assert dispatched(shop) == len(people)
        shop.clock.advance(2 * CLAIM)
        for item in shop.queue.take():
            shop.work(item)
        assert [shop.look(user_id).subscription.status for user_id in people] == [Status.EXPIRED] * len(people)


class TestUrgency:
    """The end of an access is never behind a reminder or a reconciliation run."""

    def test_ends_are_dispatched_before_reminders_that_were_due_earlier(self, shop: Shop) -> None:
        shop.on_trial(1)
        shop.clock.advance(timedelta(hours=3))
        shop.on_trial(2)
        shop.clock.now = START + timedelta(days=TRIAL_DAYS, seconds=-1)
        shop.minute()
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        first, second = shop.index.due(shop.clock(), 10)
        assert (first.partition, second.partition) == (shop.person_id(1), shop.person_id(2))
        assert kind_of(first) is kind_of(second), "an end, and a reminder three hours before the end"
        assert shop.index.due(shop.clock(), 1) == [first]

    def test_a_key_that_failed_before_waits_behind_the_others(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial(1)
        shop.clock.advance(MINUTE)
        shop.panel.fault_mode = FaultMode.FINE
        shop.on_trial(2)
        key = shop.look(2).accesses[0]
        shop.open(2).observe(key, key.marked_out_of_sync(shop.clock()))
        order = [item.partition for item in shop.index.due(shop.clock(), 10)]
        assert order == [shop.person_id(2), shop.person_id(1)]

    def test_of_equal_urgency_the_oldest_is_dispatched_first(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        for user_id in (3, 1, 2):
            shop.on_trial(user_id)
            shop.clock.advance(SECOND)
        shop.clock.advance(INLINE_CLAIM)
        order = [item.partition for item in shop.index.due(shop.clock(), 10)]
        assert order == [shop.person_id(user_id) for user_id in (3, 1, 2)]


class TestBacklog:
    """The queue holds as much as the workers take, so that urgent work overtakes the rest in the index."""

    def test_a_full_queue_gets_nothing_more(self, shop: Shop, small_backlog: int) -> None:
        list(on_trial(shop))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        assert [dispatched(shop) for _ in range(3)] == [small_backlog, 0, 0]
        del shop.queue.claims[:4]
        assert dispatched(shop) == 4

    def test_a_run_whose_workers_take_nothing_ends_after_a_second(self, shop: Shop, small_backlog: int) -> None:
        list(on_trial(shop))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        dispatched(shop)
        assert shop.pace.pauses == [SECOND]

    def test_fast_workers_get_more_within_the_run(self, shop: Shop, small_backlog: int) -> None:
        list(on_trial(shop))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        shop.pace.during = lambda _: self._work(shop, small_backlog)
        assert dispatched(shop) == PEOPLE
        assert shop.clock.now < START + timedelta(days=TRIAL_DAYS, seconds=5)

    def test_slow_workers_get_more_with_the_next_run(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "BACKLOG", 70)
        list(on_trial(shop, 100))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        shop.pace.during = lambda _: self._work(shop, 1)
        assert dispatched(shop) == 70, "at one a second the queue is not empty before the next run"

    def test_a_run_ends_before_the_next_one(self, shop: Shop, small_backlog: int) -> None:
        list(on_trial(shop, 500))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        shop.pace.during = lambda _: self._work(shop, small_backlog)
        dispatched(shop)
        assert LONGEST_RUN <= shop.pace.elapsed() <= LONGEST_RUN + SECOND

    def test_a_run_whose_claims_take_long_ends_before_it_is_killed(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        list(on_trial(shop, 60))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        claim = shop.index.claim

        def slow(item: DueItem, now: datetime) -> DueItem | None:
            shop.pace.pause(SECOND)
            return claim(item, now)

        monkeypatch.setattr(shop.index, "claim", slow)
        assert dispatched(shop) == len(shop.queue.claims) == 40
        assert shop.pace.elapsed() <= LONGEST_RUN + SECOND

    def test_claims_are_sent_although_the_storage_fails_at_the_next_one(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        list(on_trial(shop))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        claim, claimed = shop.index.claim, list[DueItem]()

        def throttled(item: DueItem, now: datetime) -> DueItem | None:
            if len(claimed) == 7:
                raise StorageUnavailable("throttled")
            claimed.append(item)
            return claim(item, now)

        monkeypatch.setattr(shop.index, "claim", throttled)
        with pytest.raises(StorageUnavailable):
            dispatched(shop)
        assert len(shop.queue.claims) == 7, "otherwise they would wait until their claims end"

    def test_a_queue_that_counts_its_messages_late_gets_no_more_than_the_workers_take(
        self, shop: Shop, small_backlog: int
    ) -> None:
        list(on_trial(shop))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        shop.queue.waiting = lambda: 0  # type: ignore[method-assign]  # replaced for this test
        assert dispatched(shop) == small_backlog
        assert len(shop.queue.claims) == small_backlog

    def test_an_index_that_lags_is_not_tried_again_and_again(
        self, shop: Shop, small_backlog: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        list(on_trial(shop))
        shop.clock.now = START + timedelta(days=TRIAL_DAYS)
        stale = shop.index.due(shop.clock.now, 100)
        for item in stale:
            assert shop.index.claim(item, shop.clock.now)
        shop.faults.passed.clear()
        monkeypatch.setattr(shop.index, "due", lambda _, limit: stale[:limit])
        assert dispatched(shop) == 0
        assert shop.faults.passed.count("due.claim") == small_backlog

    def test_without_due_items_there_are_no_claims_and_the_queue_is_not_asked(self, shop: Shop) -> None:
        shop.on_trial()
        shop.faults.passed.clear()
        assert dispatched(shop) == 0
        assert not {"due.claim", "queue.waiting"} & set(shop.faults.passed)

    def test_the_delay_of_due_work_is_measured_in_seconds(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        (item,) = shop.index.due(shop.clock() + MINUTE, 10)
        shop.clock.now = item.due_at + timedelta(seconds=90)
        dispatched(shop)
        assert shop.meter.counts[Metric.CLOCK_LAG] == 90
        assert shop.meter.counts[Metric.DUE] == 1

    def _work(self, shop: Shop, number: int) -> None:
        taken: list[DueItem] = shop.queue.claims[:number]
        del shop.queue.claims[:number]
        for item in taken:
            shop.work(item)
