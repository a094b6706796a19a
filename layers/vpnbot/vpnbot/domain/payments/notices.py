"""Notifications about money. They stay true, and so have no end of their validity."""

from datetime import UTC, datetime

from vpnbot.domain.money import Money
from vpnbot.domain.notifications import Notification, NotificationKind, notification
from vpnbot.domain.orders.order import Order

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_TITLE = "title."


def notice(kind: NotificationKind, cause: str, now: datetime, order: Order, **arguments: str | Money) -> Notification:
    """Return a notification about an order; amounts of money are stored as text, see `money_in`."""
    titles = {f"{_TITLE}{language}": title for language, title in order.offer.plan.titles.items()}
    known: dict[str, str] = {
        "order": order.id,
        "provider": order.provider,
        "price": _text(order.price),
        "seconds": str(int(order.offer.duration.total_seconds())),
        **titles,
        **{name: _text(value) if isinstance(value, Money) else value for name, value in arguments.items()},
    }
    return notification(kind, cause, now, valid_until=NEVER, **known)


def money_in(message: Notification, name: str) -> Money:
    """Return an amount of money among the arguments of a notification.

    Raises:
        KeyError, ValueError: a bug: it has no such amount.
    """
    minor, currency = message.arguments[name].split(" ")
    return Money(int(minor), currency)


def title_in(message: Notification, language: str) -> str:
    """Return the name of the plan in a language; if it has none in that language, in any."""
    titles = {name: text for name, text in message.arguments.items() if name.startswith(_TITLE)}
    return titles.get(f"{_TITLE}{language}") or next(iter(titles.values()), "")


def _text(money: Money) -> str:
    return f"{money.amount_minor} {money.currency}"
