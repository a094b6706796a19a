"""The ports for due work, for the queue to the workers, and for quarantined updates."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import CLAIM, DueItem


class DueIndex(Protocol):
    """The index of all due work. Each call may raise StorageUnavailable."""

    def due(self, now: datetime, limit: int) -> Sequence[DueItem]:
        """Return at most `limit` items that are due at `now`: the most urgent first, of these the oldest first."""
        ...

    def count(self, first: datetime, last: datetime) -> int:
        """Return how many items are due between two times, both included: claims that end then are not finished."""
        ...

    def claim(
        self, item: DueItem, now: datetime, *, attempts: int | None = None, lasting: timedelta = CLAIM
    ) -> DueItem | None:
        """Claim an item for one worker; None if another worker has the claim or the due time has changed.

        `attempts` replaces the number of failed attempts; None leaves it. The claim ends after the time `lasting`.
        """
        ...

    def postpone(
        self, item: DueItem, until: datetime, *, dead_letter: bool = False, attempts: int | None = None
    ) -> bool:
        """Set the next time of a claimed item, or dead-letter it; False, and no change, if the claim is lost.

        `attempts` replaces the number of attempts counted so far; None leaves it. 0 means that the work did not fail,
        but goes on later.
        """
        ...

    def done(self, item: DueItem) -> None:
        """Remove a claimed item from the index; nothing happens if the claim is lost."""
        ...


class DeadLetters(Protocol):
    """The dead-lettered work, for operators. Each call may raise StorageUnavailable."""

    def dead_lettered(self, limit: int | None = 100) -> Sequence[DueItem]:
        """Return at most `limit` dead-lettered items; None: all of them."""
        ...

    def retry(self, item: DueItem, now: datetime) -> bool:
        """Make a dead-lettered item due at `now`, with no attempts counted; False if it was changed meanwhile."""
        ...


class Pace(Protocol):
    """Real time: how long this process has been running, and pauses of it. Independent of the clock of the system."""

    def elapsed(self) -> timedelta:
        """Return the time since an arbitrary moment, always the same in this process."""
        ...

    def pause(self, duration: timedelta) -> None:
        """Wait."""
        ...


class DueQueue(Protocol):
    """The queue from the dispatcher to the due workers."""

    def waiting(self) -> int:
        """Return about how many claims no worker has received yet.

        Raises:
            Retryable: the queue did not answer.
        """
        ...

    def send(self, items: Sequence[DueItem]) -> None:
        """Send claims to workers.

        Raises:
            Retryable: the queue did not accept all of them.
        """
        ...


class UpdateQuarantine(Protocol):
    """Stores updates that could not be handled because of a bug, until the operator replays them."""

    def put(
        self,
        person_id: PersonId | None,
        update: Mapping[str, Any],
        reason: str,
        *,
        sent_at: datetime | None = None,
        about_money: bool = False,
    ) -> bool:
        """Store an update of a person, and the reason. A deletion of the person removes it, unless it is about money.

        False, and nothing is stored: the person has deleted their data after `sent_at`, and it is not about money.
        `sent_at` is None for a tap, which has no date. `person_id` is None while the key secret cannot be used: then
        no deletion removes the update.

        Raises:
            Retryable: the storage did not accept it; try again later.
            Misconfigured: the queue cannot be used until the operator corrects a setting.
            InvalidCall: the queue will never accept it.
        """
        ...


class Concurrently(Protocol):
    """Calls several functions and returns their results in order."""

    def __call__[T](self, calls: Sequence[Callable[[], T]]) -> Sequence[T]: ...
