"""One order: pay it, look whether it is paid, cancel it; and the way back from a payment page."""

from contextlib import suppress

from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.order_id import is_order_id
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable
from vpnbot.errors import Misconfigured, VpnbotError
from vpnbot.telegram.bot_api.incoming_update import ORDER_MARK
from vpnbot.telegram.customer import orders_screens as screens
from vpnbot.telegram.customer.payments_history import one_payment
from vpnbot.telegram.customer.plan_choices import choice_of
from vpnbot.telegram.customer.purchase_steps import offered_now, other_ways
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.keys.place_keys import place_keys
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.payments.begin_payment import begin_payment
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.check_order import check_order


async def show(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show an order as it is, with the page on which it is paid."""
    order = _stored(context, _order_id(query))
    if order is None:
        return Show(screens.unknown(context.view()))
    screen = _to_pay(context, order) if order.open else _as_it_is(context, order)
    return Show(screen, toast=phrase("toast-checked"))


async def paid_already(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Ask the provider whether the order is paid; the confirmation is a new message."""
    order = _looked_at(context, _order_id(query))
    if order is None:
        return Show(screens.unknown(context.view()))
    if order.open:
        return Show(screens.not_yet(context.view(), order), toast=phrase("toast-not-yet"))
    return Show(_as_it_is(context, order))


async def cancel(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Cancel an order, unless it turns out to be paid."""
    order = cancel_order(context.session, context.payments, context, context.cause, _order_id(query))
    if order is None:
        return Show(screens.unknown(context.view()))
    _make_keys(context)
    return Show(_as_it_is(context, order))


async def back_from_page(_: Message, command: CommandObject, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the order of which the payment page has led back to the bot."""
    await state.set_state(None)
    order = _looked_at(context, (command.args or "").removeprefix(ORDER_MARK))
    if order is None:
        return Show(screens.unknown(context.view()))
    return Show(_to_pay(context, order) if order.open else _as_it_is(context, order))


def _to_pay(context: UpdateContext, order: Order) -> Screen:
    """Return the screen with the page of the payment, which the provider may have to make first."""
    view = context.view()
    choice = choice_of(order)
    others = other_ways(context, offered_now(context, gift=choice.gift), choice)
    try:
        page = begin_payment(context.session, context.payments, context, order)
    except (ProviderUnavailable, Misconfigured):
        return screens.provider_down(order.provider, others, Action.PAYMENTS, order)
    except ProviderRejected:
        return screens.provider_rejected(view, order.provider, others, Action.PAYMENTS)
    return screens.waiting(view, page.order, page.link) if page.order.open else _as_it_is(context, page.order)


def _as_it_is(context: UpdateContext, order: Order) -> Screen:
    """Return the screen of an order that does not wait any more.

    If this update has committed a notification about it, that is sent as a new message, and this is the short entry.
    """
    if context.session.own_messages:
        return one_payment(context, order)
    return screens.order_screen(context.view(), order, choice_of(order, version=True).data())


def _looked_at(context: UpdateContext, order_id: str) -> Order | None:
    """Return an order after the provider was asked about it."""
    order = _stored(context, order_id)
    if order is None or order.archived:
        return order
    with suppress(ProviderUnavailable, Misconfigured):  # due work asks again
        order = check_order(context.session, context.payments, context, order_id)
        _make_keys(context)
    return order


def _make_keys(context: UpdateContext) -> None:
    """Try to make the keys that were paid a moment ago; due work makes those that fail."""
    if context.session.own_messages:
        with suppress(VpnbotError):
            place_keys(context.session, context.fleet, context)
            provision_pending(context.session, context.fleet, context)


def _stored(context: UpdateContext, order_id: str) -> Order | None:
    """Return an order of the sender, from their own partition only; None if there is none of this id."""
    if not is_order_id(order_id):
        return None
    return context.session.person.order(order_id) or context.session.recall(order_id).order(order_id)


def _order_id(query: CallbackQuery) -> str:
    return next(iter(action_arguments(query.data)[1:]), "")
