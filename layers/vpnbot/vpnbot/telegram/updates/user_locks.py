"""One update of a person at a time among the threads of a process.

A Lambda environment has one thread and never waits here. Where the handler runs in several threads, forty taps of one
person are decided one after the other, and not as conflicts that DynamoDB has to resolve.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from vpnbot.errors import OutOfTime

_STRIPES = 256


class UserLocks:
    """Striped locks, enough that two people seldom share one."""

    def __init__(self) -> None:
        self._locks = tuple(Lock() for _ in range(_STRIPES))

    @contextmanager
    def take(self, user_id: int, patience_seconds: float) -> Iterator[None]:
        """Hold the lock of a user.

        Raises:
            OutOfTime: it did not come in time.
        """
        lock = self._locks[user_id % _STRIPES]
        if not lock.acquire(timeout=max(patience_seconds, 0)):
            raise OutOfTime("another update of the same person is still at work")
        try:
            yield
        finally:
            lock.release()
