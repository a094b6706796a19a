"""The run time of a function without that of the emulators: its CPU time, and assumed times of its calls."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

TABLE_SECONDS = 0.005
"""Assumed: a call to DynamoDB in the same region."""
PANEL_SECONDS = 0.06
"""Assumed: a call to a panel in another country over a persistent connection."""
WHOLE_CORE_MB = 1769
"""Memory with which Lambda gives a function one core; a function with less memory gets a proportional share."""


class CallTotals(Protocol):
    """The numbers of calls so far, to the table and to panels."""

    @property
    def calls_made(self) -> tuple[int, int]: ...


class WorkerClock:
    """A clock that advances with the CPU time of the calling thread and with each call to the table or a panel."""

    def __init__(self, now: datetime, cpu_seconds: Callable[[], float] = time.thread_time) -> None:
        self._cpu_seconds = cpu_seconds
        self._calls: CallTotals | None = None
        self._memory_mb = WHOLE_CORE_MB
        self.begin_at(now)

    def advance_with(self, calls: CallTotals) -> None:
        """Let the clock advance with these calls too."""
        self._calls = calls
        self.begin_at(self._began_at)

    def begin_at(self, at: datetime, memory_mb: int = WHOLE_CORE_MB) -> None:
        """Start the run of a function with this memory at a time."""
        self._began_at, self._memory_mb = at, memory_mb
        self._before = self._spent()

    def __call__(self) -> datetime:
        return self._began_at + timedelta(seconds=self.elapsed_seconds)

    @property
    def elapsed_seconds(self) -> float:
        """How long the function has run."""
        (cpu, waited), (cpu_before, waited_before) = self._spent(), self._before
        return (cpu - cpu_before) * WHOLE_CORE_MB / self._memory_mb + waited - waited_before

    @property
    def cpu_seconds(self) -> float:
        """The CPU time of the run, on one whole core of this machine."""
        return self._spent()[0] - self._before[0]

    def _spent(self) -> tuple[float, float]:
        table, panel = self._calls.calls_made if self._calls else (0, 0)
        return self._cpu_seconds(), table * TABLE_SECONDS + panel * PANEL_SECONDS
