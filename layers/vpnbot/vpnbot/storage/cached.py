"""Something read from the table that a process keeps for 30 seconds, for all of its threads."""

from collections.abc import Callable
from threading import Lock

from vpnbot.errors import StorageUnavailable

CACHE_SECONDS = 30.0


class Cached[T]:
    """`read` reads from the table; `monotonic` returns seconds."""

    def __init__(self, read: Callable[[], T], monotonic: Callable[[], float]) -> None:
        self._read = read
        self._monotonic = monotonic
        self._lock = Lock()
        self._read_at = float("-inf")
        self._known: T | None = None

    def get(self, *, fresh: bool = False) -> T:
        """Return what was read at most 30 seconds ago; read it now if there is nothing so new, or with `fresh`.

        Without `fresh`, older data are returned while DynamoDB does not answer.

        Raises:
            StorageUnavailable: DynamoDB did not answer, and there are no older data, or `fresh` was asked for.
            UnreadableItem: as `read` raises it.
        """
        with self._lock:
            known = self._known
            if known is not None and not fresh and self.fresh:
                return known
            try:
                known = self._read()
            except StorageUnavailable:
                if known is None or fresh:
                    raise
            self._known, self._read_at = known, self._monotonic()
            return known

    @property
    def fresh(self) -> bool:
        """Whether the next call of `get` reads nothing."""
        return self._known is not None and self._monotonic() - self._read_at < CACHE_SECONDS

    @property
    def known(self) -> T | None:
        """What was read last, however old; None: nothing yet. Nothing is read."""
        return self._known

    def clear(self) -> None:
        """Read again at the next call."""
        with self._lock:
            self._read_at = float("-inf")
