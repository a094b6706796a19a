"""A setting of the shop as an operator types or chooses it, as a changed setting."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from vpnbot.domain.feed import WantedNews
from vpnbot.domain.offered_apps import checked, moved_up, switched
from vpnbot.domain.orders.provider_names import STARS
from vpnbot.domain.payments.setting_field import NONE, OF_THE_DEPLOYMENT, SettingField
from vpnbot.domain.payments.shop_settings import PaymentMode, Receipts, ShopSettings, Switch
from vpnbot.domain.plans.plan_field import whole_number
from vpnbot.domain.sending_window import typed_hours
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.shop import ShopMode

LONGEST_LINK = 200
_LINK = re.compile(r"https://[^\s/@?#]+\.[^\s/@?#]+([/?#]\S*)?")
_ZONE = re.compile(r"(?:UTC|GMT)|(?:UTC|GMT)?(?P<sign>[+-]?)(?P<hours>[0-9]{1,2})(?::(?P<minutes>00|30|45))?")
_CHAT_LINK = re.compile(r"tg://\S+")
_CHOICES: Mapping[SettingField, type[StrEnum]] = {
    SettingField.RECEIPTS: Receipts,
    SettingField.PAYMENT_MODE: PaymentMode,
    SettingField.NEWS: WantedNews,
    SettingField.MODE: ShopMode,
    SettingField.DEVICE_LIMIT: Switch,
    SettingField.INVITES: Switch,
    SettingField.WINBACK: Switch,
    SettingField.GIFTS: Switch,
}
"""The settings that are chosen, with their values."""
_NUMBERS = {
    SettingField.VAT_CODE: "vat_code",
    SettingField.REFUND_DAYS: "refund_days",
    SettingField.YEARS_AHEAD: "years_ahead",
    SettingField.ANSWER_HOURS: "answer_hours",
    SettingField.RETENTION_YEARS: "retention_years",
    SettingField.RETURNS_A_DAY: "returns_a_day",
    SettingField.COMPENSATION_DAYS: "compensation_days",
    SettingField.COMPENSATION_PEOPLE: "compensation_people",
    SettingField.BROADCAST_RATE: "broadcast_rate",
    SettingField.REWARD_DAYS: "reward_days",
    SettingField.WELCOME_DAYS: "welcome_days",
    SettingField.REWARD_MINIMUM: "reward_minimum",
    SettingField.REWARD_HOLD_DAYS: "reward_hold_days",
    SettingField.REWARDS_A_MONTH: "rewards_a_month",
    SettingField.WINBACK_PERCENT: "winback_percent",
    SettingField.WINBACK_DAYS: "winback_days",
    SettingField.TRIALS_A_DAY: "trials_a_day",
}
"""The settings that are whole numbers, with their fields."""


def with_setting(settings: ShopSettings, field: SettingField, text: str) -> ShopSettings:
    """Return the settings with one changed as the operator typed or chose it.

    Raises:
        BadInput: the text is not a value of this setting. Whether it is allowed, `check_settings` tells.
    """
    if not text.strip():
        raise BadInput("empty")
    if own := _OWN.get(field):
        return own(settings, text)
    match field:
        case _ if field in _CHOICES:
            chosen = _chosen(_CHOICES[field], text)
            return replace(settings, **{field.value: chosen})  # type: ignore[arg-type]  # named like its field
        case SettingField.BASE_CURRENCY:
            return replace(settings, base_currency=text.strip().upper())
        case SettingField.SUPPORT_URL | SettingField.TERMS_URL | SettingField.PRIVACY_URL:
            return _with_link(settings, field, text.strip())
        case SettingField.TRIAL_DAYS | SettingField.TRIAL_DEVICES | SettingField.TRIAL_GIGABYTES:
            number = None if text.strip() == NONE else whole_number(text)
            return replace(settings, **{field.value: number})  # type: ignore[arg-type]  # named like its field
        case _:
            return replace(settings, **{_NUMBERS[field]: whole_number(text)})  # type: ignore[arg-type]  # whole numbers


def restored(settings: ShopSettings, field: SettingField, text: str) -> ShopSettings:
    """Return the settings with one of them as it was, from what `value_of` returned then.

    Raises:
        BadInput: as `with_setting`.
    """
    if field is SettingField.PROVIDER:
        return replace(settings, providers=tuple(name for name in text.split(",") if name))
    if field is SettingField.APPS:
        return replace(settings, apps=checked(tuple(name for name in text.split(",") if name)))
    return with_setting(settings, field, text or NONE)


def zone_offset(text: str) -> timedelta:
    """Return how far a zone is ahead of UTC, from "+3", "UTC+5:30", "GMT-5" or "UTC".

    Raises:
        BadInput: `zone`.
    """
    typed = _ZONE.fullmatch(re.sub(r"\s", "", text).replace("\u2212", "-").upper())
    if typed is None:
        raise BadInput("zone")
    offset = timedelta(hours=int(typed["hours"] or 0), minutes=int(typed["minutes"] or 0))
    return -offset if typed["sign"] == "-" else offset


def _with_link(settings: ShopSettings, field: SettingField, text: str) -> ShopSettings:
    if text == NONE:
        return replace(settings, **{field.value: None if field in OF_THE_DEPLOYMENT else ""})  # type: ignore[arg-type]  # named like its field
    known = _LINK.fullmatch(text) or (field is SettingField.SUPPORT_URL and _CHAT_LINK.fullmatch(text))
    if not known or len(text) > LONGEST_LINK:
        raise BadInput("link")
    return replace(settings, **{field.value: text})  # type: ignore[arg-type]  # named like its field


def _switched(settings: ShopSettings, name: str) -> ShopSettings:
    if name in settings.providers:
        return replace(settings, providers=tuple(each for each in settings.providers if each != name))
    rule_shown = settings.stars_rule_shown or name != STARS
    return replace(settings, providers=(*settings.providers, name), stars_rule_shown=rule_shown)


def _earlier(settings: ShopSettings, name: str) -> ShopSettings:
    names = list(settings.providers)
    place = names.index(name) if name in names else 0
    if place:
        names[place - 1], names[place] = names[place], names[place - 1]
    return replace(settings, providers=tuple(names))


def _chosen[T: StrEnum](kind: type[T], text: str) -> T:
    found = next((each for each in kind if each == text), None)
    if found is None:
        raise BadInput("choice")
    return found


def _with_contact(settings: ShopSettings, text: str) -> ShopSettings:
    return replace(settings, fallback_contact="" if text.strip() == NONE else text.strip())


def _with_app(settings: ShopSettings, text: str) -> ShopSettings:
    return replace(settings, apps=() if text.strip() == NONE else switched(settings.apps, text))


def _with_app_earlier(settings: ShopSettings, text: str) -> ShopSettings:
    return replace(settings, apps=moved_up(settings.apps, text))


def _with_name(settings: ShopSettings, text: str) -> ShopSettings:
    return replace(settings, name="" if text.strip() == NONE else " ".join(text.split()))


def _with_zone(settings: ShopSettings, text: str) -> ShopSettings:
    if text.strip() == NONE:
        return replace(settings, zone_hours=None, zone_minutes=0)
    minutes = zone_offset(text) // timedelta(minutes=1)
    hours = minutes // 60 if minutes >= 0 else -(-minutes // 60)
    return replace(settings, zone_hours=hours, zone_minutes=minutes - 60 * hours)


def _with_hours(settings: ShopSettings, text: str) -> ShopSettings:
    if text.strip() == NONE:
        return replace(settings, sending_hours=None)
    hours = typed_hours(text)
    if hours is None:
        raise BadInput("hours")
    return replace(settings, sending_hours=hours)


_OWN: Mapping[SettingField, Callable[[ShopSettings, str], ShopSettings]] = {
    SettingField.PROVIDER: _switched,
    SettingField.EARLIER: _earlier,
    SettingField.CONTACT: _with_contact,
    SettingField.APPS: _with_app,
    SettingField.APP_EARLIER: _with_app_earlier,
    SettingField.NAME: _with_name,
    SettingField.ZONE: _with_zone,
    SettingField.HOURS: _with_hours,
}
"""The settings that are typed or chosen in a way of their own."""
