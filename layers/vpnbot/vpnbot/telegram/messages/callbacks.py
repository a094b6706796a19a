"""Callback data of buttons: an action and its arguments, 64 bytes in all (Bot API, InlineKeyboardButton)."""

from enum import StrEnum


class Action(StrEnum):
    """The first part of callback data: what the button does."""

    HOME = "home"
    TRY = "try"
    WAIT_FOR_TRIAL = "try_later"
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
    DEVICES = "devices"
    MY_SERVERS = "my_servers"
    MY_DATA = "data"
    DOWNLOAD = "download"
    NEW_LINK = "new_link"
    ROTATE = "rotate"
    DELETE = "delete"
    DELETE_ALL = "delete_all"
    PLANS = "plans"
    MUTE = "mute"
    REMINDERS = "reminders"
    NEWS = "news"
    OPINION = "opinion"
    SUPPORT = "support"
    BUY = "buy"
    PAY = "pay"
    CONTACT = "contact"
    ORDER = "order"
    PAYMENTS = "payments"
    PROMO = "promo"
    INVITE = "invite"
    GIFT = "gift"
    RENEWAL = "renewal"
    REFUND = "refund"
    SERVERS = "servers"
    MONEY = "money"
    SHOP = "shop"
    ADMIN = "adm"
    DESK = "sup"

    def on(self, *arguments: str) -> str:
        """Return callback data for this action, with arguments that contain no colon."""
        return ":".join((self, *arguments))


GIFT = "g"
"""The mark in callback data of a purchase for another person."""


def action_of(data: str | None) -> str:
    """Return the action of callback data; empty if it is none of ours, or there is no data."""
    first = (data or "").partition(":")[0]
    return first if first in frozenset(Action) else ""


CONTACT_BACK = Action.CONTACT.on("back")
"""From the address for receipts to the step before it."""

_ASK_FOR_SERVICE = frozenset(
    {Action.HOME, Action.TRY, Action.CONNECT, Action.PLANS, Action.BUY, Action.PROMO, Action.GIFT, Action.SUPPORT}
)


def asks_for_service(data: str | None) -> bool:
    """Tell whether a tap with this callback data is the wish to use the bot, also of a person who was deleted.

    All other buttons show or change what is stored, of which a deleted person has nothing.
    """
    return (data or "").partition(":")[0] in _ASK_FOR_SERVICE


def screen_before_terms(data: str | None) -> str:
    """Return the callback data of the screen from which the terms were opened; empty if it is not known.

    `Action.TERMS` has what was chosen for a purchase, at least plan, duration and provider; or `Action.RENEWAL` for
    the consent to automatic renewal; or `Action.PROMO` and the code.
    """
    match action_arguments(data):
        case []:
            return ""
        case [Action.RENEWAL]:
            return Action.RENEWAL.on("consent")
        case [Action.PROMO, code]:
            return Action.PROMO.on("see", code)
        case chosen:
            return Action.BUY.on(*chosen)


def action_arguments(data: str | None) -> list[str]:
    """Return the arguments in callback data."""
    return (data or "").split(":")[1:]
