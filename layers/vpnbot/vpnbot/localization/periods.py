"""A time that is sold, in words: the same on a button of the chat, on an invoice, at the bank and on a receipt."""

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Fluent takes 150 ms to import, and most functions with a payment provider word no time.
    from vpnbot.localization.messages import Messages

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MONTH, _YEAR = timedelta(days=30), timedelta(days=365)
_NO_BREAK_SPACE = "\u00a0"


def counted(duration: timedelta) -> tuple[str, int]:
    """Return a time that is sold in the largest unit that fits, as ("months", 3); a month has 30 days.

    The messages `period-<unit>` and `every-<unit>` have the words.
    """
    if duration % _YEAR == timedelta():
        return "years", duration // _YEAR
    if duration % _MONTH == timedelta():
        return "months", duration // _MONTH
    if duration >= _DAY:
        return "days", duration // _DAY
    return "hours", max(duration // _HOUR, 1)


def plain_period(messages: "Messages", language: str, duration: timedelta) -> str:
    """Return a time that is sold, as "3 months", with plain spaces: printers of receipts may not know other ones."""
    return _plain(messages, language, "period", duration)


def plain_every(messages: "Messages", language: str, duration: timedelta) -> str:
    """Return how often a renewal is charged, as "every 3 months", with plain spaces."""
    return _plain(messages, language, "every", duration)


def _plain(messages: "Messages", language: str, message: str, duration: timedelta) -> str:
    unit, count = counted(duration)
    return messages.text(language, f"{message}-{unit}", {"count": count}).replace(_NO_BREAK_SPACE, " ")
