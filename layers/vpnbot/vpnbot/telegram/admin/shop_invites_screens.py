"""The screen of the settings of invitations."""

from vpnbot.domain.payments.setting_field import INVITATIONS, SettingField, value_of
from vpnbot.domain.payments.shop_settings import ShopSettings, Switch
from vpnbot.telegram.admin.setting_phrases import setting_value
from vpnbot.telegram.admin.shop_callbacks import ShopAction
from vpnbot.telegram.admin.shop_front_screens import HISTORY_BUTTON
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

INVITES_BUTTON = Button(phrase("button-shop-invitations"), action=ShopAction.INVITES.on())
INVITES_BACK = Button(phrase("button-back"), action=ShopAction.INVITES.on())
_SETTINGS = Button(phrase("button-back"), action=ShopAction.SETTINGS.on())


def invites(stored: ShopSettings, undo: Button | None = None) -> Screen:
    """Return what an invitation brings now; `undo` undoes the change just made."""
    text = phrase("shop-invitations-on" if stored.invites is Switch.ON else "shop-invitations-off")
    fields = ((_field(field, stored),) for field in INVITATIONS)
    return Screen((phrase("shop-invitations"), text), rows((undo,), *fields, (HISTORY_BUTTON,), (_SETTINGS, ADMIN)))


def _field(field: SettingField, stored: ShopSettings) -> Button:
    label = phrase(f"button-shop-{field}", present=setting_value(field, value_of(stored, field)))
    if field is not SettingField.INVITES:
        return Button(label, action=ShopAction.SETTING.on(field))
    other = Switch.OFF if stored.invites is Switch.ON else Switch.ON
    return Button(label, action=ShopAction.SET.on(field, other, stored.version))
