"""Threads in virtual time: the clock of a test moves when each of them pauses, however busy the machine is."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from threading import Condition

from tests.fakes.clock import Clock
from vpnbot.usecases.concurrency import run_concurrently


class ThreadsInVirtualTime:
    """Implements the port `Pace`, and starts the threads that pause by it.

    A thread that works holds the time still, so what it does takes no virtual time, as a call without pauses does.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_at = clock.now
        self._moved = Condition()
        self._threads = 0
        self._pausing: list[datetime] = []

    def elapsed(self) -> timedelta:
        """Return the time by the clock of the test."""
        return self._clock.now - self._began_at

    def concurrently[T](self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Return the results in the order of the calls, each made in a thread of its own."""
        with self._moved:
            self._threads += len(calls)
        return run_concurrently([partial(self._to_its_end, call) for call in calls])

    def pause(self, duration: timedelta) -> None:
        """Return when the clock has moved to the end of this pause; the last thread to pause moves it."""
        with self._moved:
            until = self._clock.now + duration
            self._pausing.append(until)
            self._move()
            self._moved.wait_for(lambda: self._clock.now >= until)

    def _to_its_end[T](self, call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            with self._moved:
                self._threads -= 1
                self._move()

    def _move(self) -> None:
        """Move the clock to the end of the first pause if no thread works."""
        if self._pausing and len(self._pausing) >= self._threads:
            self._clock.now = max(self._clock.now, min(self._pausing))
            self._pausing = [until for until in self._pausing if until > self._clock.now]
            self._moved.notify_all()
