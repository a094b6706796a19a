"""Gifts: each has a partition of its own. They are written by the effect `Replace` of decisions about people.

| item | pk        | sk   | written                                                          |
|------|-----------|------|------------------------------------------------------------------|
| Gift | GIFT#gift | GIFT | with the payment, each new link, the opening, refunds, reminders |

It is deleted five years after the payment (TTL).
"""

from vpnbot.domain.gifts.gift import GIFT_KEY, Gift, gift_partition
from vpnbot.storage.codec import structured
from vpnbot.storage.stored_item import read_item


class StoredGifts:
    """Implements the port `Gifts`."""

    def get(self, gift_id: str) -> Gift | None:
        """Return a gift, strongly consistent; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(gift_partition(gift_id), GIFT_KEY)
        return None if stored is None else structured(stored, Gift)
