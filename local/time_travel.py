"""Moves virtual time: while the system runs, so that due work is done at its time, or while it is down.

Reconciliation runs are due every half hour, and outages every minute: a long jump stops for a few of them only, and
the others are late.
Work for people is done at its time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from local.clock import VirtualClock
from local.due_list import DueEntry, DueList
from local.queues import QueuePump
from local.schedules import ScheduleTimer

STEPS = 2000
"""The largest number of stops of one jump: more would be an endless loop, or take an hour."""
STOPS_FOR_RUNS = 6
_SETTLING = 60
_MINUTE = timedelta(minutes=1)
"""Work that is due within the same minute is found by the same scheduled run."""


class TooManyStopsError(ValueError):
    """Too many items are due during a jump; virtual time stays at the last stop."""


class TimeTravel:
    """Moves the clock and runs the schedule and the queues for all work that becomes due."""

    def __init__(
        self,
        clock: VirtualClock,
        due: DueList,
        pumps: Sequence[QueuePump],
        timers: Sequence[ScheduleTimer],
        idle: Callable[[], Awaitable[None]],
        moved: Callable[[], None],
        next_elsewhere: Callable[[], datetime | None],
    ) -> None:
        """`idle` waits until Telegram and the payment providers have delivered what they can.

        `moved` is called after each change of the time. `next_elsewhere` returns when Telegram or a provider does
        something without us, such as a renewal.
        """
        self._clock = clock
        self._due = due
        self._pumps = pumps
        self._timers = timers
        self._idle = idle
        self._moved = moved
        self._next_elsewhere = next_elsewhere
        self._one_at_a_time = asyncio.Lock()

    async def settle(self) -> None:
        """Do all work that is due now, and wait until Telegram has delivered all waiting updates."""
        async with self._one_at_a_time:
            await self._settle()

    async def advance(self, by: timedelta) -> None:
        """Advance virtual time while everything runs: work that becomes due is done at its time.

        Raises:
            TooManyStopsError: less time has passed than was asked for.
        """
        async with self._one_at_a_time:
            start = self._clock.now()
            target, no_run_stop_before = start + by, start
            await self._settle()
            for _ in range(STEPS):
                waiting = await self._waiting()
                run_stop = _next_run_stop(waiting, no_run_stop_before)
                stops = (self._next_for_people(waiting), run_stop, self._next_elsewhere())
                following = min(filter(None, stops), default=None)
                if following is None or following > target:
                    break
                if following == run_stop:
                    no_run_stop_before = following + by / STOPS_FOR_RUNS
                # Work that failed at its time is tried again a minute later, as the schedule does.
                late = following <= self._clock.now()
                self._move(min(self._clock.now() + _MINUTE, target) if late else following)
                await self._settle()
                if late and self._clock.now() >= target:
                    break
            else:
                raise TooManyStopsError(f"{STEPS} stops were not enough: it is {self._clock.now():%d %b %H:%M} now")
            self._move(target)
            await self._settle()

    async def outage(self, by: timedelta) -> None:
        """Advance virtual time while no function runs, then do the work that is due."""
        async with self._one_at_a_time:
            self._move(self._clock.now() + by)
            await self._settle()

    async def _settle(self) -> None:
        await self._idle()
        seen: list[DueEntry] = []
        for _ in range(_SETTLING):
            await self._drain()
            await self._idle()  # what a function asked of a provider may be notified at once, and be due work again
            overdue = [entry for entry in await self._waiting() if entry.at <= self._clock.now()]
            if not overdue or overdue == seen:
                break
            seen = overdue
            await asyncio.gather(*(timer.fire() for timer in self._timers))
        await self._drain()
        await self._idle()

    async def _drain(self) -> None:
        for pump in self._pumps:
            await pump.drain()

    async def _waiting(self) -> list[DueEntry]:
        return await asyncio.to_thread(self._due.waiting)

    def _next_for_people(self, waiting: Sequence[DueEntry]) -> datetime | None:
        people = [entry.at for entry in waiting if entry.for_person]
        returning = [pump.next_visible_at for pump in self._pumps if pump.next_visible_at]
        return min([*people[:1], *returning], default=None)

    def _move(self, moment: datetime) -> None:
        self._clock.move_to(moment)
        self._moved()


def _next_run_stop(waiting: Sequence[DueEntry], not_before: datetime) -> datetime | None:
    """Return when to stop for the next reconciliation run, and for all runs that are due within a minute of it."""
    runs = [entry.at for entry in waiting if not entry.for_person]
    if not runs:
        return None
    first = max(runs[0], not_before)
    return max(first, *(at for at in runs if at <= first + _MINUTE))
