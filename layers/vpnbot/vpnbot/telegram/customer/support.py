"""The button "Write to us": a question to the operators."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.telegram.customer import support_screens as screens
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.customer.states import Support
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.support.relay_question import TooManyQuestions, relay_question


async def ask(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Ask the person to type their question."""
    if context.views.support_chat_id is None:
        return show_current(context)
    await state.set_state(Support.writing)
    return Show(screens.ask(), as_new=True)


async def question(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Relay the question to the operators."""
    await end_with(state, Outcome(context.cause, phrase("support-sent")))  # stored by the same commit
    try:
        relay_question(context.session, context, context.cause, message.text or "")
    except TooManyQuestions:
        await state.clear()
        return Show(screens.too_many())
    return Show(screens.sent())


async def not_a_question(_: Message) -> Reply:
    """Explain that only text can be relayed."""
    return Show(screens.text_only())
