"""The rows that find the people who wait for something.

| item   | pk                    | sk     | written                                                            |
|--------|-----------------------|--------|--------------------------------------------------------------------|
| Waiter | WAIT#kind#shard       | person | with the commit of the wait, and of its end (`domain/waiters.py`)  |
| Waiter | WAITLIST#plans        | person | by earlier releases, for plans; only removed                       |
"""

from collections.abc import Sequence

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.storage.table import Record, translated_errors


class StoredWaiterRows:
    """Implements the port `WaiterRows`."""

    def page(self, partition: str, *, after: str = "", limit: int = 50) -> Sequence[PersonId]:
        """Return the people of one partition who may wait, with ids greater than `after`, in order.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        later = Record.sk > after if after else None
        with translated_errors():
            found = Record.query(partition, later, consistent_read=True, limit=limit)
            return [PersonId(record.sk) for record in found]
