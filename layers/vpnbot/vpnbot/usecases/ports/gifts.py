"""The port for gifts."""

from typing import Protocol

from vpnbot.domain.gifts.gift import Gift


class Gifts(Protocol):
    """The stored gifts. They are written with the decisions about their buyers and those who open them."""

    def get(self, gift_id: str) -> Gift | None:
        """Return a gift, strongly consistent; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
            StorageUnavailable: the storage did not answer.
        """
        ...
