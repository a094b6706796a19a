"""An outage of one server for which people wait: one item of due work, and rows that find the people.

However many people wait, the clock has one item for each server. The rows say only who may be waiting; the mark in
the person's own partition (`ServerWatch`) is the promise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vpnbot.domain.effects import Delete, Effect, Put
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.waiters import waiter_shard, waiters_partition

OUTAGES = "OUTAGES"
"""The partition of the outages."""

CHECK_INTERVAL = timedelta(minutes=1)
KEPT_FOR = timedelta(minutes=10)
"""An outage is not closed for so long after a person began to wait: much longer than any process takes to commit."""

NOT_RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
"""The beginning of outages that an earlier release has stored."""


@dataclass(frozen=True, slots=True)
class Outage:
    """The due work of one server for which people wait; it is not closed before `kept_until`.

    `began_at` is when the first person began to wait.
    """

    server_id: str
    kept_until: datetime
    due: Due | None = None
    began_at: datetime = NOT_RECORDED


def outage_key(server_id: str) -> str:
    """Return the sort key of a server's outage."""
    return f"OUTAGE#{server_id}"


def waiters_of(server_id: str) -> str:
    """Return the kind of the rows of the people who wait for a server."""
    return f"server-{server_id}"


def waiter_moves(person_id: str, before: Iterable[ServerWatch], after: Iterable[ServerWatch]) -> Iterator[Effect]:
    """Yield the changes of the rows that find a person, when the person's watches change."""
    had, has = _with_row(before), _with_row(after)
    for server_id in sorted(has - had):
        yield Put(waiters_partition(waiters_of(server_id), waiter_shard(person_id)), person_id)
    for server_id in sorted(had - has):
        yield Delete(waiters_partition(waiters_of(server_id), waiter_shard(person_id)), person_id)


def _with_row(watches: Iterable[ServerWatch]) -> frozenset[str]:
    return frozenset(watch.server_id for watch in watches if watch.due is None)
