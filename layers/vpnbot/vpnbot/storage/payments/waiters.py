"""The rows that find the people who wait for a payment provider; the commits of their orders write them."""

from collections.abc import Sequence

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.provider_waiters import provider_waiters
from vpnbot.storage.table import Record, translated_errors


class StoredProviderWaiters:
    """Implements the port `ProviderWaiters`."""

    def waiting(self, provider: str, *, after: str = "", limit: int = 25) -> Sequence[PersonId]:
        """Return the next people who may wait for a provider, with ids greater than `after`, in order.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        later = Record.sk > after if after else None
        with translated_errors():
            found = Record.query(provider_waiters(provider), later, consistent_read=True, limit=limit)
            return [PersonId(record.sk) for record in found]
