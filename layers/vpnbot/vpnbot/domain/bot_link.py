"""Addresses that open the bot in Telegram at one of its screens."""

from enum import StrEnum

START_MARK = "s_"
"""With this begins every payload of `Start`. It does not say where a person comes from, so it is not kept."""

INVITE_MARK = "r_"
"""With this begins the payload of an invitation; the code of the person who invites follows."""

GIFT_MARK = "g_"
"""With this begins the payload of a link that opens a gift, see `domain/gifts/link.py`."""


class Start(StrEnum):
    """The payload of `/start` for a screen (Bot API, deep linking: 1-64 characters of A-Z, a-z, 0-9, _ and -)."""

    HOME = "s_home"
    PLANS = "s_plans"
    CHECK = "s_check"
    DEVICES = "s_devices"
    WRITE = "s_write"


def bot_address(username: str, start: Start | None = None) -> str:
    """Return the address of the bot; with `start`, Telegram offers a button that leads to that screen."""
    return f"https://t.me/{username}" + (f"?start={start}" if start else "")
