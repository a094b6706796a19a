"""The settings of the shop that an operator changes one at a time, as they are typed or chosen."""

from dataclasses import replace
from enum import StrEnum

from vpnbot.domain.feed import WantedNews
from vpnbot.domain.orders.provider_names import STARS
from vpnbot.domain.payments.shop_settings import PaymentMode, Receipts, ShopSettings
from vpnbot.domain.plans.plan_field import whole_number
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.shop import ShopMode


class SettingField(StrEnum):
    """A setting that can be changed.

    PROVIDER switches a provider on or off, EARLIER offers it before the one above it.
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
    BASE_CURRENCY = "base_currency"
    NEWS = "news"
    MODE = "mode"


_NUMBERS = {
    SettingField.VAT_CODE: "vat_code",
    SettingField.REFUND_DAYS: "refund_days",
    SettingField.YEARS_AHEAD: "years_ahead",
    SettingField.ANSWER_HOURS: "answer_hours",
    SettingField.RETENTION_YEARS: "retention_years",
    SettingField.RETURNS_A_DAY: "returns_a_day",
}
"""The settings that are whole numbers, with their fields."""


def with_setting(settings: ShopSettings, field: SettingField, text: str) -> ShopSettings:
    """Return the settings with one changed as the operator typed or chose it.

    Raises:
        BadInput: the text is not a value of this setting. Whether it is allowed, `check_settings` tells.
    """
    match field:
        case SettingField.PROVIDER:
            return _switched(settings, text)
        case SettingField.EARLIER:
            return _earlier(settings, text)
        case SettingField.RECEIPTS:
            return replace(settings, receipts=_chosen(Receipts, text))
        case SettingField.PAYMENT_MODE:
            return replace(settings, payment_mode=_chosen(PaymentMode, text))
        case SettingField.NEWS:
            return replace(settings, news=_chosen(WantedNews, text))
        case SettingField.MODE:
            return replace(settings, mode=_chosen(ShopMode, text))
        case SettingField.CONTACT:
            return replace(settings, fallback_contact="" if text.strip() == "-" else text.strip())
        case SettingField.BASE_CURRENCY:
            return replace(settings, base_currency=text.strip().upper())
        case _:
            return replace(settings, **{_NUMBERS[field]: whole_number(text)})  # type: ignore[arg-type]  # whole numbers


def shows_stars_rule(settings: ShopSettings, field: SettingField, text: str) -> bool:
    """Tell whether an operator has to read first what Telegram requires, before this change is made.

    It is shown once, when a provider other than Telegram Stars is switched on.
    """
    switches_on = field is SettingField.PROVIDER and text not in settings.providers
    return switches_on and text != STARS and not settings.stars_rule_shown


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
