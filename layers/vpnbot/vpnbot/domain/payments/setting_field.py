"""The settings of the shop that an operator changes one at a time, and their values as text."""

from collections.abc import Iterator
from enum import StrEnum

from vpnbot.domain.orders.provider_names import STARS
from vpnbot.domain.payments.shop_settings import (
    GIGABYTE,
    Front,
    ShopSettings,
    signed_offset,
)


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
    TRIALS_A_DAY = "trials_a_day"
    DEVICE_LIMIT = "device_limit"
    GIFTS = "gifts"
    TERMS_URL = "terms_url"
    PRIVACY_URL = "privacy_url"
    BROADCAST_RATE = "broadcast_rate"
    INVITES = "invites"
    REWARD_DAYS = "reward_days"
    WELCOME_DAYS = "welcome_days"
    REWARD_MINIMUM = "reward_minimum"
    REWARD_HOLD_DAYS = "reward_hold_days"
    REWARDS_A_MONTH = "rewards_a_month"
    WINBACK = "winback"
    WINBACK_PERCENT = "winback_percent"
    WINBACK_DAYS = "winback_days"
    NAME = "name"
    ZONE = "zone_hours"
    HOURS = "sending_hours"
    APPS = "apps"
    APP_EARLIER = "app_earlier"


FRONT = (
    SettingField.NAME,
    SettingField.ZONE,
    SettingField.HOURS,
    SettingField.APPS,
    SettingField.TRIAL_DAYS,
    SettingField.TRIAL_DEVICES,
    SettingField.TRIAL_GIGABYTES,
    SettingField.TRIALS_A_DAY,
    SettingField.DEVICE_LIMIT,
    SettingField.SUPPORT_URL,
    SettingField.TERMS_URL,
    SettingField.PRIVACY_URL,
    SettingField.BROADCAST_RATE,
)
"""The settings that are not about money."""

INVITATIONS = (
    SettingField.INVITES,
    SettingField.REWARD_DAYS,
    SettingField.WELCOME_DAYS,
    SettingField.REWARD_MINIMUM,
    SettingField.REWARD_HOLD_DAYS,
    SettingField.REWARDS_A_MONTH,
)
"""The settings of invitations."""

WINBACKS = (SettingField.WINBACK, SettingField.WINBACK_PERCENT, SettingField.WINBACK_DAYS)
"""The settings of the discount that is offered after the end of paid time."""

SWITCHES = frozenset(
    {
        SettingField.PROVIDER,
        SettingField.EARLIER,
        SettingField.APPS,
        SettingField.APP_EARLIER,
        SettingField.DEVICE_LIMIT,
        SettingField.INVITES,
        SettingField.WINBACK,
    }
)
"""The settings that a button switches, or of which it moves one part."""

CHOSEN = SWITCHES | {
    SettingField.RECEIPTS,
    SettingField.PAYMENT_MODE,
    SettingField.NEWS,
    SettingField.MODE,
    SettingField.GIFTS,
}
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
