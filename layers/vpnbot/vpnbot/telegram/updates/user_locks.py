"""Locks so that the threads of a process handle one update of a person at a time.

A Lambda environment has one thread and never waits here. Where the handler runs in several threads, many taps of one
person are handled one after the other, instead of causing conflicts of conditional writes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from vpnbot.errors import OutOfTime

_STRIPES = 256


class UserLocks:
    """Striped locks: two people seldom share one."""

    def __init__(self) -> None:
        self._locks = tuple(Lock() for _ in range(_STRIPES))

    @contextmanager
    def take(self, user_id: int, timeout_seconds: float) -> Iterator[None]:
        """Hold the lock of a user.

        Raises:
            OutOfTime: another thread held the lock for `timeout_seconds`.
        """
        lock = self._locks[user_id % _STRIPES]
        if not lock.acquire(timeout=max(timeout_seconds, 0)):
            raise OutOfTime("another update of the same person is still being handled")
        try:
            yield
        finally:
            lock.release()
