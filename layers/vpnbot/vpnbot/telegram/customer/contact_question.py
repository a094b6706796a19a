"""The question for the address for receipts, in the middle of a purchase."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.payments.receipt_contact import is_email
from vpnbot.telegram.customer import plans_screens as screens
from vpnbot.telegram.customer.gift_steps import back_of
from vpnbot.telegram.customer.home import show_home
from vpnbot.telegram.customer.plan_choices import Choice
from vpnbot.telegram.customer.purchase_steps import CHOICE, next_step, offered_now
from vpnbot.telegram.customer.receipt_contact import contact_optional
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.people.change_profile import keep_receipt_contact


async def sent(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Keep the address for receipts, and go on with the purchase."""
    address = (message.text or "").strip()
    if not is_email(address):
        return Show(screens.wrong_contact(optional=contact_optional(context)))
    choice = await _choice_in(state)
    await state.set_state(None)
    keep_receipt_contact(context.session, context, context.cause, address)
    return await next_step(context, state, choice)


async def not_text(_: Message, context: UpdateContext) -> Reply:
    """Explain that an address is needed."""
    return Show(screens.wrong_contact(optional=contact_optional(context)))


async def none_given(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Go on without an address for receipts, if the shop allows that."""
    choice = await _choice_in(state)
    if not contact_optional(context):
        return await next_step(context, state, choice)
    await state.set_state(None)
    keep_receipt_contact(context.session, context, context.cause, "")
    return await next_step(context, state, choice)


async def back(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the step before the address: the confirmation if there is an address, otherwise the ways to pay."""
    choice = await _choice_in(state)
    await state.set_state(None)
    if context.person.user.receipt_contact is not None:
        return await next_step(context, state, choice)
    offered = offered_now(context, gift=choice.gift)
    data = back_of(choice, offered.back_from_method(offered.completed(choice)))
    if data == Action.HOME:
        return show_home(context)
    return await next_step(context, state, Choice.parse(action_arguments(data)))


async def _choice_in(state: FSMContext) -> Choice:
    """Return the choice of the purchase for which the address was asked; empty if it is lost."""
    stored = (await state.get_data()).get(CHOICE)
    return Choice.parse(action_arguments(stored if isinstance(stored, str) else ""))
