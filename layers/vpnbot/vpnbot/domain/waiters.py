"""The rows that find the people who wait for something, spread over partitions. They say only who may be waiting.

The mark in the person's own partition is the promise; each commit that changes it changes the row.
"""

from zlib import crc32

WAITER_SHARDS = 16
"""The number of partitions over which the rows of one kind are spread."""


def waiters_partition(kind: str, shard: int) -> str:
    """Return the partition of one shard of the people who wait for this; the sort keys are the people's ids."""
    return f"WAIT#{kind}#{shard}"


def waiter_shard(person_id: str) -> int:
    """Return the shard that has the rows of a person."""
    return crc32(person_id.encode()) % WAITER_SHARDS
