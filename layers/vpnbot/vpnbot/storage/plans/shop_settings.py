"""The stored settings of the shop: one item, read with the breakers of the providers, and cached for 30 seconds."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import copy_context
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from vpnbot.domain.effects import Effect
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.opening import Opening
from vpnbot.domain.shop import SHOP
from vpnbot.errors import Conflict, UnreadableItem, VpnbotError
from vpnbot.storage.cached import Cached
from vpnbot.storage.codec import SetAside, structured
from vpnbot.storage.plans.records import (
    SETTINGS,
    SETTINGS_AND_BREAKERS,
    SHOP_LEDGER,
    opening_record,
    settings_change,
    settings_record,
    unchanged,
)
from vpnbot.storage.stored_item import Stored, read_item, read_partition
from vpnbot.storage.table import Record, from_text, query_backwards, translated_errors
from vpnbot.storage.transaction import action_of
from vpnbot.storage.unknown_fields import keep_unknown

if TYPE_CHECKING:
    from vpnbot.domain.payments.revisions import Revision

_LAST_VERSION = 99_999_999


class StoredShopSettings:
    """Implements the port `ShopSettingsStore`.

    `defaults` are the settings as long as none are stored. `set_aside` is called with the error if the item cannot be
    read. `monotonic` returns seconds.
    """

    def __init__(
        self,
        defaults: ShopSettings | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        set_aside: SetAside = lambda error: None,
    ) -> None:
        self._defaults = defaults or ShopSettings()
        self._set_aside = set_aside
        self._beside: dict[str, Stored] = {}
        self._cached = Cached(self._read, monotonic)

    def load(self, *, fresh: bool = False) -> ShopSettings:
        """Return the settings, up to 30 seconds old unless `fresh`.

        Raises:
            UnreadableItem: another version has written them in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        return self._cached.get(fresh=fresh)

    def read_beside[T](self, read: Callable[[], T]) -> T:
        """Call `read`, and at the same time read the settings if there are none of the last 30 seconds.

        So the caller waits once for DynamoDB. If the settings cannot be read, the next `load` says so.

        Raises:
            Exception: what `read` raises.
        """
        if self._cached.fresh:
            return read()
        beside = Thread(target=copy_context().run, args=(self._read_quietly,), name="settings", daemon=True)
        beside.start()
        try:
            return read()
        finally:
            beside.join()

    def save(
        self,
        before: ShopSettings,
        after: ShopSettings,
        entry: Entry,
        opening: Opening | None = None,
        *effects: Effect,
    ) -> None:
        """Replace the settings, execute the effects, and open the shop if there is an opening.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Conflict: the settings were changed meanwhile.
            UnreadableItem: as `load`.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the settings were stored.
        """
        changed = replace(after, version=before.version + 1)
        conflict = Conflict("the settings of the shop have changed meanwhile")
        try:
            with SHOP_LEDGER.decided(entry, conflict, settings_change(before, changed)) as transaction:
                self.add_to(transaction, before, after)
                if opening is not None:
                    transaction.save(opening_record(opening))
                for effect in effects:
                    action_of(effect).add_to(transaction)
        finally:
            self._cached.clear()

    def observe(self, before: ShopSettings, after: ShopSettings) -> bool:
        """Replace the settings without a decision of an operator; False, and no change, if they were changed.

        Raises:
            UnreadableItem: as `load`.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the settings were stored.
        """
        record, condition = self._write(before, after)
        try:
            with translated_errors():
                record.save(condition=condition)
        except PutError:
            return False
        finally:
            self._cached.clear()
        return True

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the settings has this cause.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return SHOP_LEDGER.has(cause)

    def revision(self, subject: str, version: int, field: str) -> "Revision | None":
        """Return the row of the history for one changed value; None if there is none.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        from vpnbot.domain.payments.revisions import HISTORY, Revision

        stored = read_item(HISTORY, Revision.key_of(subject, version, field))
        return None if stored is None else _revision(stored)

    def revisions(self, subject: str, *, before: str = "", limit: int = 10) -> "Sequence[Revision]":
        """Return at most `limit` rows of the history, the newest first; with `before`, those older than this key.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        from vpnbot.domain.payments.revisions import HISTORY, revision_key

        first, last = revision_key(subject, 0), before or f"{revision_key(subject, _LAST_VERSION)}~"
        raw = query_backwards(HISTORY, first, last, limit=limit + bool(before))
        found = (_revision(stored) for stored in map(Stored.of, raw) if stored.sk != before)
        return tuple(found)[:limit]

    @property
    def known(self) -> ShopSettings:
        """The settings as read last, however old; nothing is read now."""
        return self._cached.known or self._defaults

    def stored_beside(self) -> Mapping[str, Stored]:
        """Return the items that were read with the settings by their sort keys, up to 30 seconds old.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with suppress(UnreadableItem):  # only the settings
            self._cached.get()
        return self._beside

    def remember_beside(self, key: str, stored: Stored | None) -> None:
        """Replace one of these items by what was read now; None: there is no such item."""
        beside = {name: item for name, item in self._beside.items() if name != key}
        self._beside = beside if stored is None else {**beside, key: stored}

    def add_to(self, transaction: TransactWrite, before: ShopSettings, after: ShopSettings) -> None:
        """Add the write to a transaction; the caller calls `clear` when it has ended."""
        record, condition = self._write(before, after)
        transaction.save(record, condition=condition)

    def clear(self) -> None:
        """Read the settings again at the next load."""
        self._cached.clear()

    def _read_quietly(self) -> None:
        with suppress(VpnbotError):
            self._cached.get()

    def _write(self, before: ShopSettings, after: ShopSettings) -> tuple[Record, Condition]:
        changed = replace(after, version=before.version + 1)
        record = settings_record(changed)
        stored = read_item(SHOP, SETTINGS)
        if stored is not None and stored.version == before.version:
            structured(stored, ShopSettings)
            keep_unknown(record, changed, stored)
        return record, unchanged(before.version)

    def _read(self) -> ShopSettings:
        found = {item.sk: item for item in read_partition(SHOP, SETTINGS_AND_BREAKERS)}
        stored, self._beside = found.pop(SETTINGS, None), found
        if stored is None:
            return self._defaults
        try:
            return structured(stored, ShopSettings)
        except UnreadableItem as error:
            self._set_aside(error)
            raise


def _revision(stored: Stored) -> "Revision":
    from vpnbot.domain.payments.revisions import revision_of

    return revision_of(stored.sk, stored.body, from_text(str(stored.attributes["at"])))
