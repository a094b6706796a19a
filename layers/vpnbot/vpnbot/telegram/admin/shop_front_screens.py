"""The screens of what customers see of the shop beside its prices, and of the history of all settings."""

from collections.abc import Callable, Sequence
from itertools import batched

from vpnbot.domain.payments.revisions import Revision
from vpnbot.domain.payments.setting_field import FRONT, OF_THE_DEPLOYMENT, RECORDED_AS, SettingField, value_of
from vpnbot.domain.payments.shop_settings import GIGABYTE, Front, ShopSettings, Switch
from vpnbot.telegram.admin.setting_phrases import NONE, changed_values, setting_name, setting_value
from vpnbot.telegram.admin.shop_callbacks import ShopAction
from vpnbot.telegram.messages.screen import Button, Paragraph, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

WITH_NONE = OF_THE_DEPLOYMENT | {
    SettingField.CONTACT,
    SettingField.TERMS_URL,
    SettingField.PRIVACY_URL,
    SettingField.NAME,
    SettingField.ZONE,
}
"""The settings whose question has a button for no value, or for the value of the deployment."""

FRONT_BUTTON = Button(phrase("button-shop-front"), action=ShopAction.FRONT.on())
FRONT_BACK = Button(phrase("button-back"), action=ShopAction.FRONT.on())
HISTORY_BUTTON = Button(phrase("button-shop-history"), action=ShopAction.HISTORY.on())
_SETTINGS = Button(phrase("button-back"), action=ShopAction.SETTINGS.on())


def front(shown: Front, stored: ShopSettings, undo: Button | None = None) -> Screen:
    """Return what customers see now; `undo` undoes the change just made."""
    trial = shown.trial
    zone = setting_value(SettingField.ZONE, value_of(stored, SettingField.ZONE))
    days = setting_value(SettingField.TRIAL_DAYS, str(trial.duration.days))
    gigabytes = setting_value(SettingField.TRIAL_GIGABYTES, str((trial.traffic_limit_bytes or 0) // GIGABYTE))
    lines = (
        phrase("shop-front-name", name=shown.name or NONE, zone=zone),
        phrase("shop-front-hours", hours=setting_value(SettingField.HOURS, str(shown.hours))),
        phrase("shop-front-trial", days=days, devices=trial.devices, gigabytes=gigabytes),
        phrase("shop-front-support", url=shown.support_url or NONE),
        phrase("shop-front-links", terms=shown.terms_url or NONE, privacy=shown.privacy_url or NONE),
    )
    fields = [_field(field, stored) for field in FRONT]
    return Screen(
        (phrase("shop-front"), lines),
        rows((undo,), *batched(fields, 2, strict=False), (HISTORY_BUTTON,), (_SETTINGS, ADMIN)),
    )


def _field(field: SettingField, stored: ShopSettings) -> Button:
    numbers = {SettingField.BROADCAST_RATE: stored.broadcast_rate, SettingField.TRIALS_A_DAY: stored.trials_a_day}
    if field in numbers:
        return Button(phrase(f"button-shop-{field}", present=numbers[field]), action=_asking(field))
    if field is not SettingField.DEVICE_LIMIT:
        return Button(phrase(f"button-shop-{field}"), action=_asking(field))
    other = Switch.OFF if stored.device_limit is Switch.ON else Switch.ON
    label = phrase(f"button-shop-{field}", present=setting_value(field, stored.device_limit))
    return Button(label, action=ShopAction.SET.on(field, other, stored.version))


def _asking(field: SettingField) -> str:
    return ShopAction.APPS.on() if field is SettingField.APPS else ShopAction.SETTING.on(field)


def undo_button(version: int, field: SettingField, label: Phrase) -> Button:
    """Return the button that undoes the change of a setting in a version of the settings."""
    return Button(label, action=ShopAction.UNDO.on(version, RECORDED_AS.get(field, field)))


def history(
    shown: Sequence[Revision], stored: ShopSettings, name_of: Callable[[str], str], *, older: str, first: bool
) -> Screen:
    """Return a page of the history. `name_of` names an actor; `older` leads to older rows, empty: there are none."""
    lines: list[Paragraph] = [phrase("shop-history" if shown else "shop-history-none")]
    undoing: list[Button] = []
    for each in shown:
        what, who = setting_name(each.field), name_of(each.actor)
        before, after = changed_values(each.field, each.before, each.after)
        lines.append(phrase("shop-history-line", at=each.at, who=who, what=what, before=before, after=after))
        known = next((field for field in SettingField if field == each.field), None)
        if known and value_of(stored, known) == each.after:
            undoing.append(undo_button(each.version, known, phrase("button-shop-undo-one", what=what)))
    newest = None if first else Button(phrase("button-acts-newest"), action=ShopAction.HISTORY.on())
    more = Button(phrase("button-acts-older"), action=ShopAction.HISTORY.on(older)) if older else None
    return Screen(tuple(lines), rows(*((undo,) for undo in undoing), (newest, more), (_SETTINGS, ADMIN)))
