"""Promo codes, their uses, and the ledger of the decisions about codes.

| item         | pk          | sk              | written                                              |
|--------------|-------------|-----------------|------------------------------------------------------|
| Promo code   | PROMOS      | CODE#code       | with each decision about it                          |
| Ledger entry | PROMOS#LOG  | LOG#cause       | with each decision about a code                      |
| Counter      | PROMO#code  | ROOM#number     | with each use; together they hold the limit          |
| Use          | PROMO#code  | USE#person#number | with each use; it stays after a deletion           |
| One-time use | PROMO#batch | ONE#number      | with the use of a one-time code                      |
| Revenue      | PROMO#code  | SALE#time#mark  | with each payment or refund of an order with the code |

Codes are in the index by_time too, by when they were made.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pynamodb.exceptions import DoesNotExist

from vpnbot.domain.effects import Effect
from vpnbot.domain.money import Money
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import PROMOS, PromoCode, promo_key
from vpnbot.domain.promo.uses import COUNTER_PREFIX, REVENUE_PREFIX, revenue_of, uses_partition
from vpnbot.storage.codec import SetAside, readable
from vpnbot.storage.decided_items import DecidedItems
from vpnbot.storage.table import Record, to_text, translated_errors


def _by_time(record: Record, code: PromoCode) -> None:
    record.at = None if code.made_at is None else to_text(code.made_at)


_ITEMS = DecidedItems(PROMOS, PromoCode, promo_key, _by_time)


class StoredPromoCodes:
    """Implements the port `PromoCodes`. `set_aside` is called with the error of each one that cannot be read."""

    def __init__(self, set_aside: SetAside = lambda error: None) -> None:
        self._set_aside = set_aside

    def get(self, code_id: str) -> PromoCode | None:
        """Return a code, strongly consistent; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        return _ITEMS.get(code_id)

    def latest(self, *, before: datetime | None = None, limit: int = 10) -> Sequence[PromoCode]:
        """Return at most `limit` codes, the newest first; with `before`, those that were made earlier.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        older = Record.at < to_text(before) if before is not None else None
        with translated_errors():
            records = Record.by_time.query(PROMOS, older, consistent_read=True, scan_index_forward=False, limit=limit)
            return readable((record.serialize() for record in records), PromoCode, self._set_aside)

    def decide(self, before: PromoCode | None, after: PromoCode, entry: Entry, *effects: Effect) -> PromoCode:
        """Write a code, the entry of its decision and the effects in one transaction; return it as stored.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            Conflict: it was changed since `before` was read, or exists already.
            UnreadableItem: as `get`.
            StorageUnavailable: DynamoDB did not answer; a second call with the same cause is safe.
        """
        return _ITEMS.decide(before, after, entry, *effects)

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the codes has this cause.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return _ITEMS.ledger.has(cause)

    def taken(self, code_id: str) -> Mapping[str, int]:
        """Return how far the counters of a code are, strongly consistent.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            found = Record.query(uses_partition(code_id), Record.sk.startswith(COUNTER_PREFIX), consistent_read=True)
            return {record.sk: int(record.taken or 0) for record in found}

    def used(self, code_id: str, key: str) -> bool:
        """Tell whether the use of a code with this sort key was made, strongly consistent.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        try:
            with translated_errors():
                Record.get(uses_partition(code_id), key, consistent_read=True)
        except DoesNotExist:
            return False
        return True

    def brought(self, code_id: str) -> Sequence[Money]:
        """Return the money that came with a code, less what was sent back, one amount for each currency.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            found = Record.query(uses_partition(code_id), Record.sk.startswith(REVENUE_PREFIX), consistent_read=True)
            return revenue_of(record.plain() for record in found)
