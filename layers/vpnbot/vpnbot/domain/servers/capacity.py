"""How a decision about a person moves the counters of the servers' capacity."""

from collections import Counter
from collections.abc import Iterable, Mapping

from vpnbot.domain.keys.access import Access

type ShardKey = tuple[str, int]
"""A server and the number of one of its capacity shards."""


def shard_changes(before: Iterable[Access], after: Iterable[Access]) -> Mapping[ShardKey, int]:
    """Return by how much each shard's counter moves; a key that stays in its shard moves none."""
    moved = _taken(after)
    moved.subtract(_taken(before))
    return {shard: count for shard, count in sorted(moved.items()) if count}


def _taken(accesses: Iterable[Access]) -> Counter[ShardKey]:
    return Counter((one.server_id, one.capacity_shard) for one in accesses if one.capacity_shard is not None)
