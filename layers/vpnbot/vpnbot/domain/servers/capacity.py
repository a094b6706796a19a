"""How a change of a person changes the counters of the servers' capacity shards."""

from collections import Counter
from collections.abc import Iterable

from vpnbot.domain.effects import MoveCounter
from vpnbot.domain.keys.access import Access

SERVERS = "SERVERS"
"""The partition of the servers, their capacity shards, breakers and reconciliation runs."""


def shard_key(server_id: str, number: int) -> str:
    """Return the sort key of one capacity shard of a server."""
    return f"ROOM#{server_id}#{number}"


def capacity_moves(before: Iterable[Access], after: Iterable[Access]) -> tuple[MoveCounter, ...]:
    """Return the changes of the shards' counters; a key that stays in its shard changes none.

    A new key needs free capacity. A key that existed without a shard may exceed the limit of its shard: its customer
    has paid, and the key is on this server already.
    """
    without = {(access.server_id, access.key.tag) for access in before if access.capacity_shard is None}
    uncounted_before = _taken(access for access in after if (access.server_id, access.key.tag) in without)
    moved = _taken(after)
    moved.subtract(_taken(before))
    return tuple(
        MoveCounter(SERVERS, shard, by, shard not in uncounted_before) for shard, by in sorted(moved.items()) if by
    )


def _taken(accesses: Iterable[Access]) -> Counter[str]:
    return Counter(
        shard_key(access.server_id, access.capacity_shard) for access in accesses if access.capacity_shard is not None
    )
