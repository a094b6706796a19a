"""Automatic renewal: whether it is on, turning it on and off, and the removal of a saved method."""

from contextlib import suppress
from datetime import datetime

from aiogram.types import CallbackQuery

from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.subscriptions.renewal import Renewal, RenewalState
from vpnbot.telegram.customer import renewal_screens as screens
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.payments.switch_renewal import (
    NoRenewalOffered,
    OfferedRenewal,
    forget_method,
    offered_renewal,
    turn_renewal_off,
    turn_renewal_on,
)


async def show(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Show whether automatic renewal is on, and what is charged next."""
    return _shown(context)


async def off(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Turn automatic renewal off."""
    turn_renewal_off(context.session, context, context.cause)
    return Show(screens.turned_off(context.view()))


async def consent(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Ask for the consent to charges of the saved method."""
    offered = offered_renewal(context.person, context.payments, context.now)
    return _shown(context) if offered is None else _asked(offered)


async def agree(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Turn automatic renewal on at the price that the person has seen; if that has changed, ask again."""
    offered = offered_renewal(context.person, context.payments, context.now)
    seen = next(iter(action_arguments(query.data)[1:]), "")
    if offered is not None and seen != _price(offered):
        return _asked(offered)
    with suppress(NoRenewalOffered):  # the screen says so
        turn_renewal_on(context.session, context.payments, context, context.cause)
    return _shown(context)


async def ask_remove(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Ask for confirmation before the saved method is removed."""
    method = saved_method(context)
    return _shown(context) if method is None else Show(screens.remove_method(method.title))


async def remove(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Remove the saved method."""
    method = saved_method(context)
    if method is None:
        return _shown(context)
    forget_method(context.session, context, context.cause, method.provider)
    return Show(screens.method_removed(context.view()))


def saved_method(context: UpdateContext) -> PaymentMethod | None:
    """Return the saved method that renewal charges, or any other one; None if there is none."""
    person, renewal = context.person, context.person.subscription.renewal
    charged = None if renewal is None else person.method(renewal.provider)
    return charged or next(iter(person.methods), None)


def _shown(context: UpdateContext) -> Reply:
    if context.person.paused or not context.person.readable:
        return show_current(context)
    subscription = context.person.subscription
    renewal, method = subscription.present_renewal, saved_method(context)
    title = "" if method is None else method.title
    if renewal is not None and renewal.on:
        failing = renewal.state is RenewalState.FAILING
        next_on = None if failing else _next_on(renewal, subscription.ends_at, context.now)
        return Show(screens.on(_charge_of(renewal), next_on, failing=failing, removable=title))
    offered = offered_renewal(context.person, context.payments, context.now)
    charge = None if offered is None else _charge_offered(offered)
    return Show(screens.off(context.view(), charge, removable=title))


def _asked(offered: OfferedRenewal) -> Reply:
    agreed = Action.RENEWAL.on("agree", _price(offered))
    return Show(screens.consent(_charge_offered(offered), offered.first_on, agreed, Action.RENEWAL.on("show")))


def _price(offered: OfferedRenewal) -> str:
    """Return the price as an argument of callback data."""
    return f"{offered.offer.price.amount_minor}{offered.offer.price.currency}"


def _next_on(renewal: Renewal, ends_at: datetime | None, now: datetime) -> datetime | None:
    return None if ends_at is None else renewal.next_on(ends_at, now)


def _charge_of(renewal: Renewal) -> screens.Charge:
    offer = renewal.offer
    return screens.Charge(offer.plan, offer.duration, offer.price, renewal.provider, renewal.method)


def _charge_offered(offered: OfferedRenewal) -> screens.Charge:
    offer, method = offered.offer, offered.method
    return screens.Charge(offer.plan, offer.duration, offer.price, method.provider, method.title)
