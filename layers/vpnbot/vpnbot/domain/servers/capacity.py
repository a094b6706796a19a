"""How a decision about a person moves the counters of the servers' capacity."""

from collections import Counter
from collections.abc import Iterable

from vpnbot.domain.effects import MoveCounter
from vpnbot.domain.keys.access import Access

SERVERS = "SERVERS"
"""The partition of the servers and of everything that is counted about them."""


def shard_key(server_id: str, number: int) -> str:
    """Return the sort key of one capacity shard of a server."""
    return f"ROOM#{server_id}#{number}"


def capacity_moves(before: Iterable[Access], after: Iterable[Access]) -> tuple[MoveCounter, ...]:
    """Return how the counters of the shards move; a key that stays in its shard moves none.

    A new key needs free capacity. A key that existed without a shard takes one over the limit too: its customer has
    paid, and no other server is theirs.
    """
    without = {(access.server_id, access.key.tag) for access in before if access.capacity_shard is None}
    again = _taken(access for access in after if (access.server_id, access.key.tag) in without)
    moved = _taken(after)
    moved.subtract(_taken(before))
    return tuple(MoveCounter(SERVERS, shard, by, shard not in again) for shard, by in sorted(moved.items()) if by)


def _taken(accesses: Iterable[Access]) -> Counter[str]:
    return Counter(
        shard_key(access.server_id, access.capacity_shard) for access in accesses if access.capacity_shard is not None
    )
