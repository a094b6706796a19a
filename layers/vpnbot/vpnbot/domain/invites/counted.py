"""How many people came by the invitations of a person: counters, raised at the first contact of each.

There are several of them, because one item takes few writes at once. They have no names, and a deletion of the person
who has invited removes them.
"""

from collections.abc import Iterator
from zlib import crc32

from vpnbot.domain.effects import Delete, MoveCounter
from vpnbot.domain.keys.key_ring import PersonId

CAME_PREFIX = "CAME#"
_COUNTERS = 4
_WITHOUT_LIMIT = 10**12


def invited_partition(inviter: str) -> str:
    """Return the partition of the counters of a person who invites."""
    return f"INVITED#{inviter}"


def came(friend: PersonId, inviter: str | None) -> tuple[MoveCounter, ...]:
    """Return what it adds that a person came; nothing without an invitation."""
    if inviter is None:
        return ()
    key = f"{CAME_PREFIX}{crc32(friend.encode()) % _COUNTERS}"
    return (MoveCounter(invited_partition(inviter), key, 1, limit=_WITHOUT_LIMIT),)


def counters_removed(inviter: PersonId) -> Iterator[Delete]:
    """Yield the removal of the counters of a person."""
    for number in range(_COUNTERS):
        yield Delete(invited_partition(inviter), f"{CAME_PREFIX}{number}")
