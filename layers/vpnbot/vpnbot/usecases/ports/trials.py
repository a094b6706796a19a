"""The port for the trials of a day. Each call may raise StorageUnavailable."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.subscriptions.trial_places import Telling, Waiter


class TrialPlaces(Protocol):
    """The counters of the places that are taken, and the work that notifies the people who wait for one."""

    def known(self, day: date) -> Mapping[str, int]:
        """Return how far the counters of a day are as this process has read them last; nothing is read now.

        Counters only grow: what is full stays full.
        """
        ...

    def taken(self, day: date) -> Mapping[str, int]:
        """Return how far the counters of a day are now; one that does not exist is at 0."""
        ...

    def telling(self) -> Telling | None:
        """Return the work; None: the shop never had a limit."""
        ...

    def begin(self, item: DueItem, after: Telling) -> None:
        """Store whom a run notifies.

        Raises:
            ClaimLost: another worker has the claim.
        """
        ...

    def oldest(self, limit: int) -> Sequence[Waiter]:
        """Return the people who wait longest, at most `limit`, in order."""
        ...

    def waiting(self) -> int:
        """Return how many people wait now and were not told."""
        ...

    def page(self, shard: int, last: Waiter) -> Sequence[PersonId]:
        """Return the people of one shard of the rows who wait as long as the last one, or longer, by their ids."""
        ...
