"""An outage of one server for which people wait: one item of due work, and rows that find the people.

However many people wait, the clock has one item for each server. The rows say only who may be waiting; the mark in
the person's own partition (`ServerWatch`) is the promise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from vpnbot.domain.effects import Delete, Effect, Put
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.server_watch import ServerWatch

OUTAGES = "OUTAGES"
"""The partition of the outages."""

WAITER_SHARDS = 16
"""The number of partitions over which the rows of one server's waiters are spread."""

CHECK_INTERVAL = timedelta(minutes=1)
KEPT_FOR = timedelta(minutes=10)
"""An outage is not closed for so long after a person began to wait: much longer than any process takes to commit."""


TURN = timedelta(minutes=1)
"""How long a worker may notify people: as long as an invocation lasts. One worker at a time does it, for all servers,
so that the rate is bounded and the other workers are free."""


@dataclass(frozen=True, slots=True)
class Outage:
    """The due work of one server for which people wait; it is not closed before `kept_until`."""

    server_id: str
    kept_until: datetime
    due: Due | None = None


def outage_key(server_id: str) -> str:
    """Return the sort key of a server's outage."""
    return f"OUTAGE#{server_id}"


def waiters_partition(server_id: str, shard: int) -> str:
    """Return the partition of one shard of a server's waiters; the sort keys are the people's ids."""
    return f"WAIT#server-{server_id}#{shard}"


def waiter_shard(person_id: str) -> int:
    """Return the shard that has the rows of a person."""
    return crc32(person_id.encode()) % WAITER_SHARDS


def waiter_moves(person_id: str, before: Iterable[ServerWatch], after: Iterable[ServerWatch]) -> Iterator[Effect]:
    """Yield the changes of the rows that find a person, when the person's watches change."""
    had, has = _with_row(before), _with_row(after)
    for server_id in sorted(has - had):
        yield Put(waiters_partition(server_id, waiter_shard(person_id)), person_id)
    for server_id in sorted(had - has):
        yield Delete(waiters_partition(server_id, waiter_shard(person_id)), person_id)


def _with_row(watches: Iterable[ServerWatch]) -> frozenset[str]:
    return frozenset(watch.server_id for watch in watches if watch.due is None)
