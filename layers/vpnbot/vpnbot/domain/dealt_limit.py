"""A limit that is dealt to several counters, because one item takes few writes a second.

`MoveCounter` raises one of them within its part of the limit, in the transaction of what is counted: so never more is
given than the limit allows.
"""

from collections.abc import Mapping
from zlib import crc32

COUNTERS = 8
COUNTER_PREFIX = "ROOM#"


def dealt(total: int) -> Mapping[str, int]:
    """Return the sort keys of the counters, each with its part; together they are the total."""
    counters = min(COUNTERS, total)
    whole, rest = divmod(total, counters) if counters else (0, 0)
    return {f"{COUNTER_PREFIX}{number}": whole + (number < rest) for number in range(counters)}


def free_counter_of(limits: Mapping[str, int], taken: Mapping[str, int], seed: str) -> str | None:
    """Return a counter that has not reached its part, given how far each is, by chance; None: all have.

    `seed` is random. A counter that is not in `taken` is at 0.
    """
    free = [key for key, limit in limits.items() if taken.get(key, 0) < limit]
    return free[crc32(seed.encode()) % len(free)] if free else None
