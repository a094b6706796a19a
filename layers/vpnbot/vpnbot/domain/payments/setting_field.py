"""The settings of the shop that an operator changes one at a time, as they are typed or chosen."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from vpnbot.domain.feed import WantedNews
from vpnbot.domain.offered_apps import checked, moved_up, switched
from vpnbot.domain.orders.provider_names import STARS
from vpnbot.domain.payments.shop_settings import (
    GIGABYTE,
    Front,
    PaymentMode,
    Receipts,
    ShopSettings,
    Switch,
    signed_offset,
)
from vpnbot.domain.plans.plan_field import whole_number
from vpnbot.domain.sending_window import typed_hours
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.shop import ShopMode


class SettingField(StrEnum):
    """A setting that can be changed.

    PROVIDER and APPS switch a provider or an app on or off, EARLIER and APP_EARLIER offer it before the one above it.
    """

    PROVIDER = "provider"
    EARLIER = "earlier"
    RECEIPTS = "receipts"
    VAT_CODE = "vat_code"
    PAYMENT_MODE = "payment_mode"
    CONTACT = "contact"
    REFUND_DAYS = "refund_days"
    YEARS_AHEAD = "years_ahead"
    ANSWER_HOURS = "answer_hours"
    RETENTION_YEARS = "retention_years"
    RETURNS_A_DAY = "returns_a_day"
    COMPENSATION_DAYS = "compensation_days"
    COMPENSATION_PEOPLE = "compensation_people"
    BASE_CURRENCY = "base_currency"
    NEWS = "news"
    MODE = "mode"
    SUPPORT_URL = "support_url"
    TRIAL_DAYS = "trial_days"
    TRIAL_DEVICES = "trial_devices"
    TRIAL_GIGABYTES = "trial_gigabytes"
    DEVICE_LIMIT = "device_limit"
    TERMS_URL = "terms_url"
    PRIVACY_URL = "privacy_url"
    BROADCAST_RATE = "broadcast_rate"
    NAME = "name"
    ZONE = "zone_hours"
    HOURS = "sending_hours"
    APPS = "apps"
    APP_EARLIER = "app_earlier"


_CHOICES: Mapping[SettingField, type[StrEnum]] = {
    SettingField.RECEIPTS: Receipts,
    SettingField.PAYMENT_MODE: PaymentMode,
    SettingField.NEWS: WantedNews,
    SettingField.MODE: ShopMode,
    SettingField.DEVICE_LIMIT: Switch,
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
}
"""The settings that are whole numbers, with their fields."""

FRONT = (
    SettingField.NAME,
    SettingField.ZONE,
    SettingField.HOURS,
    SettingField.APPS,
    SettingField.TRIAL_DAYS,
    SettingField.TRIAL_DEVICES,
    SettingField.TRIAL_GIGABYTES,
    SettingField.DEVICE_LIMIT,
    SettingField.SUPPORT_URL,
    SettingField.TERMS_URL,
    SettingField.PRIVACY_URL,
    SettingField.BROADCAST_RATE,
)
"""The settings that are not about money."""

SWITCHES = frozenset(
    {
        SettingField.PROVIDER,
        SettingField.EARLIER,
        SettingField.APPS,
        SettingField.APP_EARLIER,
        SettingField.DEVICE_LIMIT,
    }
)
"""The settings that a button switches, or of which it moves one part."""

CHOSEN = SWITCHES | {SettingField.RECEIPTS, SettingField.PAYMENT_MODE, SettingField.NEWS, SettingField.MODE}
"""The settings of which no value is typed in the chat: its buttons have the values."""

RECORDED_AS = {SettingField.EARLIER: SettingField.PROVIDER, SettingField.APP_EARLIER: SettingField.APPS}
"""The settings whose changes the history has under another one, which has the value."""

OF_THE_DEPLOYMENT = frozenset(
    {
        SettingField.HOURS,
        SettingField.SUPPORT_URL,
        SettingField.TRIAL_DAYS,
        SettingField.TRIAL_DEVICES,
        SettingField.TRIAL_GIGABYTES,
    }
)
"""The settings whose first value is that of the deployment; None: it holds."""

NONE = "-"
"""What is typed for no value, or for the value of the deployment."""

LONGEST_LINK = 200
_LINK = re.compile(r"https://[^\s/@?#]+\.[^\s/@?#]+([/?#]\S*)?")
_ZONE = re.compile(r"(?:UTC|GMT)|(?:UTC|GMT)?(?P<sign>[+-]?)(?P<hours>[0-9]{1,2})(?::(?P<minutes>00|30|45))?")
_CHAT_LINK = re.compile(r"tg://\S+")


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


def value_of(settings: ShopSettings, field: SettingField) -> str:
    """Return the value of a setting as text, as `restored` takes it; empty: there is none.

    The order of the providers is in the value of PROVIDER; EARLIER has none.
    """
    match field:
        case SettingField.PROVIDER:
            return ",".join(settings.providers)
        case SettingField.APPS:
            return ",".join(settings.apps)
        case SettingField.EARLIER | SettingField.APP_EARLIER:
            return ""
        case SettingField.ZONE:
            return "" if settings.zone is None else signed_offset(settings.zone)
        case SettingField.CONTACT:
            return settings.fallback_contact
        case _:
            value = getattr(settings, field.value)
            return "" if value is None else str(value)


def first_value(first: Front, field: SettingField) -> str:
    """Return the value of the deployment, which holds until one is saved; empty: it has none for this setting."""
    match field:
        case SettingField.TRIAL_DAYS:
            return str(first.trial.duration.days)
        case SettingField.TRIAL_DEVICES:
            return str(first.trial.devices)
        case SettingField.TRIAL_GIGABYTES:
            return str((first.trial.traffic_limit_bytes or 0) // GIGABYTE)
        case SettingField.HOURS:
            return str(first.hours)
        case SettingField.SUPPORT_URL:
            return first.support_url or ""
        case _:
            return ""


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


def changed_fields(before: ShopSettings, after: ShopSettings) -> Iterator[SettingField]:
    """Yield the settings that differ."""
    for field in SettingField:
        if value_of(before, field) != value_of(after, field):
            yield field


def shows_stars_rule(settings: ShopSettings, field: SettingField, text: str) -> bool:
    """Tell whether an operator has to read first what Telegram requires, before this change is made.

    It is shown once, when a provider other than Telegram Stars is switched on.
    """
    switches_on = field is SettingField.PROVIDER and text not in settings.providers
    return switches_on and text != STARS and not settings.stars_rule_shown


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
