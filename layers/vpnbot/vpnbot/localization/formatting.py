"""Times and durations as text in a language; times include their time zone."""

from datetime import datetime, timedelta

from vpnbot.localization.messages import Messages


def format_time(messages: Messages, language: str, moment: datetime) -> str:
    """Return a time as "25 Nov, 14:05 UTC", in the time zone that the locale files name for the language."""
    local = moment + timedelta(minutes=int(messages.text(language, "zone-minutes")))
    return messages.text(language, "moment", {"day": local.day, "month": local.month, "clock": f"{local:%H:%M}"})


def format_duration(messages: Messages, language: str, left: timedelta) -> str:
    """Return a duration as "2 d 4 h", "4 h 10 min" or "10 min", rounded down, at least one minute."""
    minutes = max(int(left.total_seconds() // 60), 1)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return messages.text(language, "left-days", {"days": days, "hours": hours})
    if hours:
        return messages.text(language, "left-hours", {"hours": hours, "minutes": minutes % 60})
    return messages.text(language, "left-minutes", {"minutes": minutes})
