"""Callback data of buttons: an action and its arguments, 64 bytes in all (Bot API, InlineKeyboardButton)."""

from enum import StrEnum


class Action(StrEnum):
    """The first part of callback data: what the button does."""

    HOME = "home"
    TRY = "try"
    REFRESH = "refresh"
    LANGUAGE = "lang"
    CONNECT = "connect"
    PLATFORM = "platform"
    APP = "app"
    APPS = "apps"
    QR = "qr"
    HIDE = "hide"
    BROKEN = "broken"
    CHECK = "check"
    SETTINGS = "settings"
    TERMS = "terms"
    PRIVACY = "privacy"
    MY_DATA = "data"
    DOWNLOAD = "download"
    NEW_LINK = "new_link"
    ROTATE = "rotate"
    DELETE = "delete"
    DELETE_ALL = "delete_all"
    PLANS = "plans"
    MUTE = "mute"
    OPINION = "opinion"
    SUPPORT = "support"
    SERVERS = "servers"

    def on(self, *arguments: str) -> str:
        """Return callback data for this action, with arguments that contain no colon."""
        return ":".join((self, *arguments))


def action_arguments(data: str | None) -> list[str]:
    """Return the arguments in callback data."""
    return (data or "").split(":")[1:]
