"""Virtual time: due work is done at its due time, after an outage it is done late, and a jump always ends."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from local.clock import CrashOrders, VirtualClock
from local.due_list import DueEntry, DueList
from local.queues import QueuePump
from local.schedules import ScheduleTimer
from local.time_travel import STEPS, STOPS_FOR_RUNS, TimeTravel, TooManyStopsError
from vpnbot.domain.broadcasts.broadcast import BROADCASTS
from vpnbot.domain.servers.capacity import SERVERS
from vpnbot.domain.servers.downtime import DOWNTIMES
from vpnbot.domain.servers.outage import OUTAGES
from vpnbot.domain.servers.reconciliation import INTERVAL
from vpnbot.domain.statistics.hours import STATISTICS
from vpnbot.domain.support_chat import SUPPORT

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class StoppedClock(VirtualClock):
    """Virtual time that changes only when it is moved, so that tests can compare times."""

    moment = datetime(2026, 11, 22, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment + self.offset


@dataclass
class TimeHarness:
    """A due list, and a schedule that does what is due.

    `due` are the due times of people's work, `runs` the due time of each server's next reconciliation run, repeated
    after `run_interval`. `done` holds (due time, time done), `runs_made` (server, offset of the clock). While
    `broken`, the work of people is never done.
    """

    clock: StoppedClock = field(default_factory=StoppedClock)
    due: list[datetime] = field(default_factory=list)
    runs: dict[str, datetime] = field(default_factory=dict)
    run_interval: timedelta = INTERVAL
    done: list[tuple[datetime, datetime]] = field(default_factory=list)
    runs_made: list[tuple[str, timedelta]] = field(default_factory=list)
    broken: bool = False
    jumps: int = 0
    renewals: list[datetime] = field(default_factory=list)
    renewed: list[datetime] = field(default_factory=list)

    def waiting(self) -> list[DueEntry]:
        people = [DueEntry("p", "SUB", at, dead_lettered=False) for at in self.due]
        runs = [DueEntry(SERVERS, f"ROUND#{server}", at, dead_lettered=False) for server, at in self.runs.items()]
        return sorted((*people, *runs), key=lambda entry: entry.at)

    async def fire(self) -> None:
        for at in [at for at in self.due if at <= self.clock.now() and not self.broken]:
            self.due.remove(at)
            self.done.append((at, self.clock.now()))
        for server, at in self.runs.items():
            if at <= self.clock.now():
                self.runs[server] = self.clock.now() + self.run_interval
                self.runs_made.append((server, self.clock.offset))

    async def idle(self) -> None:
        return

    def jumped(self) -> None:
        self.jumps += 1
        while self.renewals and self.renewals[0] <= self.clock.now():
            self.renewals.pop(0)
            self.renewed.append(self.clock.now())

    def next_renewal(self) -> datetime | None:
        return self.renewals[0] if self.renewals else None

    @property
    def next_visible_at(self) -> None:
        return None

    async def drain(self) -> int:
        return 0

    @property
    def time_travel(self) -> TimeTravel:
        due = cast(DueList, cast(Any, self))
        pump, timer = cast(QueuePump, cast(Any, self)), cast(ScheduleTimer, cast(Any, self))
        return TimeTravel(self.clock, due, [pump], [timer], self.idle, self.jumped, self.next_renewal)


def test_work_that_becomes_due_during_a_jump_is_done_at_its_due_time() -> None:
    harness = TimeHarness()
    start = harness.clock.now()
    harness.due = [start + HOUR, start + 5 * HOUR, start + 99 * HOUR]
    asyncio.run(harness.time_travel.advance(10 * HOUR))
    assert harness.done == [(start + HOUR, start + HOUR), (start + 5 * HOUR, start + 5 * HOUR)]
    assert harness.clock.now() == start + 10 * HOUR
    assert harness.jumps == 3


def test_a_short_jump_stops_for_every_reconciliation_run() -> None:
    harness = TimeHarness()
    start = harness.clock.now()
    harness.runs = {"nl": start + 10 * MINUTE, "de": start + 10 * MINUTE + timedelta(seconds=20)}
    asyncio.run(harness.time_travel.advance(2 * HOUR))
    seconds = timedelta(seconds=20)
    each = [10 * MINUTE + seconds, 40 * MINUTE + seconds, 70 * MINUTE + seconds, 100 * MINUTE + seconds]
    assert harness.runs_made == [(server, at) for at in each for server in ("nl", "de")]
    assert harness.jumps == 5, "runs that are due within a minute share one stop"


def test_a_long_jump_stops_for_a_few_reconciliation_runs_and_all_work_of_people() -> None:
    harness = TimeHarness()
    start = harness.clock.now()
    harness.runs = dict.fromkeys(("nl", "de", "fi"), start + INTERVAL)
    harness.due = [start + day * 24 * HOUR + 7 * MINUTE for day in range(1, 30)]
    wanted = [(at, at) for at in harness.due]
    asyncio.run(harness.time_travel.advance(30 * 24 * HOUR))
    assert harness.done == wanted
    offsets_of_other_stops = {at for server, at in harness.runs_made if start + at not in dict(wanted)}
    assert 1 <= len(offsets_of_other_stops) <= STOPS_FOR_RUNS + 1
    assert len(harness.runs_made) >= 3 * len(wanted), "a due run is also made at the stops for people"


def test_the_stops_for_reconciliation_runs_are_spread_over_a_long_jump() -> None:
    harness = TimeHarness(runs={"nl": StoppedClock.moment + INTERVAL})
    asyncio.run(harness.time_travel.advance(30 * 24 * HOUR))
    offsets = [at for _, at in harness.runs_made]
    assert offsets == [INTERVAL + number * 30 * 24 * HOUR / STOPS_FOR_RUNS for number in range(STOPS_FOR_RUNS)] + [
        30 * 24 * HOUR
    ]


def test_a_reconciliation_run_that_always_fails_does_not_stop_a_jump() -> None:
    harness = TimeHarness(runs={"nl": StoppedClock.moment + INTERVAL}, run_interval=timedelta(seconds=10))
    asyncio.run(harness.time_travel.advance(24 * HOUR))
    assert len(harness.runs_made) <= STOPS_FOR_RUNS + 1
    assert harness.clock.offset == 24 * HOUR


def test_a_jump_with_too_many_stops_raises_an_error_with_the_reached_time() -> None:
    harness = TimeHarness(broken=True)
    start = harness.clock.now()
    harness.due = [start + HOUR]
    with pytest.raises(TooManyStopsError, match="it is 23 Nov 10:19 now"):
        asyncio.run(harness.time_travel.advance(30 * 24 * HOUR))
    assert harness.clock.now() == start + HOUR + (STEPS - 1) * MINUTE


def test_a_jump_stops_for_what_telegram_does_by_itself() -> None:
    harness = TimeHarness()
    start = harness.clock.now()
    wanted = [start + 2 * HOUR, start + 4 * HOUR]
    harness.renewals, harness.due = list(wanted), [start + HOUR]
    asyncio.run(harness.time_travel.advance(10 * HOUR))
    assert harness.renewed == wanted
    assert harness.done == [(start + HOUR, start + HOUR)]
    assert harness.clock.now() == start + 10 * HOUR


def test_after_an_outage_due_work_is_done_late() -> None:
    harness = TimeHarness()
    start = harness.clock.now()
    harness.due = [start + HOUR, start + 5 * HOUR]
    asyncio.run(harness.time_travel.outage(10 * HOUR))
    assert [when for _, when in harness.done] == [start + 10 * HOUR] * 2


def test_work_that_always_fails_does_not_stop_a_jump() -> None:
    harness = TimeHarness(broken=True)
    start = harness.clock.now()
    harness.due = [start + HOUR]
    asyncio.run(harness.time_travel.advance(2 * HOUR))
    assert harness.clock.now() == start + 2 * HOUR


def test_the_clock_cannot_be_moved_backwards() -> None:
    clock = StoppedClock()
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-HOUR)
    clock.move_to(clock.now() - HOUR)
    assert clock.offset == timedelta()


def test_only_known_crash_points_can_be_planned() -> None:
    orders = CrashOrders()
    orders.order("due_worker", "commit.before")
    with pytest.raises(ValueError, match="no such crash point"):
        orders.order("due_worker", "later")
    assert orders.waiting == {"due_worker": "commit.before"}


@pytest.mark.parametrize(
    ("partition", "for_person"),
    [
        (SERVERS, False),
        (OUTAGES, False),
        (DOWNTIMES, False),
        (STATISTICS, False),
        (SUPPORT, False),
        ("0" * 32, True),
        (BROADCASTS, True),
    ],
)
def test_a_jump_stops_for_people_and_broadcasts_and_not_for_each_hour_of_the_statistics(
    partition: str, for_person: bool
) -> None:
    assert DueEntry(partition, "CLOSE", StoppedClock.moment, dead_lettered=False).for_person is for_person
