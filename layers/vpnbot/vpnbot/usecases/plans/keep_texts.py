"""Bring back a text that the staff have changed. To change one is a change of the settings of the shop."""

from vpnbot.domain.editable_texts import subject_of
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.staff.acts import ShopAct
from vpnbot.errors import Rejected
from vpnbot.usecases.plans.keep_settings import TEXT_FIELD, SettingsKept, change_settings
from vpnbot.usecases.ports import Context, Sales


def undo_text(sales: Sales, context: Context, version: int, key: str, entry: Entry) -> SettingsKept:
    """Save the text again that was there before a version of the settings.

    Raises:
        Rejected: this version has not changed this text, or it was changed again.
        Conflict, UnreadableItem, StorageUnavailable: as `change_settings`.
    """
    undone = sales.settings.revision(subject_of(key), version, TEXT_FIELD)

    def back(stored: ShopSettings) -> ShopSettings:
        if undone is None or stored.texts.get(key, "") != undone.after:
            raise Rejected("the text was changed again")
        return stored.with_text(key, undone.before)

    return change_settings(sales, context, back, entry, act=ShopAct.UNDO_TEXT)
