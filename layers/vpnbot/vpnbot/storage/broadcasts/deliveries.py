"""The deliveries of broadcasts to people.

| item     | pk                     | sk     | written                                              |
|----------|------------------------|--------|------------------------------------------------------|
| Delivery | DELIVERY#broadcast#shard | person | before the call to Telegram, and after it; TTL 60 days |
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from pynamodb.exceptions import DeleteError, PutError
from pynamodb.expressions.operand import Path

from vpnbot.domain.broadcasts.delivery import (
    KEPT_FOR,
    SHARDS,
    Delivery,
    Outcome,
    deliveries_partition,
    delivery_shard,
)
from vpnbot.storage.codec import epoch
from vpnbot.storage.conversions import converter
from vpnbot.storage.stored_item import Stored, read_item
from vpnbot.storage.table import Record, query_pages, translated_errors


class StoredDeliveries:
    """Implements the port `Deliveries`."""

    def begin(self, broadcast_id: str, delivery: Delivery) -> Delivery | None:
        """Put the delivery to a person who has none yet, and return None; otherwise return the one there is.

        Raises:
            StorageUnavailable: DynamoDB did not answer; it is unknown whether it was put.
        """
        record = _record(broadcast_id, delivery)
        try:
            with translated_errors():
                record.save(condition=Record.pk.does_not_exist())
        except PutError:
            return self.get(broadcast_id, delivery.person)
        return None

    def get(self, broadcast_id: str, person: str) -> Delivery | None:
        """Return the delivery to a person, strongly consistent; None if there is none.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(deliveries_partition(broadcast_id, delivery_shard(person)), person)
        return None if stored is None else _delivery(stored)

    def end(self, broadcast_id: str, before: Delivery, after: Delivery) -> bool:
        """Write the outcome of a delivery; False, and no change, if it is not as in `before` any more.

        Raises:
            StorageUnavailable: DynamoDB did not answer; it is unknown whether it was written.
        """
        same_slice = Path(["body", "nonce"]) == before.nonce
        same_outcome = Path(["body", "outcome"]) == str(before.outcome)
        try:
            with translated_errors():
                _record(broadcast_id, after).save(condition=same_slice & same_outcome)
        except PutError:
            return False
        return True

    def forget(self, broadcast_id: str, delivery: Delivery) -> None:
        """Remove a delivery that was not made, so that the person is tried again; nothing if it has changed.

        Raises:
            StorageUnavailable: DynamoDB did not answer; it may be found as TRYING later.
        """
        partition = deliveries_partition(broadcast_id, delivery_shard(delivery.person))
        same_slice = Path(["body", "nonce"]) == delivery.nonce
        try:
            with translated_errors():
                Record(partition, delivery.person).delete(condition=same_slice)
        except DeleteError:
            return

    def page(self, broadcast_id: str, shard: int, *, after: str = "", limit: int = 100) -> Sequence[Delivery]:
        """Return the next deliveries of a shard, in the order of the people's ids.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        later = Record.sk > after if after else None
        partition = deliveries_partition(broadcast_id, shard)
        with translated_errors():
            found = Record.query(partition, later, consistent_read=True, limit=limit)
            return [_delivery(Stored.of(record.serialize())) for record in found]

    def counts(self, broadcast_id: str) -> Mapping[Outcome, int]:
        """Return how many deliveries have each outcome, from the items themselves.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        found: Counter[Outcome] = Counter()
        with translated_errors():
            for shard in range(SHARDS):
                for page in query_pages(deliveries_partition(broadcast_id, shard)):
                    found.update(_delivery(Stored.of(raw)).outcome for raw in page)
        return found


def _record(broadcast_id: str, delivery: Delivery) -> Record:
    body = converter.unstructure(delivery)
    partition = deliveries_partition(broadcast_id, delivery_shard(delivery.person))
    return Record(partition, delivery.person, body=body, expires_at=epoch(delivery.at + KEPT_FOR))


def _delivery(stored: Stored) -> Delivery:
    return converter.structure(dict(stored.body), Delivery)
