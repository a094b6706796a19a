"""The ledger of decisions about money that belong to no person: it is that of the settings of the shop."""

from datetime import UTC, datetime, timedelta

from pynamodb.exceptions import UpdateError

from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.shop import SHOP
from vpnbot.errors import Conflict
from vpnbot.storage.codec import epoch
from vpnbot.storage.plans.records import SHOP_LEDGER
from vpnbot.storage.table import Record, translated_errors
from vpnbot.storage.transaction import action_of

_COUNTER_KEPT = timedelta(days=3)


class StoredShopLedger:
    """Implements the port `ShopLedger`."""

    def record(self, entry: Entry, *effects: Effect) -> None:
        """Write an entry and the effects in one transaction.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Conflict: an item that must be new exists, or another transaction is changing one of the items.
            StorageUnavailable: DynamoDB did not answer; a second call with the same cause is safe.
        """
        with SHOP_LEDGER.decided(entry, Conflict("one of the items has changed"), more_of(entry)) as transaction:
            for effect in effects:
                action_of(effect).add_to(transaction)

    def take_return(self, day: str, limit: int) -> bool:
        """Count a payment that is sent back without an operator; False, and no change, at the limit of this day.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the return may have been counted.
        """
        if limit <= 0:
            return False
        record = Record(SHOP, f"RETURNS#{day}")
        expires = datetime.fromisoformat(day).replace(tzinfo=UTC) + _COUNTER_KEPT
        try:
            with translated_errors():
                record.update(
                    actions=[Record.taken.add(1), Record.expires_at.set(epoch(expires))],
                    condition=Record.taken.does_not_exist() | (Record.taken < limit),
                )
        except UpdateError:
            return False
        return True


def more_of(entry: Entry) -> dict[str, object]:
    """Return the fields of an entry about money that the ledger of the shop keeps besides the usual ones."""
    more: dict[str, object] = {}
    if entry.order is not None:
        more["order"] = entry.order
    if entry.money is not None:
        more["money"] = {"minor": entry.money.amount_minor, "currency": entry.money.currency}
    return more
