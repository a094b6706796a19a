"""Notifications about money: their arguments, which the outbox stores as texts, and how to read them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from vpnbot.domain.money import Money
from vpnbot.domain.notifications import Notification, NotificationKind, notification
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.provider_names import STARS

GIFT_ORDER = "gift"
"""The argument `order_kind` of a notification about an order for another person; about others there is none."""

type Value = str | Money | datetime | timedelta

ARGUMENTS: Mapping[NotificationKind, frozenset[str]] = {
    Kind.PAID: frozenset({"price", "order"}),
    Kind.PAID_LATE: frozenset({"price", "order"}),
    Kind.PAID_TWICE: frozenset({"price", "order", "payment"}),
    Kind.PAID_PAUSED: frozenset({"price"}),
    Kind.PAID_BY_ANOTHER: frozenset({"price", "order"}),
    Kind.HELD: frozenset({"paid"}),
    Kind.HELD_GRANTED: frozenset({"paid", "order"}),
    Kind.SURPLUS_GRANTED: frozenset({"paid", "order"}),
    Kind.HELD_RETURNED: frozenset({"amount", "provider"}),
    Kind.DECLINED: frozenset({"price", "provider", "reason"}),
    Kind.LAPSED: frozenset({"price"}),
    Kind.REFUNDED: frozenset({"amount", "provider"}),
    Kind.REFUND_REFUSED: frozenset({"amount", "provider"}),
    Kind.PROVIDER_BACK: frozenset({"provider", "price", "order"}),
    Kind.RENEWAL_AHEAD: frozenset({"price", "duration", "provider", "date"}),
    Kind.RENEWAL_SKIPPED: frozenset(),
    Kind.RENEWAL_RETIRED: frozenset(),
    Kind.RENEWED: frozenset({"price", "order"}),
    Kind.RENEWAL_RETRY: frozenset({"provider", "reason", "date"}),
    Kind.RENEWAL_FAILED: frozenset({"provider", "reason"}),
    Kind.CHARGED_THOUGH_OFF: frozenset({"price"}),
    Kind.RENEWAL_OFF_IN_TELEGRAM: frozenset(),
    Kind.RENEWAL_NO_STARS: frozenset(),
    Kind.GIFT_BOUGHT: frozenset({"gift", "title", "duration", "date"}),
    Kind.GIFT_REMINDER: frozenset({"gift", "title", "duration", "date"}),
    Kind.GIFT_OPENED: frozenset({"title", "duration"}),
    Kind.GIFT_EXPIRED: frozenset({"title", "duration"}),
    Kind.GIFT_TAKEN: frozenset(),
    Kind.GIFT_WAITS: frozenset({"gift", "title", "duration"}),
    Kind.GIFT_AGAIN: frozenset({"gift", "title", "duration", "date"}),
}
"""The arguments that each kind needs. `about_order` and `about_offer` give all but `amount`, `paid`, `payment`,
`reason` and `date`."""


def money_notification(
    kind: NotificationKind,
    cause: str,
    now: datetime,
    about: Mapping[str, str] | None = None,
    *,
    valid_until: datetime | None = None,
    **more: Value,
) -> Notification:
    """Return a notification about money, with the arguments `about` (see `about_order`) and `more`.

    It is valid without a limit, except with `valid_until`: a charge must not be announced after its date.

    Raises:
        ValueError: a bug: an argument that the screen of this kind needs is missing.
    """
    arguments = {**(about or {}), **{name: encoded(value) for name, value in more.items()}}
    missing = ARGUMENTS[kind] - arguments.keys()
    if missing:
        raise ValueError(f"{kind} lacks {', '.join(sorted(missing))}")
    return notification(kind, cause, now, valid_until=valid_until, **arguments)


def about_order(order: Order) -> Mapping[str, str]:
    """Return the arguments of a notification about an order; `receipt` is empty if there is none to show."""
    method = next((payment.method for payment in reversed(order.payments) if payment.method), "")
    receipt = "1" if order.contact is not None or order.provider == STARS else ""
    kind = {"order_kind": GIFT_ORDER} if order.kind is OrderKind.GIFT else {}
    return {"order": order.id, "receipt": receipt, **kind, **about_offer(order.offer, order.provider, method)}


def about_offer(offer: Offer, provider: str, method: str = "") -> Mapping[str, str]:
    """Return the arguments of a notification about an offer; `method` is a title such as "Visa •• 4477"."""
    return {
        "price": encoded(offer.price),
        "provider": provider,
        "method": method,
        "plan": offer.plan.id,
        "offer": offer.id,
        "version": str(offer.plan_version),
        "duration": encoded(offer.duration),
    }


def encoded(value: Value) -> str:
    """Return a value as text: money as "29900 RUB" in minor units, a time in ISO 8601, a duration in seconds."""
    match value:
        case Money():
            return f"{value.amount_minor} {value.currency}"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case timedelta():
            return str(int(value.total_seconds()))
    return value


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a notification about money, read again.

    The methods raise KeyError if there is no such argument, and ValueError if it is not of this kind.
    """

    stored: Mapping[str, str]

    def value(self, name: str) -> str:
        """Return a text."""
        return self.stored[name]

    def value_or(self, name: str, default: str = "") -> str:
        """Return a text, or `default` if there is none."""
        return self.stored.get(name) or default

    def money(self, name: str) -> Money:
        """Return an amount of money."""
        amount, currency = self.stored[name].split(" ")
        return Money(int(amount), currency)

    def money_or_none(self, name: str) -> Money | None:
        """Return an amount of money; None if there is none."""
        return self.money(name) if self.stored.get(name) else None

    def time(self, name: str) -> datetime:
        """Return a time."""
        return datetime.fromisoformat(self.stored[name])

    def duration(self, name: str) -> timedelta:
        """Return a duration."""
        return timedelta(seconds=int(self.stored[name]))


def payment_mark(payment_id: str) -> str:
    """Return a short mark for a payment within its order: ids of providers may be too long for callback data."""
    return sha256(payment_id.encode()).hexdigest()[:12]
