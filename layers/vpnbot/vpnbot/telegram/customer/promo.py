"""Promo codes: typed in the chat, or carried by a link."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.people.limits import TooOften
from vpnbot.domain.promo.code import CodeRefused, PromoCode, Refusal
from vpnbot.domain.promo.entered import PROMO_MARK, folded
from vpnbot.domain.shop import ShopClosed
from vpnbot.telegram.customer import promo_screens as screens
from vpnbot.telegram.customer.home import show_current, show_home
from vpnbot.telegram.customer.limit_screens import limited
from vpnbot.telegram.customer.states import Entering
from vpnbot.telegram.customer.terms_screens import accepted
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.messages.view import View
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.promo.drop_discount import drop_discount
from vpnbot.usecases.promo.offer_code import code_to_accept
from vpnbot.usecases.promo.redeem_code import Redeeming, count_wrong_try, redeem_code


async def ask(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Ask for a code."""
    if not context.person.readable:  # nothing is written beside what another version has stored
        return show_current(context)
    await state.set_state(Entering.code)
    return Show(screens.ask(context.view()))


async def take_off(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Take the discount off: the next order is at the full price."""
    await state.set_state(None)
    drop_discount(context.session, context, context.cause)
    return show_home(context, "toast-discount-off")


async def typed(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Use the code that the person was asked for."""
    text = message.text or ""
    return _offered(context, text) or await _entered(context, state, text)


async def from_link(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Use the code of a link."""
    text = (message.text or "").partition(PROMO_MARK)[2]
    return _offered(context, text) or await _entered(context, state, text)


async def see(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show again what a code offers, after the terms; home if it offers nothing any more."""
    return _offered(context, _code_in(query)) or show_home(context)


async def use(query: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Use a code, and accept the terms with it."""
    accepts = accepted(context.view(), context.views.messages)
    return await _entered(context, state, _code_in(query), accepts)


def given(context: UpdateContext, code_id: str) -> Show:
    """Return what a code has given, for the repetition of its update."""
    code = context.payments.codes().get(code_id)
    return show_home(context) if code is None else Show(screens.given(context.view(), code))


def _code_in(query: CallbackQuery) -> str:
    return next(iter(action_arguments(query.data)[1:]), "")


def _offered(context: UpdateContext, text: str) -> Reply | None:
    """Return what a code offers a person who has to accept the terms before; None if nothing has to be accepted."""
    if not context.person.readable:
        return None
    offered = code_to_accept(context.session, _ports(context), context, text)
    if offered is None:
        return None
    return Show(screens.offer(context.view(), offered.code, folded(text) or "", offered.plan))


def _ports(context: UpdateContext, accepts: str = "") -> Redeeming:
    payments = context.payments
    return Redeeming(payments.codes(), context.fleet, payments.sales, context.trial, accepts)


async def _entered(context: UpdateContext, state: FSMContext, text: str, accepts: str = "") -> Reply:
    if not context.person.readable:
        return show_home(context)
    ports = _ports(context, accepts)
    outcome = Outcome(context.cause, phrase("button-promo"), code=folded(text) or "")
    await end_with(state, outcome)  # stored by the same commit
    try:
        return Show(screens.given(*_redeemed(context, ports, text)))
    except CodeRefused as error:
        await state.set_state(Entering.code)
        await state.set_data({})
        return _refused(context, error.refusal)
    except TooOften as refused:
        await state.clear()
        return Show(limited(context.view(), refused, context.now))
    except ShopClosed:
        await state.clear()
        from vpnbot.telegram.customer.closed_screens import closed

        return closed(context, Action.PROMO, trial=True)


def _redeemed(context: UpdateContext, ports: Redeeming, text: str) -> tuple[View, PromoCode]:
    code = redeem_code(context.session, ports, context, text, context.cause)
    return context.view(), code


def _refused(context: UpdateContext, refusal: Refusal) -> Reply:
    try:
        count_wrong_try(context.session, context, refusal)
    except TooOften as error:
        return Show(limited(context.view(), error, context.now))
    return Show(screens.refused(context.view(), refusal))
