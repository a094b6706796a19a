"""A person asks for money back: what is left of a purchase, or the second of two payments."""

from aiogram.types import CallbackQuery

from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.order_id import is_order_id
from vpnbot.domain.payments.money_notifications import payment_mark
from vpnbot.telegram.customer import orders_screens
from vpnbot.telegram.customer import refunds_screens as screens
from vpnbot.telegram.customer.home import show_home
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Screen
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.payments.ask_refund import ask_refund, offered_refund
from vpnbot.usecases.payments.request_refund import NothingToSendBack, ReturnedLately, return_second


async def ask(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show what would be sent back, and what becomes of the time; ask for confirmation."""
    order = _order(query, context)
    if order is None:
        return Show(orders_screens.unknown(context.view()))
    offer = offered_refund(context.person, context.payments, context, order)
    if offer is None:
        return Show(_nothing(context, order))
    if order.kind is OrderKind.GIFT:
        return Show(screens.ask_for_gift(order.id, offer.amount))
    return Show(screens.ask(context.view(), order.id, offer.amount, order.price, offer.unused, offer.ends_at))


async def wanted(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Tell the operators that the person wants a refund."""
    order = _order(query, context)
    if order is None:
        return Show(orders_screens.unknown(context.view()))
    try:
        ask_refund(context.session, context.payments, context, context.cause, order.id)
    except NothingToSendBack:
        return Show(_nothing(context, order))
    return Show(screens.asked(context.view(), context.payments.sales.settings.load().answer_hours, order))


async def second(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Send a second payment back."""
    order = _order(query, context)
    mark = next(iter(action_arguments(query.data)[2:]), "")
    payment = next((p for p in order.payments if payment_mark(p.id) == mark), None) if order else None
    if order is None or payment is None:
        return Show(orders_screens.unknown(context.view()))
    if context.person.refund_of(payment.id) is None:
        try:
            return_second(context.session, context.payments, context, context.cause, order.id, payment.id)
        except ReturnedLately:
            return Show(orders_screens.second_again(context.view()))
        except NothingToSendBack:
            return Show(orders_screens.second_too_late(context.view()))
    return Show(orders_screens.second_sent(context.view(), payment.money))


async def keep_both(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Leave both payments as they are."""
    return show_home(context, "toast-kept")


def _nothing(context: UpdateContext, order: Order) -> Screen:
    underway = any(context.person.refund_of(payment.id) for payment in order.payments)
    return (screens.underway if underway else screens.nothing)(context.view())


def _order(query: CallbackQuery, context: UpdateContext) -> Order | None:
    order_id = next(iter(action_arguments(query.data)[1:]), "")
    if not is_order_id(order_id):
        return None
    return context.session.person.order(order_id) or context.session.recall(order_id).order(order_id)
