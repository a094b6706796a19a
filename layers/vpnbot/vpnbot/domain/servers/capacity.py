"""How a decision about a person moves the counts of the rooms on the servers."""

from collections import Counter
from collections.abc import Mapping

from vpnbot.domain.people.person import Person

type ShardKey = tuple[str, int]
"""A server and the number of one of its rooms."""


def shard_changes(before: Person, after: Person) -> Mapping[ShardKey, int]:
    """Return by how much each room's count moves; a key that stays where it is moves none."""
    moved = _taken(after)
    moved.subtract(_taken(before))
    return {shard: count for shard, count in sorted(moved.items()) if count}


def _taken(person: Person) -> Counter[ShardKey]:
    return Counter(
        (access.server_id, access.capacity_shard) for access in person.accesses if access.capacity_shard is not None
    )
