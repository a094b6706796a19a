"""The plans, and the steps from a plan to an order: duration, way to pay, address for the receipt, confirmation."""

from collections.abc import Callable
from dataclasses import replace

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.bot_link import bot_address
from vpnbot.domain.orders.discount import Pricing, discounted_offer, smallest_payment
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, WrongAccount
from vpnbot.domain.payments.purchase import preview_of
from vpnbot.domain.payments.receipt_contact import is_email
from vpnbot.domain.payments.shop_settings import Receipts
from vpnbot.domain.promo.code import CodeRefused
from vpnbot.domain.shop import ShopClosed, begins, order_of
from vpnbot.telegram.customer import orders_screens, terms_screens
from vpnbot.telegram.customer import plans_screens as screens
from vpnbot.telegram.customer.gift_steps import back_of, gift_step, gifts_offered, steps_of
from vpnbot.telegram.customer.home import show_current, show_home
from vpnbot.telegram.customer.plan_choices import (
    CHANGE_CONTACT,
    RENEWS,
    Choice,
    Offered,
    as_listed,
    choice_of,
    price_mark,
)
from vpnbot.telegram.customer.states import Buying
from vpnbot.telegram.messages.callbacks import GIFT, Action, action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.payments.place_order import DiscountGone, OrderRequest, TooManyOrders, place_order
from vpnbot.usecases.payments.switch_renewal import renews_already, renews_with
from vpnbot.usecases.people.change_profile import join_plans_waitlist, keep_receipt_contact
from vpnbot.usecases.promo.drop_discount import drop_discount

_CHOICE = "buy"


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
    return await _next_step(context, state, Choice.parse(action_arguments(query.data)))


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
    if offer is None or not unchanged or context.person.paused or _asks_contact(context, choice):
        return await _next_step(context, state, wanted)
    return order_placed(context, choice, offer, bot_link(query))


