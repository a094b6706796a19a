"""A walk visits everybody once, whatever fails; it calls Telegram at a bounded rate, and not while asked to wait."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory
from tests.fakes.threads import ThreadsInVirtualTime
from tests.functional.usecases.walking import (
    MINUTE,
    NumbersJob,
    in_each_second,
)
from vpnbot.domain.audience.turn import BulkUrgency
from vpnbot.errors import ClaimLost, Conflict, StorageUnavailable, TelegramSilent, TelegramUnavailable
from vpnbot.usecases.audience.bulk_job import SLICE, SLICE_CLAIM
from vpnbot.usecases.audience.call_rate import CallRate
from vpnbot.usecases.audience.walk import SHARD_DONE, End
from vpnbot.usecases.ports import BulkPorts

SECOND = timedelta(seconds=1)


@pytest.fixture
def started(shop: Shop) -> Callable[..., NumbersJob]:
    """Returns a job that is due now."""

    def start(count: int, urgency: BulkUrgency = BulkUrgency.NEWS, name: str = "numbers") -> NumbersJob:
        job = NumbersJob(shop, count, urgency, name=name)
        job.start()
        return job

    def due(*args: object, **kwargs: object) -> NumbersJob:
        job = start(*args, **kwargs)  # type: ignore[arg-type]  # as declared above
        shop.clock.advance(MINUTE)
        return job

    return due


def with_threads(shop: Shop) -> BulkPorts:
    """Return the ports of a worker whose threads run at the same time."""
    threads = ThreadsInVirtualTime(shop.clock)
    return replace(shop.bulk, pace=threads, concurrently=threads.concurrently)


class TestEverybodyOnce:
    """Nobody is skipped, and nobody is visited twice."""

    @pytest.mark.parametrize("count", [0, 1, 7, 16, 2500])
    def test_each_person_is_visited_once_in_slices(self, started: Callable[..., NumbersJob], count: int) -> None:
        job = started(count)
        job.minutes()
        assert sorted(job.numbers) == list(range(count))
        slices = -(-count // int(20 * SLICE / SECOND)) or 1
        assert job.ends == [End.TIME_IS_UP] * (slices - 1) + [End.ALL]
        assert set(job.cursor.values()) == {SHARD_DONE}

    def test_threads_visit_each_person_once_and_keep_to_the_rate_together(
        self, shop: Shop, started: Callable[..., NumbersJob]
    ) -> None:
        job = started(2500)
        job.minutes(bulk=with_threads(shop))
        assert Counter(job.numbers) == dict.fromkeys(range(2500), 1)
        assert max(in_each_second(job.called).values()) <= 22
        assert shop.clock.now - START <= 5 * MINUTE, "2,500 people at 20 a second in 48 s of each minute"

    def test_a_crash_at_any_point_skips_nobody_and_repeats_only_what_was_not_saved(self) -> None:
        whole = _small_job()
        whole.minutes()
        points = len(whole.shop.faults.passed)
        assert points > 150
        for step in range(points):
            job = _small_job()
            faults = job.shop.faults
            faults.crash_at_step(step)
            with pytest.raises(Crash):
                job.minutes()
            faults.clear()
            job.shop.queue.claims.clear()
            job.minutes()
            called = Counter(job.numbers)
            assert set(called) == set(range(job.count)), faults.passed[step]
            assert max(called.values()) <= 2, faults.passed[step]
            repeated = sum(times - 1 for times in called.values())
            assert repeated <= 5 * _SLOW_RATE + 1, "at most what was done in the five seconds since the last save"

    def test_the_job_of_a_crashed_worker_goes_on_after_90_seconds(
        self, shop: Shop, started: Callable[..., NumbersJob]
    ) -> None:
        job = started(100)
        shop.faults.at("call.before", Crash())
        with pytest.raises(Crash):
            job.minute()
        crashed_at = shop.clock.now
        item = shop.index.next_due()
        assert item is not None
        assert item.due_at - crashed_at <= SLICE_CLAIM
        shop.clock.advance(SLICE_CLAIM)
        job.minute()
        assert sorted(job.numbers) == list(range(100))


_SLOW_RATE = 3


def _small_job() -> NumbersJob:
    """Return a job of several slices with a low rate, so that it has few steps, and saves some times in a slice."""
    shop = shop_in_memory()
    job = NumbersJob(shop, 40)
    assert shop.turn.take("an earlier job", shop.clock(), shop.clock() + SECOND)
    shop.turn.end("an earlier job", shop.clock() + SECOND, shop.clock(), rate=_SLOW_RATE)
    job.start()
    shop.clock.advance(MINUTE)
    shop.faults.passed.clear()
    return job


class TestOneError:
    """An error of one person does not stop the others; one of the storage or of Telegram ends the slice."""

    def test_one_persons_errors_leave_only_that_person(self, shop: Shop, started: Callable[..., NumbersJob]) -> None:
        job = started(60)

        def call(number: int) -> None:
            if number == 3:
                raise Conflict("changed three times")
            if number in {4, 5}:
                raise KeyError(f"a bug {number}")

        job.call = call
        walked = job.minute(with_threads(shop))
        assert walked is not None
        assert (walked.end, walked.left, type(walked.bug)) == (End.ALL, 3, KeyError)
        assert sorted(job.numbers) == sorted({*range(60)} - {3, 4, 5})
        assert [name for name, _ in shop.meter.deferred_work] == ["NUMBERS"]

    @pytest.mark.parametrize("error", [StorageUnavailable("throttled"), TelegramSilent("502")])
    def test_a_system_that_does_not_answer_ends_the_slice_under_the_claim_as_it_was(
        self, shop: Shop, started: Callable[..., NumbersJob], error: Exception
    ) -> None:
        job = started(1000)
        (item,) = shop.index.due(shop.clock(), 10)
        received = shop.clock.now + timedelta(minutes=5)
        shop.faults.at("call.before", error)
        with pytest.raises(type(error)):
            job.minute(with_threads(shop))
        assert len(job.called) <= 3, "the calls in flight"
        outage = shop.outages.get(job.name)
        assert outage is not None
        assert outage.due is not None
        assert (item.sort_key, outage.due.at) == ("OUTAGE#numbers", received)
        assert shop.turn.current().taken_until == shop.clock.now, "another job may begin"

    def test_an_error_of_the_check_is_not_one_of_a_person(
        self, shop: Shop, started: Callable[..., NumbersJob]
    ) -> None:
        job = started(1000)

        def goes_on() -> bool:
            if shop.clock.now > START + MINUTE + 3 * SECOND:
                raise KeyError("a bug")
            return True

        job.goes_on = goes_on
        with pytest.raises(KeyError):
            job.minute()
        assert len(job.called) <= 4 * 21


class TestStopping:
    """A job stops within a second, and when another worker has its claim."""

    def test_a_job_that_must_not_go_on_stops_within_a_second(
        self, shop: Shop, started: Callable[..., NumbersJob]
    ) -> None:
        job = started(1000)
        stop_at = shop.clock.now + 10 * SECOND
        job.goes_on = lambda: shop.clock.now < stop_at
        walked = job.minute(with_threads(shop))
        assert walked is not None
        assert walked.end is End.STOPPED
        assert max(at for at, _ in job.called) <= stop_at + SECOND

    def test_a_worker_that_has_lost_the_claim_stops_at_its_next_save(
        self, shop: Shop, started: Callable[..., NumbersJob]
    ) -> None:
        job = started(1000)
        lost_at = shop.clock.now + 10 * SECOND

        def call(number: int) -> None:
            held = shop.index.next_due()
            if number >= 0 and shop.clock.now >= lost_at and held and held.due_at < START + timedelta(hours=1):
                assert shop.index.postpone(held, START + timedelta(hours=1))

        job.call = call
        with pytest.raises(ClaimLost):
            job.minute(with_threads(shop))
        assert max(at for at, _ in job.called) <= lost_at + 6 * SECOND
        outage = shop.outages.get(job.name)
        assert outage is not None
        assert outage.due is not None
        assert outage.due.at == START + timedelta(hours=1), "the claim of the other worker is as it was"


class TestTelegramAsksToWait:
    """After a 429 nothing is sent before its time, by any thread, slice or job."""

    @pytest.mark.parametrize("threads", [False, True], ids=["one thread", "four threads"])
    @pytest.mark.parametrize("seconds", [1, 35, 400])
    def test_nothing_is_sent_before_its_time_and_nobody_is_skipped(
        self, shop: Shop, started: Callable[..., NumbersJob], seconds: int, *, threads: bool
    ) -> None:
        job = started(1200)
        refused: list[int] = []
        asked_at = START + MINUTE + 5 * SECOND
        after = timedelta(seconds=seconds)

        def call(number: int) -> None:
            if shop.clock.now >= asked_at and not refused:
                refused.append(number)
                raise TelegramUnavailable("429", after=after)

        job.call = call
        job.minutes(bulk=with_threads(shop) if threads else None)
        paused_until = shop.turn.current().paused_until
        assert paused_until is not None
        assert asked_at + after <= paused_until < asked_at + after + SECOND, "what other processes read"
        assert Counter(job.numbers) == dict.fromkeys(range(1200), 1), "the refused person too"
        free_at = min(at for at, _ in job.called if at > asked_at + SECOND)
        too_early = [at for at, _ in job.called if asked_at < at < asked_at + after]
        assert not too_early
        if seconds >= 35:
            assert asked_at + after <= free_at
        afterwards = in_each_second([one for one in job.called if one[0] >= asked_at + after])
        assert max(list(afterwards.values())[:10]) <= 15, "14 calls a second instead of 20"
        assert max(afterwards.values()) <= 20
        assert End.PAUSED in job.ends if seconds == 400 else End.PAUSED not in job.ends

    def test_another_job_waits_too(self, shop: Shop, started: Callable[..., NumbersJob]) -> None:
        job = started(100)
        until = shop.clock.now + timedelta(seconds=400)
        shop.turn.pause(until, shop.clock())
        assert job.minute() is None
        job.minutes()
        assert min(at for at, _ in job.called) >= until
        assert sorted(job.numbers) == list(range(100))

    def test_what_another_process_was_asked_is_obeyed_within_a_second(
        self, shop: Shop, started: Callable[..., NumbersJob]
    ) -> None:
        job = started(500)
        asked_at = shop.clock.now + 5 * SECOND
        until = asked_at + 20 * SECOND

        def call(number: int) -> None:
            if number >= 0 and shop.clock.now >= asked_at:
                shop.turn.pause(until, shop.clock())

        job.call = call
        job.minutes(bulk=with_threads(shop))
        assert not [at for at, _ in job.called if asked_at + SECOND + SECOND / 10 < at < until]
        assert sorted(job.numbers) == list(range(500))

    def test_the_rate_is_lower_after_a_429_also_in_the_next_slice_and_recovers_with_200_calls(
        self, shop: Shop, started: Callable[..., NumbersJob]
    ) -> None:
        job = started(3000)
        refusals = [TelegramUnavailable("429", after=SECOND) for _ in range(2)]

        def call(number: int) -> None:
            if refusals and number >= 0:
                raise refusals.pop()

        job.call = call
        walked = job.minute()
        assert walked is not None
        rates = [20, 14, 9]
        assert shop.turn.current().rate == rates[-1] + 2, "about 440 calls at 9 a second: two times 200"
        shop.clock.advance(12 * SECOND)
        begun = len(job.called)
        job.minute()
        assert len(job.called) - begun < 48 * 14
        job.minutes(bulk=None)
        assert sorted(job.numbers) == list(range(3000))

    def test_answers_that_arrive_together_make_it_slower_once(self, shop: Shop) -> None:
        rate = CallRate(shop.pace)
        for after in (SECOND, 2 * SECOND, SECOND):
            rate.asked_to_wait(after)
        assert (rate.rate, rate.pause_left()) == (14, 2 * SECOND)
        for expected in (9, 6, 4, 3, 3):
            shop.pace.pause(2 * SECOND)
            rate.asked_to_wait(2 * SECOND)
            assert rate.rate == expected

    def test_the_rate_is_never_higher_than_the_job_wants(self, shop: Shop) -> None:
        assert [CallRate(shop.pace, most, last).rate for most, last in ((2, 20), (99, None), (20, 5))] == [2, 25, 5]
        assert CallRate(shop.pace, 500, highest=500).rate == 500
        slow = CallRate(shop.pace, 1)
        slow.asked_to_wait(SECOND)
        assert slow.rate == 1


class TestOtherWorkWaits:
    """While the dispatcher cannot send all that is due, a bulk job leaves most of Telegram's allowance to others."""

    def test_five_calls_a_second_until_nothing_waits_any_more(
        self, shop: Shop, started: Callable[..., NumbersJob]
    ) -> None:
        job = started(2000)
        shop.outages.keep("waits", shop.clock() - 3 * MINUTE)
        began, done_at = shop.clock.now, shop.clock.now + 20 * SECOND

        def call(_: int) -> None:
            if shop.clock.now >= done_at and (outage := shop.outages.get("waits")) is not None:
                shop.outages.close(outage)

        job.call = call
        assert job.minute(with_threads(shop)) is not None
        seconds = in_each_second(job.called)
        slow = [count for at, count in seconds.items() if at < done_at]
        fast = [count for at, count in seconds.items() if at >= done_at + 6 * SECOND]
        assert min(seconds) < began + 2 * SECOND
        assert set(slow) == {5}
        assert max(fast) == 20

    @pytest.mark.parametrize("late", [timedelta(), MINUTE])
    def test_work_that_the_next_run_takes_slows_nothing(
        self, shop: Shop, started: Callable[..., NumbersJob], late: timedelta
    ) -> None:
        job = started(300)
        shop.outages.keep("due now", shop.clock() - late - MINUTE)
        job.minute()
        assert max(in_each_second(job.called).values()) >= 20


class TestTurns:
    """One job at a time; a more urgent one is not kept waiting by others for longer than a slice."""

    def test_a_more_urgent_job_goes_between_the_slices_of_another_one(
        self, shop: Shop, started: Callable[..., NumbersJob]
    ) -> None:
        news = NumbersJob(shop, 3000)
        news.start()
        shop.clock.advance(MINUTE)
        news.minute()
        tell = NumbersJob(shop, 500, BulkUrgency.TELL, name="tell")
        tell.start()
        for _ in range(12):
            next_minute = shop.clock.now + MINUTE
            news.minute()
            tell.minute()
            shop.clock.now = max(shop.clock.now, next_minute)
        assert sorted(news.numbers) == list(range(3000))
        assert sorted(tell.numbers) == list(range(500))
        assert min(at for at, _ in tell.called) <= START + 4 * MINUTE
        told = [at for at, _ in tell.called]
        assert not [at for at, _ in news.called if min(told) < at < max(told)], "one job at a time"
