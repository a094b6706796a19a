"""The history of payments, one payment, its receipt, and the command /paysupport, which Telegram asks for."""

from aiogram.types import CallbackQuery, Message

from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.order_id import is_order_id
from vpnbot.telegram.customer import orders_screens
from vpnbot.telegram.customer import payments_history_screens as screens
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Screen
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.payments.ask_refund import offered_refund


async def payments(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show one page of the payments, the newest first."""
    before = next(iter(action_arguments(query.data)), "")
    return Show(_page(context, before if is_order_id(before) else ""))


async def payments_command(_: Message, context: UpdateContext) -> Reply:
    """Show the newest payments."""
    return Show(_page(context, ""))


async def one(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show one payment."""
    order = _order(query, context)
    return Show(one_payment(context, order) if order else orders_screens.unknown(context.view()))


async def receipt(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show where the receipt of a payment is."""
    order = _order(query, context)
    if order is None:
        return Show(orders_screens.unknown(context.view()))
    numbers = (payment.receipt for payment in reversed(order.payments) if payment.receipt is not None)
    own = context.payments.sales.settings.load().fallback_contact != order.contact
    return Show(screens.receipt(order, next(numbers, None), to_buyer=own))


async def paysupport(_: Message, context: UpdateContext) -> Reply:
    """Say who helps with a payment (Bot API, payments: bots must answer /paysupport)."""
    return Show(screens.paysupport(context.view(), context.payments.sales.settings.load().answer_hours))


def one_payment(context: UpdateContext, order: Order) -> Screen:
    """Return the screen of one payment, with what is being sent back and whether more can be asked for."""
    refunds = (context.person.refund_of(payment.id) for payment in order.payments)
    sending = next((refund.money for refund in refunds if refund is not None), None)
    offer = offered_refund(context.person, context.payments, context, order)
    return screens.payment(context.view(), order, sending=sending, refundable=offer is not None)


def _page(context: UpdateContext, before: str) -> Screen:
    """Return a page of the orders that wait and of the closed ones together, older than `before`."""
    person = context.session.person
    waiting = [order for order in person.orders if not before or order.id < before]
    closed = context.people.orders(person.id, before=before, limit=screens.PAGE + 1)
    merged = {order.id: order for order in (*closed, *waiting)}
    found = [merged[order_id] for order_id in sorted(merged, reverse=True)]
    renewal = person.subscription.renewal is not None or bool(person.methods)
    return screens.payments(
        context.view(), found[: screens.PAGE], first=not before, older=len(found) > screens.PAGE, renewal=renewal
    )


def _order(query: CallbackQuery, context: UpdateContext) -> Order | None:
    order_id = next(iter(action_arguments(query.data)[1:]), "")
    if not is_order_id(order_id):
        return None
    return context.session.person.order(order_id) or context.session.recall(order_id).order(order_id)
