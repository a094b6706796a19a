"""The steps from a plan to an order: which screen follows from what was chosen, and what can be chosen."""

from collections.abc import Callable
from dataclasses import replace

from aiogram.fsm.context import FSMContext

from vpnbot.domain.orders.discount import Pricing, discounted_offer, smallest_payment
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.payments.purchase import preview_of
from vpnbot.domain.shop import begins, order_of
from vpnbot.telegram.customer import plans_screens as screens
from vpnbot.telegram.customer.gift_steps import back_of, gift_step, gifts_offered, steps_of
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.customer.plan_choices import (
    CHANGE_CONTACT,
    RENEWS,
    Choice,
    Offered,
    as_listed,
    price_mark,
)
from vpnbot.telegram.customer.receipt_contact import asks_contact, contact_for_receipt, contact_optional
from vpnbot.telegram.customer.states import Buying
from vpnbot.telegram.messages.callbacks import GIFT, Action
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.payments.switch_renewal import renews_already, renews_with

CHOICE = "buy"
"""The name of the choice in the data of the conversation while the address is asked for."""


async def next_step(context: UpdateContext, state: FSMContext, wanted: Choice) -> Reply:
    """Return the step that follows from what was chosen, asking for the address for receipts where one is needed."""
    if context.person.paused or not context.person.readable:
        return show_current(context)
    if not takes_orders(context):
        return closed_shop(context)
    if wanted.gift and not gifts_offered(context):
        return show_current(context)
    offered = offered_now(context, gift=wanted.gift)
    choice = offered.completed(wanted)
    if choice.provider and (asks_contact(context, choice) or CHANGE_CONTACT in choice.mark):
        await state.set_state(Buying.contact)
        await state.update_data({CHOICE: replace(choice, mark=choice.mark.replace(CHANGE_CONTACT, "")).data()})
        return Show(screens.ask_contact(context.person.user.receipt_contact, optional=contact_optional(context)))
    return step_for(context, offered, choice)


def step_for(context: UpdateContext, offered: Offered, wanted: Choice) -> Reply:
    """Return the screen for what was chosen so far: plans, durations, ways to pay, or the confirmation."""
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


def confirmation(context: UpdateContext, offered: Offered, choice: Choice, offer: Offer) -> screens.Confirmation:
    """Return what the last screen before the order shows."""
    provider = context.payments.providers.get(choice.provider)
    offers_renewal = renews_with(provider, offer) and not renews_already(context.person, offer) and not choice.gift
    renews = offers_renewal and RENEWS in choice.mark
    mark = RENEWS if renews else GIFT if choice.gift else ""
    back = back_of(choice, offered.back_from_method(choice))
    seen = replace(choice, version=str(offer.plan_version), mark=mark, price=price_mark(offer))
    switched = replace(seen, mark="" if renews else RENEWS)
    contact = contact_for_receipt(context, choice.provider) if context.person.user.receipt_contact else None
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


def takes_orders(context: UpdateContext) -> bool:
    """Tell whether the shop takes an order of this person in its present mode."""
    return begins(context.payments.sales.mode, order_of(context.person))


def closed_shop(context: UpdateContext) -> Reply:
    """Return the screen of a shop that takes no orders now."""
    from vpnbot.telegram.customer.closed_screens import closed

    return closed(context, Action.PLANS, trial=False)


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