def order_placed(context: UpdateContext, choice: Choice, offer: Offer, link_to_bot: str) -> Reply:
    """Place an order for an offer, and return what follows."""
    request = OrderRequest(
        offer,
        choice.provider,
        context.view().language,
        contact=_contact(context, choice.provider),
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
        return _closed(context)
    except TooManyOrders:
        return Show(orders_screens.too_many(context.view()))
    except (CodeRefused, DiscountGone):
        drop_discount(context.session, context, context.cause)
        return _first_step(context, offered_now(context), replace(choice, price=price_mark(offer)))
    return Show(orders_screens.waiting(context.view(), page.order, page.link))


async def contact_sent(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Keep the address for receipts, and go on with the purchase."""
    address = (message.text or "").strip()
    if not is_email(address):
        return Show(screens.wrong_contact(optional=_optional(context)))
    choice = await _choice_in(state)
    await state.set_state(None)
    keep_receipt_contact(context.session, context, context.cause, address)
    return await _next_step(context, state, choice)


async def contact_not_text(_: Message, context: UpdateContext) -> Reply:
    """Explain that an address is needed."""
    return Show(screens.wrong_contact(optional=_optional(context)))


async def without_contact(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Go on without an address for receipts, if the shop allows that."""
    choice = await _choice_in(state)
    if not _optional(context):
        return await _next_step(context, state, choice)
    await state.set_state(None)
    keep_receipt_contact(context.session, context, context.cause, "")
    return await _next_step(context, state, choice)


async def back_from_contact(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the step before the address: the confirmation if there is an address, otherwise the ways to pay."""
    choice = await _choice_in(state)
    await state.set_state(None)
    if context.person.user.receipt_contact is not None:
        return await _next_step(context, state, choice)
    offered = offered_now(context, gift=choice.gift)
    data = back_of(choice, offered.back_from_method(offered.completed(choice)))
    if data == Action.HOME:
        return show_home(context)
    return await _next_step(context, state, Choice.parse(action_arguments(data)))


async def terms(_: Message, context: UpdateContext) -> Reply:
    """Show the terms."""
    return Show(terms_screens.terms(context.view()))


def offered_now(context: UpdateContext, *, gift: bool = False) -> Offered:
    """Return what can be bought now, from the providers that the operator offers and that have credentials.

    `gift`: for another person; discounts do not count for gifts.
    """
    sales, providers = context.payments.sales, context.payments.providers
    catalogue, usable = sales.plans.load(), providers.names()
    names = [name for name in sales.settings.load().providers if name in usable]
    anything = (catalogue.base_currency,)
    currencies = {name: providers.get(name).abilities.currencies or anything for name in names}
    return Offered(catalogue, currencies, as_listed if gift else _reduced(context, catalogue.base_currency))


def _reduced(context: UpdateContext, base_currency: str) -> Callable[[str, Offer], Offer]:
    """Return what makes offers cheaper for a person with a discount."""
    discounts = context.person.discounts
    if not discounts:
        return as_listed

    def reduced(provider: str, offer: Offer) -> Offer:
        limits = context.payments.providers.get(provider).abilities.limits
        smallest = smallest_payment(offer.price.currency, limits)
        return discounted_offer(offer, discounts, Pricing(base_currency, context.now, smallest))

    return reduced


def other_ways(context: UpdateContext, offered: Offered, choice: Choice) -> tuple[screens.MethodChoice, ...]:
    """Return the ways to pay beside the one that was chosen, without those of providers that do not work."""
    is_down = context.payments.providers.is_down
    left_out = {name for name in offered.currencies if name == choice.provider or is_down(name)}
    return steps_of(choice, offered.method_choices(choice, without=left_out))


def bot_link(query: CallbackQuery) -> str:
    """Return the address of the bot, whose message was tapped; empty if the update does not name it."""
    sender = query.message.from_user if isinstance(query.message, Message) else None
    return bot_address(sender.username) if sender is not None and sender.username else ""


def confirmation(context: UpdateContext, offered: Offered, choice: Choice, offer: Offer) -> screens.Confirmation:
    """Return what the last screen before the order shows."""
    provider = context.payments.providers.get(choice.provider)
    offers_renewal = renews_with(provider, offer) and not renews_already(context.person, offer) and not choice.gift
    renews = offers_renewal and RENEWS in choice.mark
    mark = RENEWS if renews else GIFT if choice.gift else ""
    back = back_of(choice, offered.back_from_method(choice))
    seen = replace(choice, version=str(offer.plan_version), mark=mark, price=price_mark(offer))
    switched = replace(seen, mark="" if renews else RENEWS)
    contact = _contact(context, choice.provider) if context.person.user.receipt_contact else None
    return screens.Confirmation(
        offer,
        choice.provider,
        preview_of(context.person, offer, context.now, renews_itself=renews and provider.abilities.renews_itself),
        pay=seen.data(Action.PAY),
        back=back,
        terms=replace(seen, version="").data(Action.TERMS),
        renewal=switched.data() if offers_renewal else None,
        renews=renews,
        contact=contact,
        change_contact=replace(seen, mark=CHANGE_CONTACT + seen.mark).data(),
        gift=choice.gift,
        begin_gift=gift_step(context, choice, back),
    )


def _show_plans(context: UpdateContext) -> Reply:
    if context.person.paused or not context.person.readable:
        return show_current(context)
    order = context.person.open_purchase
    if order is not None:
        again = replace(Choice(), mark=choice_of(order).mark).data()
        return Show(orders_screens.unpaid(context.view(), order, again))
    if not _takes_orders(context):
        return _closed(context)
    return _first_step(context, offered_now(context), Choice())


async def _next_step(context: UpdateContext, state: FSMContext, wanted: Choice) -> Reply:
    """Return the step that follows from what was chosen, asking for the address for receipts where one is needed."""
    if context.person.paused or not context.person.readable:
        return show_current(context)
    if not _takes_orders(context):
        return _closed(context)
    if wanted.gift and not gifts_offered(context):
        return show_current(context)
    offered = offered_now(context, gift=wanted.gift)
    choice = offered.completed(wanted)
    if choice.provider and (_asks_contact(context, choice) or CHANGE_CONTACT in choice.mark):
        await state.set_state(Buying.contact)
        await state.update_data({_CHOICE: replace(choice, mark=choice.mark.replace(CHANGE_CONTACT, "")).data()})
        return Show(screens.ask_contact(context.person.user.receipt_contact, optional=_optional(context)))
    return _first_step(context, offered, choice)


def _takes_orders(context: UpdateContext) -> bool:
    """Tell whether the shop takes an order of this person in its present mode."""
    return begins(context.payments.sales.mode, order_of(context.person))


def _closed(context: UpdateContext) -> Reply:
    from vpnbot.telegram.customer.closed_screens import closed

    return closed(context, Action.PLANS, trial=False)


def _first_step(context: UpdateContext, offered: Offered, wanted: Choice) -> Reply:
    choice = offered.completed(wanted)
    offer = offered.offer(choice.plan, choice.duration, choice.provider)
    if offer is not None:
        shown = confirmation(context, offered, choice, offer)
        changed = wanted.version not in {"", str(offer.plan_version)}
        if wanted.price and not price_mark(offer):
            return Show(screens.confirm_at_full_price(context.view(), shown))
        return Show((screens.confirm_again if changed else screens.confirm)(context.view(), shown))
    if choice.duration:
        back = back_of(choice, offered.back_from_duration(choice))
        steps = steps_of(choice, offered.method_choices(choice))
        return Show(screens.methods(steps, back, gift_step(context, choice, back)))
    plan = offered.catalogue.plan(choice.plan)
    if plan is not None:
        back, times = back_of(choice, offered.back_from_plan()), steps_of(choice, offered.duration_choices(plan))
        gift = gift_step(context, choice, back)
        return Show(screens.durations(context.view(), plan.granted, times, back, gift, for_gift=choice.gift))
    if not offered.plans:
        return show_current(context)
    choices = steps_of(choice, offered.plan_choices())
    if choice.gift:
        return Show(screens.gift_plans(context.view(), choices))
    return Show(screens.plans(context.view(), choices, gift_step(context, choice)))


def _renews(context: UpdateContext, choice: Choice, offer: Offer) -> bool:
    able = renews_with(context.payments.providers.get(choice.provider), offer)
    return RENEWS in choice.mark and able and not choice.gift


def _asks_contact(context: UpdateContext, choice: Choice) -> bool:
    """Tell whether the address for receipts has to be asked for before this purchase."""
    if not _needs_contact(context, choice.provider):
        return False
    known = context.person.user.receipt_contact
    return known is None or (not known and not _optional(context))


def _needs_contact(context: UpdateContext, provider: str) -> bool:
    able = bool(provider) and context.payments.providers.get(provider).abilities.receipts
    return able and context.payments.sales.settings.load().receipts is not Receipts.OFF


def _optional(context: UpdateContext) -> bool:
    """Tell whether buyers may give no address, because the shop has one for their receipts."""
    return bool(context.payments.sales.settings.load().fallback_contact)


def _contact(context: UpdateContext, provider: str) -> str | None:
    """Return the address for the receipt of a purchase; None if there is no receipt."""
    if not _needs_contact(context, provider):
        return None
    return context.person.user.receipt_contact or context.payments.sales.settings.load().fallback_contact or None


async def _choice_in(state: FSMContext) -> Choice:
    """Return the choice of the purchase for which the address was asked; empty if it is lost."""
    stored = (await state.get_data()).get(_CHOICE)
    return Choice.parse(action_arguments(stored if isinstance(stored, str) else ""))
