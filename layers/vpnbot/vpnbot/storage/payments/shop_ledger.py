"""The ledger of decisions about money that belong to no person: it is that of the settings of the shop."""

from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import Conflict
from vpnbot.storage.plans.records import SHOP_LEDGER
from vpnbot.storage.transaction import action_of


class StoredShopLedger:
    """Implements the port `ShopLedger`."""

    def record(self, entry: Entry, *effects: Effect) -> None:
        """Write an entry and the effects in one transaction.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Conflict: an item that must be new exists, or another transaction is changing one of the items.
            StorageUnavailable: DynamoDB did not answer; a second call with the same cause is safe.
        """
        more: dict[str, object] = {}
        if entry.order is not None:
            more["order"] = entry.order
        if entry.money is not None:
            more["money"] = {"minor": entry.money.amount_minor, "currency": entry.money.currency}
        with SHOP_LEDGER.decided(entry, Conflict("one of the items has changed"), more) as transaction:
            for effect in effects:
                action_of(effect).add_to(transaction)
