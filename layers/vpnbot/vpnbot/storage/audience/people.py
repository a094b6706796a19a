"""The index of all known people, and how far people of earlier releases are listed.

| item     | pk       | sk       | written                                                           |
|----------|----------|----------|-------------------------------------------------------------------|
| Backfill | AUDIENCE | BACKFILL | by `python -m ops backfill audience`: how far it is, and its end  |

The index itself has no items of its own: each commit writes `audience` and `audience_facts` with the profile
(`codec.user_record`).
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_, or_

from pynamodb.expressions.condition import Condition

from vpnbot.domain.audience.facts import AUDIENCE_SHARDS, FORM
from vpnbot.domain.audience.segment import Criteria
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.storage.codec import audience_partition
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, translated_errors

AUDIENCE = "AUDIENCE"
BACKFILL = "BACKFILL"


class StoredAudience:
    """Implements the port `Audience`."""

    def count(self, criteria: Criteria) -> int:
        """Return how many people meet these criteria: one Query for each shard, which transfers only numbers.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        meets = _condition(criteria)
        with translated_errors():
            return sum(
                Record.by_audience.count(audience_partition(shard), filter_condition=meets)
                for shard in range(AUDIENCE_SHARDS)
            )

    def page(self, shard: int, *, after: str = "", limit: int = 100) -> Sequence[tuple[PersonId, str]]:
        """Return the next people of a shard with their facts.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        later = Record.pk > after if after else None
        with translated_errors():
            found = Record.by_audience.query(audience_partition(shard), later, limit=limit)
            return [(PersonId(record.pk), record.audience_facts or "") for record in found]

    def found(self, criteria: Criteria) -> Iterator[str]:
        """Yield the facts of the people who meet the criteria: all of them are read, and these are transferred.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        meets = _condition(criteria)
        for shard in range(AUDIENCE_SHARDS):
            with translated_errors():
                for record in Record.by_audience.query(audience_partition(shard), filter_condition=meets):
                    yield record.audience_facts or ""

    def complete(self) -> bool:
        """Tell whether a backfill with the present form of the facts has ended.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(AUDIENCE, BACKFILL)
        return stored is not None and bool(stored.body.get("complete")) and int(stored.body.get("form", 1)) >= FORM


def _condition(criteria: Criteria) -> Condition:
    """Return the criteria as a filter of a Query."""
    ranges = [Record.audience_facts.between(low, high) for low, high in criteria.ranges]
    parts = [Record.audience_facts.contains(part) for part in criteria.parts]
    return reduce(and_, parts, reduce(or_, ranges))
