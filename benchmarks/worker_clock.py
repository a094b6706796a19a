"""The time of a function at its work, without the emulators' own: what it computes, and what it waits for."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

TABLE_SECONDS = 0.005
"""Assumed: a call to DynamoDB in the same region."""
PANEL_SECONDS = 0.06
"""Assumed: a call to a panel in another country over a kept connection."""
WHOLE_CORE_MB = 1769
"""Lambda gives a function of this size one core, and a smaller one so much less."""


class Waiting(Protocol):
    """Says how often the table and the panels were asked so far."""

    @property
    def waited_for(self) -> tuple[int, int]: ...


class WorkerClock:
    """Called, it tells the time. It goes on with the CPU of the calling thread, and with each call that is made."""

    def __init__(self, now: datetime, cpu_seconds: Callable[[], float] = time.thread_time) -> None:
        self._cpu_seconds = cpu_seconds
        self._waiting: Waiting | None = None
        self._memory_mb = WHOLE_CORE_MB
        self.begin_at(now)

    def counts(self, waiting: Waiting) -> None:
        """Let time pass with these calls."""
        self._waiting = waiting
        self.begin_at(self._began_at)

    def begin_at(self, moment: datetime, memory_mb: int = WHOLE_CORE_MB) -> None:
        """Let a function of this size begin at a moment."""
        self._began_at, self._memory_mb = moment, memory_mb
        self._before = self._spent()

    def __call__(self) -> datetime:
        return self._began_at + timedelta(seconds=self.elapsed_seconds)

    @property
    def elapsed_seconds(self) -> float:
        """How long the function has been at it."""
        (cpu, waited), (cpu_before, waited_before) = self._spent(), self._before
        return (cpu - cpu_before) * WHOLE_CORE_MB / self._memory_mb + waited - waited_before

    @property
    def cpu_seconds(self) -> float:
        """How much of a whole core on this machine that took."""
        return self._spent()[0] - self._before[0]

    def _spent(self) -> tuple[float, float]:
        table, panel = self._waiting.waited_for if self._waiting else (0, 0)
        return self._cpu_seconds(), table * TABLE_SECONDS + panel * PANEL_SECONDS
