"""The screens of notifications about money, worded as of the time at which they are sent."""

from collections.abc import Callable, Mapping

from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.payments.money_notifications import GIFT_ORDER, Arguments, payment_mark
from vpnbot.telegram.customer import gift_notifications_screens as gifts
from vpnbot.telegram.customer import orders_screens as orders
from vpnbot.telegram.customer import refunds_screens as refunds
from vpnbot.telegram.customer import renewal_screens as renewal
from vpnbot.telegram.customer.payment_words import method_name
from vpnbot.telegram.messages.callbacks import GIFT, Action
from vpnbot.telegram.messages.screen import Phrase, Screen
from vpnbot.telegram.messages.view import View

type _Screen = Callable[[View, Arguments], Screen]


def money_screen(notification: Notification, view: View) -> Screen:
    """Return the screen of a notification about money.

    Raises:
        KeyError: it is not about money, or an argument is missing.
    """
    return _SCREENS[notification.kind](view, Arguments(notification.arguments))


def _paid(view: View, given: Arguments) -> Screen:
    return orders.paid(view, given.money("price"), given.value("order"), receipt=_receipt(given))


def _paid_late(view: View, given: Arguments) -> Screen:
    return orders.paid_late(view, given.money("price"), given.value("order"), receipt=_receipt(given))


def _paid_twice(view: View, given: Arguments) -> Screen:
    mark = payment_mark(given.value("payment"))
    return orders.paid_twice(view, given.money("price"), given.value("order"), mark)


def _held(view: View, given: Arguments) -> Screen:
    return orders.held(view, given.money("paid"), given.money_or_none("price"))


def _surplus_granted(view: View, given: Arguments) -> Screen:
    return orders.surplus_granted(view, given.money("paid"), given.value("order"), receipt=_receipt(given))


def _held_granted(view: View, given: Arguments) -> Screen:
    return orders.held_granted(view, given.money("paid"), given.value("order"), receipt=_receipt(given))


def _renewed(view: View, given: Arguments) -> Screen:
    return renewal.renewed(view, given.money("price"), given.value("order"), receipt=_receipt(given))


def _receipt(given: Arguments) -> bool:
    return bool(given.value_or("receipt"))


def _declined(view: View, given: Arguments) -> Screen:
    return orders.declined_payment(
        view, given.money("price"), given.value("provider"), _method(given), given.value("reason"), _again(given)
    )


def _lapsed(view: View, given: Arguments) -> Screen:
    return orders.lapsed(view, given.money("price"), _again(given))


def _refunded(view: View, given: Arguments) -> Screen:
    if given.value_or("order_kind") == GIFT_ORDER:
        return refunds.gift_refunded(view, given.money("amount"), given.value("provider"))
    return refunds.refunded(view, given.money("amount"), given.value("provider"))


def _provider_back(_: View, given: Arguments) -> Screen:
    return orders.provider_back(given.value("provider"), given.money("price"), given.value("order"))


def _held_returned(view: View, given: Arguments) -> Screen:
    return refunds.held_returned(view, given.money("amount"), given.value("provider"))


def _ahead(view: View, given: Arguments) -> Screen:
    charge = renewal.Charge(
        view.plan,
        given.duration("duration"),
        given.money("price"),
        given.value("provider"),
        given.value_or("method"),
    )
    return renewal.ahead(view, charge, given.time("date"))


def _retry(view: View, given: Arguments) -> Screen:
    return renewal.retry(view, _method(given), given.value("provider"), given.value("reason"), given.time("date"))


def _failed(view: View, given: Arguments) -> Screen:
    return renewal.failed(view, _method(given), given.value("provider"), given.value("reason"))


def _method(given: Arguments) -> Phrase | str:
    return method_name(given.value_or("method"), given.value("provider"))


def _again(given: Arguments) -> str | None:
    """Return the callback data that shows the confirmation of the same offer at today's price."""
    parts = [given.value_or(name) for name in ("plan", "offer", "provider", "version")]
    mark = GIFT if given.value_or("order_kind") == GIFT_ORDER else ""
    return Action.BUY.on(*parts) + mark if all(parts) else None


_SCREENS: Mapping[NotificationKind, _Screen] = {
    Kind.PAID: _paid,
    Kind.PAID_LATE: _paid_late,
    Kind.PAID_TWICE: _paid_twice,
    Kind.PAID_PAUSED: lambda view, given: orders.paid_paused(view, given.money("price")),
    Kind.PAID_BY_ANOTHER: lambda view, given: orders.paid_by_another(
        view, given.money("price"), given.value("order")
    ),
    Kind.HELD: _held,
    Kind.HELD_GRANTED: _held_granted,
    Kind.SURPLUS_GRANTED: _surplus_granted,
    Kind.HELD_RETURNED: lambda view, given: refunds.held_returned(
        view, given.money("amount"), given.value("provider")
    ),
    Kind.DECLINED: _declined,
    Kind.LAPSED: _lapsed,
    Kind.REFUNDED: _refunded,
    Kind.REFUND_REFUSED: lambda view, given: refunds.refused(view, given.money("amount"), given.value("provider")),
    Kind.PROVIDER_BACK: _provider_back,
    Kind.RENEWAL_AHEAD: _ahead,
    Kind.RENEWAL_SKIPPED: lambda view, _: renewal.skipped(view),
    Kind.RENEWAL_RETIRED: lambda view, _: renewal.retired(view),
    Kind.RENEWED: _renewed,
    Kind.RENEWAL_RETRY: _retry,
    Kind.RENEWAL_FAILED: _failed,
    Kind.CHARGED_THOUGH_OFF: lambda view, given: renewal.charged_though_off(view, given.money("price")),
    Kind.RENEWAL_OFF_IN_TELEGRAM: lambda view, _: renewal.off_in_telegram(view),
    Kind.GIFT_BOUGHT: gifts.bought,
    Kind.GIFT_REMINDER: gifts.reminder,
    Kind.GIFT_OPENED: gifts.opened,
    Kind.GIFT_EXPIRED: gifts.expired,
    Kind.GIFT_WAITS: gifts.waits,
    Kind.GIFT_AGAIN: gifts.again,
    Kind.GIFT_TAKEN: lambda view, _: gifts.taken_back(view),
    Kind.RENEWAL_NO_STARS: lambda view, _: renewal.no_stars(view),
}
