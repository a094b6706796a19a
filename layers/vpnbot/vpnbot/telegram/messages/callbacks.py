"""What a button says to the bot. Callback data takes 64 bytes, so both parts are short words."""

from enum import StrEnum


class Action(StrEnum):
    """The first word of callback data: where to go, or what to do."""

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
        """Return callback data that names a subject as well."""
        return ":".join((self, *arguments))


def action_arguments(data: str | None) -> list[str]:
    """Return what follows the first word of callback data."""
    return (data or "").split(":")[1:]
