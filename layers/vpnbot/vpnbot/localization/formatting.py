"""Times, durations and amounts of money as text in a language; times include their time zone."""

from datetime import datetime, timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.payments.shop_settings import signed_offset
from vpnbot.localization.messages import Messages

_WITH_A_SIGN = frozenset({"RUB", "XTR", "USD", "EUR"})
"""The currencies that have a message of their own; any other is shown with its code."""


def format_time(messages: Messages, language: str, moment: datetime, *, zone_of: str | None = None) -> str:
    """Return a time as "25 Nov, 14:05 UTC", in the zone of the shop; without one, in that of the language.

    `zone_of` is another language whose zone is used.
    """
    local, zone = moment + messages.zone(zone_of or language), zone_name(messages, language, zone_of)
    return messages.text(
        language, "moment", {"day": local.day, "month": local.month, "clock": f"{local:%H:%M}", "zone": zone}
    )


def zone_name(messages: Messages, language: str, zone_of: str | None = None) -> str:
    """Return the name of the zone of times, as "UTC", "UTC+5" or a name that people who speak the language know."""
    zone, hour = messages.zone(zone_of or language), timedelta(hours=1)
    if zone % hour:
        return offset_name(zone)
    return messages.text(language, "zone-name", {"hours": zone // hour, "offset": offset_name(zone)})


def offset_name(offset: timedelta) -> str:
    """Return a zone as it is typed: "UTC", "UTC+5", "UTC-3:30"."""
    return f"UTC{signed_offset(offset)}" if offset else "UTC"


def format_duration(messages: Messages, language: str, left: timedelta) -> str:
    """Return a duration as "2 d 4 h", "4 h 10 min" or "10 min", rounded down, at least one minute; no zero part."""
    minutes = max(int(left.total_seconds() // 60), 1)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return messages.text(language, "left-days" if hours else "left-days-whole", {"days": days, "hours": hours})
    if hours:
        message = "left-hours" if minutes % 60 else "left-hours-whole"
        return messages.text(language, message, {"hours": hours, "minutes": minutes % 60})
    return messages.text(language, "left-minutes", {"minutes": minutes})


def format_day(messages: Messages, language: str, moment: datetime) -> str:
    """Return the day of a time as "25 Nov 2026", in the same zone as `format_time`."""
    local = moment + messages.zone(language)
    return messages.text(language, "day", {"day": local.day, "month": local.month, "year": str(local.year)})


def format_money(messages: Messages, language: str, money: Money) -> str:
    """Return an exact amount as "299 ₽", "1,299 ⭐" or "$3.49"; no line breaks in it.

    A part of a whole unit has all its digits, and is left out if it is zero.
    """
    whole, _, part = money.text.removeprefix("-").partition(".")
    amount = f"{int(whole):,}".replace(",", messages.text(language, "number-group"))
    if part.strip("0"):
        amount += messages.text(language, "number-point") + part
    if money.amount_minor < 0:
        amount = f"−{amount}"
    if money.currency in _WITH_A_SIGN:
        return messages.text(language, f"money-{money.currency.lower()}", {"amount": amount})
    return messages.text(language, "money-other", {"amount": amount, "currency": money.currency})
