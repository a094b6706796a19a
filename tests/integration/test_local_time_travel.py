"""Virtual time: everything due on the way happens at its time, an outage skips it, and nothing hangs."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from local.clock import CrashOrders, VirtualClock
from local.due_list import DueEntry, DueList
from local.queues import QueuePump
from local.schedules import ScheduleTimer
from local.time_travel import STEPS, STOPS_FOR_ROUNDS, TimeTravel, TooManyStopsError
from vpnbot.domain.servers.capacity import SERVERS
from vpnbot.domain.servers.reconciliation import INTERVAL

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class StoppedClock(VirtualClock):
    """Virtual time that only jumps, so that tests can compare moments."""

    moment = datetime(2026, 11, 22, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment + self.offset


@dataclass
class TimeHarness:
    """A due list, a schedule that works it off, and what it did when."""

    clock: StoppedClock = field(default_factory=StoppedClock)
    due: list[datetime] = field(default_factory=list)
    rounds: dict[str, datetime] = field(default_factory=dict)
    again_in: timedelta = INTERVAL
    done: list[tuple[datetime, datetime]] = field(default_factory=list)
    made: list[tuple[str, timedelta]] = field(default_factory=list)
    broken: bool = False
    jumps: int = 0

    def waiting(self) -> list[DueEntry]:
        people = [DueEntry("p", "SUB", at, dead_lettered=False) for at in self.due]
        rounds = [DueEntry(SERVERS, f"ROUND#{server}", at, dead_lettered=False) for server, at in self.rounds.items()]
        return sorted((*people, *rounds), key=lambda entry: entry.at)

    async def fire(self) -> None:
        for at in [at for at in self.due if at <= self.clock.now() and not self.broken]:
            self.due.remove(at)
            self.done.append((at, self.clock.now()))
        for server, at in self.rounds.items():
            if at <= self.clock.now():
                self.rounds[server] = self.clock.now() + self.again_in
                self.made.append((server, self.clock.offset))

    async def idle(self) -> None:
        return

    def jumped(self) -> None:
        self.jumps += 1

    @property
    def next_visible_at(self) -> None:
        return None

    async def drain(self) -> int:
        return 0

    @property
    def time_travel(self) -> TimeTravel:
        due = cast(DueList, cast(Any, self))
        pump, timer = cast(QueuePump, cast(Any, self)), cast(ScheduleTimer, cast(Any, self))
        return TimeTravel(self.clock, due, [pump], [timer], self.idle, self.jumped)


def test_what_is_due_on_the_way_happens_at_its_time() -> None:
    harness = TimeHarness()
    start = harness.clock.now()
    harness.due = [start + HOUR, start + 5 * HOUR, start + 99 * HOUR]
    asyncio.run(harness.time_travel.advance(10 * HOUR))
    assert harness.done == [(start + HOUR, start + HOUR), (start + 5 * HOUR, start + 5 * HOUR)]
    assert harness.clock.now() == start + 10 * HOUR
    assert harness.jumps == 3


def test_rounds_over_servers_are_made_at_their_times_while_there_are_few() -> None:
    harness = TimeHarness()
    start = harness.clock.now()
    harness.rounds = {"nl": start + 10 * MINUTE, "de": start + 10 * MINUTE + timedelta(seconds=20)}
    asyncio.run(harness.time_travel.advance(2 * HOUR))
    seconds = timedelta(seconds=20)
    each = [10 * MINUTE + seconds, 40 * MINUTE + seconds, 70 * MINUTE + seconds, 100 * MINUTE + seconds]
    assert harness.made == [(server, at) for at in each for server in ("nl", "de")]
    assert harness.jumps == 5, "what is due within a minute is done together"


def test_a_long_jump_stops_for_rounds_a_few_times_only_and_for_people_always() -> None:
    harness = TimeHarness()
    start = harness.clock.now()
    harness.rounds = dict.fromkeys(("nl", "de", "fi"), start + INTERVAL)
    harness.due = [start + day * 24 * HOUR + 7 * MINUTE for day in range(1, 30)]
    wanted = [(at, at) for at in harness.due]
    asyncio.run(harness.time_travel.advance(30 * 24 * HOUR))
    assert harness.done == wanted
    at_their_own_stops = {at for server, at in harness.made if start + at not in dict(wanted)}
    assert 1 <= len(at_their_own_stops) <= STOPS_FOR_ROUNDS + 1
    assert len(harness.made) >= 3 * len(wanted), "a round that is due is made wherever time stops"


def test_rounds_alone_are_spread_over_a_long_jump() -> None:
    harness = TimeHarness(rounds={"nl": StoppedClock.moment + INTERVAL})
    asyncio.run(harness.time_travel.advance(30 * 24 * HOUR))
    made = [at for _, at in harness.made]
    assert made == [INTERVAL + number * 30 * 24 * HOUR / STOPS_FOR_ROUNDS for number in range(STOPS_FOR_ROUNDS)] + [
        30 * 24 * HOUR
    ]


def test_a_round_that_fails_again_and_again_does_not_hold_time_up() -> None:
    harness = TimeHarness(rounds={"nl": StoppedClock.moment + INTERVAL}, again_in=timedelta(seconds=10))
    asyncio.run(harness.time_travel.advance(24 * HOUR))
    assert len(harness.made) <= STOPS_FOR_ROUNDS + 1
    assert harness.clock.offset == 24 * HOUR


def test_a_jump_that_would_never_end_says_so_and_where_time_stands() -> None:
    harness = TimeHarness(broken=True)
    start = harness.clock.now()
    harness.due = [start + HOUR]
    with pytest.raises(TooManyStopsError, match="it is 23 Nov 10:19 now"):
        asyncio.run(harness.time_travel.advance(30 * 24 * HOUR))
    assert harness.clock.now() == start + HOUR + (STEPS - 1) * MINUTE


def test_in_an_outage_it_happens_late() -> None:
    harness = TimeHarness()
    start = harness.clock.now()
    harness.due = [start + HOUR, start + 5 * HOUR]
    asyncio.run(harness.time_travel.outage(10 * HOUR))
    assert [when for _, when in harness.done] == [start + 10 * HOUR] * 2


def test_work_that_cannot_be_done_does_not_stop_time() -> None:
    harness = TimeHarness(broken=True)
    start = harness.clock.now()
    harness.due = [start + HOUR]
    asyncio.run(harness.time_travel.advance(2 * HOUR))
    assert harness.clock.now() == start + 2 * HOUR


def test_time_does_not_run_backwards() -> None:
    clock = StoppedClock()
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-HOUR)
    clock.move_to(clock.now() - HOUR)
    assert clock.offset == timedelta()


def test_there_are_two_crash_points_and_no_others() -> None:
    orders = CrashOrders()
    orders.order("due_worker", "commit.before")
    with pytest.raises(ValueError, match="no such crash point"):
        orders.order("due_worker", "later")
    assert orders.waiting == {"due_worker": "commit.before"}
