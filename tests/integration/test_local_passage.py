"""Virtual time: everything due on the way happens at its time, an outage skips it, and nothing hangs."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from local.clock import CrashOrders, VirtualClock
from local.due_list import DueEntry, DueList
from local.passage import Passage
from local.queues import QueuePump
from local.schedules import ScheduleTimer

HOUR = timedelta(hours=1)


class StoppedClock(VirtualClock):
    """Virtual time that only jumps, so that tests can compare moments."""

    moment = datetime(2026, 11, 22, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment + self.offset


@dataclass
class Desk:
    """A due list, a schedule that works it off, and what it did when."""

    clock: StoppedClock = field(default_factory=StoppedClock)
    due: list[datetime] = field(default_factory=list)
    done: list[tuple[datetime, datetime]] = field(default_factory=list)
    broken: bool = False
    jumps: int = 0

    def waiting(self) -> list[DueEntry]:
        return [DueEntry("p", "SUB", at, parked=False) for at in sorted(self.due)]

    async def fire(self) -> None:
        for at in [at for at in self.due if at <= self.clock.now() and not self.broken]:
            self.due.remove(at)
            self.done.append((at, self.clock.now()))

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
    def passage(self) -> Passage:
        due = cast(DueList, cast(Any, self))
        pump, timer = cast(QueuePump, cast(Any, self)), cast(ScheduleTimer, cast(Any, self))
        return Passage(self.clock, due, [pump], [timer], self.idle, self.jumped)


def test_what_is_due_on_the_way_happens_at_its_time() -> None:
    desk = Desk()
    start = desk.clock.now()
    desk.due = [start + HOUR, start + 5 * HOUR, start + 99 * HOUR]
    asyncio.run(desk.passage.advance(10 * HOUR))
    assert desk.done == [(start + HOUR, start + HOUR), (start + 5 * HOUR, start + 5 * HOUR)]
    assert desk.clock.now() == start + 10 * HOUR
    assert desk.jumps == 3


def test_in_an_outage_it_happens_late() -> None:
    desk = Desk()
    start = desk.clock.now()
    desk.due = [start + HOUR, start + 5 * HOUR]
    asyncio.run(desk.passage.outage(10 * HOUR))
    assert [when for _, when in desk.done] == [start + 10 * HOUR] * 2


def test_work_that_cannot_be_done_does_not_stop_time() -> None:
    desk = Desk(broken=True)
    start = desk.clock.now()
    desk.due = [start + HOUR]
    asyncio.run(desk.passage.advance(2 * HOUR))
    assert desk.clock.now() == start + 2 * HOUR


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
