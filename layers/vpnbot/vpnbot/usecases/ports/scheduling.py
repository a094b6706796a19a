"""Work that waits for its time, and updates that wait for a person."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from vpnbot.domain.scheduling import DueItem


class DueIndex(Protocol):
    """The list of all work that waits for its time."""

    def due(self, now: datetime, limit: int) -> Sequence[DueItem]:
        """Return what is due in every shard, oldest first, at most `limit` in all."""
        ...

    def claim(self, item: DueItem, now: datetime) -> DueItem | None:
        """Take an item for one worker; None when another worker has it or its due time has moved."""
        ...

    def postpone(
        self, item: DueItem, until: datetime, *, dead_letter: bool = False, attempts: int | None = None
    ) -> bool:
        """Set a claimed item's next time, or park it; False when the claim is lost, which is left alone.

        `attempts` says how many are counted so far, if that is not as many as were claimed; 0: it is not put off but
        goes on.
        """
        ...

    def done(self, item: DueItem) -> None:
        """Take a claimed item off the list; a lost claim is left alone."""
        ...


class DueQueue(Protocol):
    """Hands claims to workers."""

    def send(self, items: Sequence[DueItem]) -> None: ...


class UpdateQuarantine(Protocol):
    """Where updates wait that a bug of ours could not handle, until the operator replays them."""

    def put(self, update: Mapping[str, Any], reason: str) -> None:
        """Keep an update.

        Raises:
            Retryable: the queue did not take it.
            Rejected: it never will.
        """
        ...


class Concurrently(Protocol):
    """Calls several functions and returns their results in order."""

    def __call__[T](self, calls: Sequence[Callable[[], T]]) -> Sequence[T]: ...
