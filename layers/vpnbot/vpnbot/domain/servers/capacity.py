"""How a decision about a person moves the counts of the rooms on the servers."""

from collections import Counter
from collections.abc import Mapping

from vpnbot.domain.people.person import Person

type RoomKey = tuple[str, int]
"""A server and the number of one of its rooms."""


def room_changes(before: Person, after: Person) -> Mapping[RoomKey, int]:
    """Return by how much each room's count moves; a key that stays where it is moves none."""
    moved = _taken(after)
    moved.subtract(_taken(before))
    return {room: count for room, count in sorted(moved.items()) if count}


def _taken(person: Person) -> Counter[RoomKey]:
    return Counter((access.server_id, access.room) for access in person.accesses if access.room is not None)
