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

from pynamodb.exceptions import DoesNotExist

from vpnbot.domain.dealt_limit import COUNTER_PREFIX
from vpnbot.domain.money import Money
from vpnbot.domain.promo.code import PROMOS, PromoCode, promo_key
from vpnbot.domain.promo.uses import REVENUE_PREFIX, revenue_of, uses_partition
from vpnbot.storage.codec import SetAside
from vpnbot.storage.items_by_time import ItemsByTime
from vpnbot.storage.table import Record, translated_errors


class StoredPromoCodes(ItemsByTime[PromoCode]):
    """Implements the port `PromoCodes`. `set_aside` is called with the error of each one that cannot be read."""

    def __init__(self, set_aside: SetAside = lambda error: None) -> None:
        super().__init__(PROMOS, PromoCode, promo_key, lambda code: code.made_at, set_aside)

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
