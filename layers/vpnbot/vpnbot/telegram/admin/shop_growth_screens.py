"""The screens of settings that belong together, each with a switch: invitations, and the discount to come back."""

from dataclasses import dataclass

from vpnbot.domain.payments.setting_field import INVITATIONS, WINBACKS, SettingField, value_of
from vpnbot.domain.payments.shop_settings import ShopSettings, Switch
from vpnbot.telegram.admin.setting_phrases import setting_value
from vpnbot.telegram.admin.shop_callbacks import ShopAction
from vpnbot.telegram.admin.shop_front_screens import HISTORY_BUTTON
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

_SETTINGS = Button(phrase("button-back"), action=ShopAction.SETTINGS.on())


@dataclass(frozen=True, slots=True)
class Group:
    """Settings with a screen of their own. The first of `fields` switches them; `name` is in the ids of messages."""

    name: str
    fields: tuple[SettingField, ...]
    action: ShopAction

    @property
    def button(self) -> Button:
        """The button that leads to the screen."""
        return Button(phrase(f"button-shop-{self.name}"), action=self.action.on())

    @property
    def back(self) -> Button:
        """The button that leads back to the screen."""
        return Button(phrase("button-back"), action=self.action.on())


INVITES = Group("invitations", INVITATIONS, ShopAction.INVITES)
WINBACK = Group("winbacks", WINBACKS, ShopAction.WINBACK)
GROUPS = (INVITES, WINBACK)


def group_of(field: SettingField) -> Group | None:
    """Return the group of a setting; None: it has none."""
    return next((group for group in GROUPS if field in group.fields), None)


def settings_of(group: Group, stored: ShopSettings, undo: Button | None = None) -> Screen:
    """Return the settings of a group, and what they mean now; `undo` undoes the change just made."""
    switch = value_of(stored, group.fields[0])
    text = phrase(f"shop-{group.name}-{switch}")
    fields = ((_field(field, group, stored),) for field in group.fields)
    heading = phrase(f"shop-{group.name}")
    return Screen((heading, text), rows((undo,), *fields, (HISTORY_BUTTON,), (_SETTINGS, ADMIN)))


def _field(field: SettingField, group: Group, stored: ShopSettings) -> Button:
    present = value_of(stored, field)
    label = phrase(f"button-shop-{field}", present=setting_value(field, present))
    if field is not group.fields[0]:
        return Button(label, action=ShopAction.SETTING.on(field))
    other = Switch.OFF if present == Switch.ON else Switch.ON
    return Button(label, action=ShopAction.SET.on(field, other, stored.version))
