"""A setting of the shop in words, the same on its screen, in its question, in the history and in the log of acts."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import reduce

from vpnbot.domain.feed import WantedNews
from vpnbot.domain.keys.vpn_apps import Platform
from vpnbot.domain.offered_apps import offered_apps
from vpnbot.domain.payments.setting_field import OF_THE_DEPLOYMENT, SettingField
from vpnbot.domain.payments.setting_input import zone_offset
from vpnbot.domain.payments.shop_settings import PaymentMode, Receipts, Switch
from vpnbot.domain.sending_window import ANY_TIME
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.shop import ShopMode
from vpnbot.localization.formatting import offset_name
from vpnbot.telegram.customer.connect_screens import platform_name
from vpnbot.telegram.customer.payment_words import service_name
from vpnbot.telegram.messages.screen import Argument, Phrase, phrase
from vpnbot.telegram.messages.text_length import shortened

NONE = "–"
"""What is shown for no value."""
_LONGEST = 40
_CHOICES: Mapping[SettingField, tuple[Collection[str], Callable[[str], str]]] = {
    SettingField.RECEIPTS: (frozenset(Receipts), lambda value: f"shop-receipts-{value}"),
    SettingField.PAYMENT_MODE: (frozenset(PaymentMode), lambda value: f"shop-mode-{value}"),
    SettingField.NEWS: (frozenset(WantedNews), lambda value: f"shop-news-{value}"),
    SettingField.MODE: (frozenset(ShopMode), lambda value: f"button-shop-is-{value}"),
    SettingField.DEVICE_LIMIT: (frozenset(Switch), lambda value: f"shop-switch-{value}"),
    SettingField.INVITES: (frozenset(Switch), lambda value: f"shop-switch-{value}"),
    SettingField.WINBACK: (frozenset(Switch), lambda value: f"shop-switch-{value}"),
    SettingField.GIFTS: (frozenset(Switch), lambda value: f"shop-switch-{value}"),
}
"""The settings that are chosen: their values, and the message that words one of these."""
_WITH_UNITS = frozenset(
    {
        SettingField.REFUND_DAYS,
        SettingField.ANSWER_HOURS,
        SettingField.TRIAL_DAYS,
        SettingField.TRIAL_GIGABYTES,
        SettingField.BROADCAST_RATE,
        SettingField.REWARD_DAYS,
        SettingField.WELCOME_DAYS,
        SettingField.REWARD_HOLD_DAYS,
        SettingField.WINBACK_PERCENT,
        SettingField.WINBACK_DAYS,
    }
)
"""The numbers that are shown with a unit, by the message `shop-value-<setting>`."""


def setting_name(field: str) -> Argument:
    """Return what a setting is called; one of a later release is shown as it is stored."""
    return phrase(f"shop-name-{field}") if field in frozenset(SettingField) else field


def setting_value(field: str, stored: str, *, longest: int = _LONGEST) -> Argument:
    """Return a value in words, from what `value_of` returned for it; a later release's is shown as it is stored.

    A text has at most `longest` characters.
    """
    known = next((each for each in SettingField if each == field), None)
    if known is not None and known in _CHOICES:
        return setting_choice(known, stored)
    if known is not None and known in _OWN:
        return _OWN[known](stored)
    if not stored:
        return phrase("shop-value-deployed") if known in OF_THE_DEPLOYMENT else NONE
    if known is not None and stored.isascii() and stored.isdecimal():
        number = int(stored)
        return phrase(f"shop-value-{known}", number=number) if known in _WITH_UNITS else number
    return shortened(stored, longest)


def setting_choice(field: SettingField, value: str) -> Phrase | str:
    """Return one of the values among which a setting is chosen; one of a later release as it is stored."""
    values, message = _CHOICES[field]
    return phrase(message(value)) if value in values else value


def changed_values(field: str, before: str, after: str) -> tuple[Argument, Argument]:
    """Return both values of a change in words; of the apps those of the platforms whose apps have changed."""
    if field != SettingField.APPS:
        return setting_value(field, before), setting_value(field, after)
    old, new = _names(before), _names(after)
    places = [each for each in Platform if offered_apps(each, old) != offered_apps(each, new)]
    return _apps_of(old, places), _apps_of(new, places)


def listed(items: Iterable[Phrase | str]) -> Phrase | str:
    """Return several names as one argument, with commas between them; of none a dash."""
    first, *others = [*items] or [NONE]
    return reduce(_joined, others, first)


def _joined(known: Phrase | str, last: Phrase | str) -> Phrase | str:
    return phrase("shop-value-list", first=known, last=last)


def _zone(stored: str) -> Argument:
    try:
        return offset_name(zone_offset(stored)) if stored else phrase("shop-zone-own")
    except BadInput:
        return stored


def _hours(stored: str) -> Argument:
    if stored == str(ANY_TIME):
        return phrase("shop-any-time")
    return stored or phrase("shop-value-deployed")


def _providers(stored: str) -> Argument:
    return listed([service_name(name) for name in _names(stored)])


def _apps(stored: str) -> Argument:
    chosen = _names(stored)
    return _apps_of(chosen, [each for each in Platform if any(name.startswith(f"{each}.") for name in chosen)])


def _apps_of(chosen: tuple[str, ...], places: Collection[Platform]) -> Argument:
    """Return which apps are offered on these platforms; on none: all known ones, on each platform."""
    return listed([platform_apps(each, chosen) for each in places]) if places else phrase("shop-value-all_apps")


def platform_apps(platform: Platform, chosen: tuple[str, ...]) -> Phrase:
    """Return which apps are offered on a platform, by the stored choice."""
    titles = ", ".join(app.title for app in offered_apps(platform, chosen))
    return phrase("shop-apps-of", platform=platform_name(platform), apps=titles)


def _names(stored: str) -> tuple[str, ...]:
    return tuple(filter(None, stored.split(",")))


_OWN: Mapping[SettingField, Callable[[str], Argument]] = {
    SettingField.ZONE: _zone,
    SettingField.HOURS: _hours,
    SettingField.PROVIDER: _providers,
    SettingField.APPS: _apps,
}
"""The settings that are shown in a way of their own."""
