"""The plans, the choice of one of them, and the order for it."""

from dataclasses import replace

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.bot_link import bot_address
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, WrongAccount
from vpnbot.domain.promo.code import CodeRefused
from vpnbot.domain.shop import ShopClosed
from vpnbot.telegram.customer import orders_screens, terms_screens
from vpnbot.telegram.customer.gift_steps import back_of, gifts_offered
from vpnbot.telegram.customer.home import show_current, show_home
from vpnbot.telegram.customer.plan_choices import (
    RENEWS,
    Choice,
    choice_of,
    price_mark,
)
from vpnbot.telegram.customer.purchase_steps import (
    closed_shop,
    next_step,
    offered_now,
    other_ways,
    step_for,
    takes_orders,
)
from vpnbot.telegram.customer.receipt_contact import asks_contact, contact_for_receipt
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.payments.place_order import DiscountGone, OrderRequest, TooManyOrders, place_order
from vpnbot.usecases.payments.switch_renewal import renews_with
from vpnbot.usecases.people.change_profile import join_plans_waitlist
from vpnbot.usecases.promo.drop_discount import drop_discount


async def plans(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the plans, or the order that waits for its payment; while nothing is sold, put the person on the list."""
    await state.set_state(None)
    if not context.view().selling:
        join_plans_waitlist(context.session, context, context.cause)
        return show_home(context, "toast-will-tell", alert=True)
    return _show_plans(context)


async def plans_command(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the plans, or home while nothing is sold."""
    await state.clear()
    return _show_plans(context) if context.view().selling else show_home(context)


async def buy(query: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the next step of a purchase."""
    await state.set_state(None)
    return await next_step(context, state, Choice.parse(action_arguments(query.data)))


async def pay(query: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Place the order, and show where it is paid; if the offer has changed, show it as it is now."""
    wanted = Choice.parse(action_arguments(query.data))
    offered = offered_now(context, gift=wanted.gift)
    choice = offered.completed(wanted)
    offer = offered.offer(choice.plan, choice.duration, choice.provider)
    unchanged = offer is not None and (str(offer.plan_version), price_mark(offer)) == (wanted.version, wanted.price)
    unchanged = unchanged and choice == wanted
    if choice.gift and not gifts_offered(context):
        return show_current(context)
    if offer is None or not unchanged or context.person.paused or asks_contact(context, choice):
        return await next_step(context, state, wanted)
    return order_placed(context, choice, offer, bot_link(query))


def order_placed(context: UpdateContext, choice: Choice, offer: Offer, link_to_bot: str) -> Reply:
    """Place an order for an offer, and return what follows."""
    request = OrderRequest(
        offer,
        choice.provider,
        context.view().language,
        contact=contact_for_receipt(context, choice.provider),
        bot_link=link_to_bot,
        renewal=_renews(context, choice, offer),
        gift=choice.gift,
    )
    offered = offered_now(context, gift=choice.gift)
    others = other_ways(context, offered, choice)
    back = back_of(choice, offered.back_from_method(choice))
    try:
        page = place_order(context.session, context.payments, context, context.cause, request)
    except (ProviderUnavailable, WrongAccount):
        order = context.person.open_purchase
        if order is None:
            raise
        return Show(orders_screens.provider_down(choice.provider, others, back, order))
    except ProviderRejected:
        return Show(orders_screens.provider_rejected(context.view(), choice.provider, others, back))
    except ShopClosed:
        return closed_shop(context)
    except TooManyOrders:
        return Show(orders_screens.too_many(context.view()))
    except (CodeRefused, DiscountGone):
        drop_discount(context.session, context, context.cause)
        return step_for(context, offered_now(context), replace(choice, price=price_mark(offer)))
    return Show(orders_screens.waiting(context.view(), page.order, page.link))


async def terms(_: Message, context: UpdateContext) -> Reply:
    """Show the terms."""
    return Show(terms_screens.terms(context.view()))


def bot_link(query: CallbackQuery) -> str:
    """Return the address of the bot, whose message was tapped; empty if the update does not name it."""
    sender = query.message.from_user if isinstance(query.message, Message) else None
    return bot_address(sender.username) if sender is not None and sender.username else ""


def _show_plans(context: UpdateContext) -> Reply:
    if context.person.paused or not context.person.readable:
        return show_current(context)
    order = context.person.open_purchase
    if order is not None:
        again = replace(Choice(), mark=choice_of(order).mark).data()
        return Show(orders_screens.unpaid(context.view(), order, again))
    if not takes_orders(context):
        return closed_shop(context)
    return step_for(context, offered_now(context), Choice())


def _renews(context: UpdateContext, choice: Choice, offer: Offer) -> bool:
    able = renews_with(context.payments.providers.get(choice.provider), offer)
    return RENEWS in choice.mark and able and not choice.gift
