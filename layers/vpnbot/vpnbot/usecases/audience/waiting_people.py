"""The people who wait for something, as the source of a walk."""

from collections.abc import Sequence
from dataclasses import dataclass

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.waiters import WAITER_SHARDS, waiters_partition
from vpnbot.usecases.audience.walk import Page
from vpnbot.usecases.ports import WaiterRows

_PAGE = 50


@dataclass(frozen=True)
class WaitingPeople:
    """Implements `Source` over the rows of these partitions."""

    rows: WaiterRows
    partitions: Sequence[str]

    @property
    def shards(self) -> int:
        """The number of partitions."""
        return len(self.partitions)

    def page(self, shard: int, after: str) -> Page[PersonId]:
        """Return the next people of a partition."""
        found = self.rows.page(self.partitions[shard], after=after, limit=_PAGE)
        following = found[-1] if len(found) == _PAGE else None
        return Page([(person_id, person_id) for person_id in found], following)


def waiting_for(kind: str, rows: WaiterRows, *earlier: str) -> WaitingPeople:
    """Return the people who wait for this; `earlier` are partitions in which earlier releases kept rows of them."""
    partitions = [waiters_partition(kind, shard) for shard in range(WAITER_SHARDS)]
    return WaitingPeople(rows, [*partitions, *earlier])
