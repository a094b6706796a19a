"""The circuit breakers of the payment providers: one item for each that has failed, in the partition of the shop.

The settings of the shop are read with them by one Query, and cached for 30 seconds; so a tap reads nothing more.
"""

from vpnbot.domain.effects import Effect
from vpnbot.domain.payments.provider_breaker import ProviderBreaker
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.shop import SHOP
from vpnbot.errors import AlreadyDecided, ClaimLost, UnreadableItem
from vpnbot.storage.codec import SetAside, new_record, structured
from vpnbot.storage.plans.records import SHOP_LEDGER, breaker_key, unchanged
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.stored_item import Stored, read_item
from vpnbot.storage.table import Record
from vpnbot.storage.transaction import Action, Verb, action_of, transact
from vpnbot.storage.unknown_fields import keep_unknown


class StoredProviderBreakers:
    """Implements the port `ProviderBreakers`. `set_aside` is called with the error of one that cannot be read."""

    def __init__(self, settings: StoredShopSettings, set_aside: SetAside = lambda error: None) -> None:
        self._settings = settings
        self._set_aside = set_aside

    def known(self, provider: str) -> ProviderBreaker | None:
        """Return the breaker of a provider, up to 30 seconds old; None after a success.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return self._breaker(self._settings.stored_beside().get(breaker_key(provider)))

    def read(self, provider: str) -> ProviderBreaker | None:
        """Return the breaker of a provider, strongly consistent; None after a success.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        key = breaker_key(provider)
        stored = read_item(SHOP, key)
        self._settings.remember_beside(key, stored)
        return self._breaker(stored)

    def save(
        self,
        provider: str,
        before: ProviderBreaker | None,
        after: ProviderBreaker | None,
        entry: Entry | None = None,
        effects: tuple[Effect, ...] = (),
    ) -> bool:
        """Store a change (`after` None: a success) with its ledger entry and effects; False if another came first.

        Raises:
            Conflict: another transaction is changing one of the items.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the change was stored.
        """
        key = breaker_key(provider)
        condition = unchanged(0 if before is None else before.version)
        if after is None:
            change = Action(Verb.DELETE, Record(SHOP, key), condition, ClaimLost(key))
        else:
            record = new_record(SHOP, key, after)
            record.version = after.version + 1
            known = self._settings.stored_beside().get(key) if before is not None else None
            change = Action(Verb.SAVE, keep_unknown(record, after, known), condition, ClaimLost(key))
        actions = [change, *map(action_of, effects)]
        if entry is not None:
            record = SHOP_LEDGER.record(entry)
            actions.append(Action(Verb.SAVE, record, Record.pk.does_not_exist(), AlreadyDecided(entry.cause)))
        try:
            transact(actions)
        except (ClaimLost, AlreadyDecided):
            return False
        finally:
            self._settings.clear()
        return True

    def _breaker(self, stored: Stored | None) -> ProviderBreaker | None:
        """Return the breaker in an item; one that this version cannot read is counted, and as if there were none."""
        if stored is None:
            return None
        try:
            return structured(stored, ProviderBreaker)
        except UnreadableItem as error:
            self._set_aside(error)
            return None
