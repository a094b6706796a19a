"""How virtual time passes: with the system running, so that everything happens at its time, or while it is down."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from local.clock import VirtualClock
from local.due_list import DueEntry, DueList
from local.queues import QueuePump
from local.schedules import ScheduleTimer

_ROUNDS = 60
_STEPS = 2000
_LATE_STEP = timedelta(minutes=1)


class Passage:
    """Moves the clock and lets the schedule and the queues do what that makes due."""

    def __init__(
        self,
        clock: VirtualClock,
        due: DueList,
        pumps: Sequence[QueuePump],
        timers: Sequence[ScheduleTimer],
        idle: Callable[[], Awaitable[None]],
        moved: Callable[[], None],
    ) -> None:
        """`idle` waits until Telegram has delivered what it can; `moved` tells it that time has jumped."""
        self._clock = clock
        self._due = due
        self._pumps = pumps
        self._timers = timers
        self._idle = idle
        self._moved = moved
        self._one_at_a_time = asyncio.Lock()

    async def settle(self) -> None:
        """Do all that is due now, and wait until Telegram has delivered what waits."""
        async with self._one_at_a_time:
            await self._settle()

    async def advance(self, by: timedelta) -> None:
        """Let time pass with everything running: whatever falls due on the way is done at its time."""
        async with self._one_at_a_time:
            target = self._clock.now() + by
            await self._settle()
            for _ in range(_STEPS):
                following = await self._next_moment()
                if following is None or following > target:
                    break
                # What could not be done at its time is tried again a minute later, as the schedule would.
                late = following <= self._clock.now()
                self._move(min(self._clock.now() + _LATE_STEP, target) if late else following)
                await self._settle()
                if late and self._clock.now() >= target:
                    break
            self._move(target)
            await self._settle()

    async def outage(self, by: timedelta) -> None:
        """Let time pass while nothing of ours runs, then come back."""
        async with self._one_at_a_time:
            self._move(self._clock.now() + by)
            await self._settle()

    async def _settle(self) -> None:
        await self._idle()
        seen: list[DueEntry] = []
        for _ in range(_ROUNDS):
            await self._drain()
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

    async def _next_moment(self) -> datetime | None:
        waiting = [entry.at for entry in (await self._waiting())[:1]]
        returning = [pump.next_visible_at for pump in self._pumps if pump.next_visible_at]
        return min([*waiting, *returning], default=None)

    def _move(self, moment: datetime) -> None:
        self._clock.move_to(moment)
        self._moved()
