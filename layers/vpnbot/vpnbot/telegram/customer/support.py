"""The button "Write to us": a question to the operators."""

from datetime import datetime, timedelta

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.people.limits import TooOften
from vpnbot.telegram.customer import support_screens as screens
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.customer.limit_screens import limited
from vpnbot.telegram.customer.states import Support
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.support.relay_question import TooManyQuestions, relay_question

MORE_WITHIN = timedelta(minutes=10)
"""So long after a question the next messages belong to it: people write several short ones, or send an album."""
_UNTIL = "until"


async def ask(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Ask the person to type their question."""
    if context.views.support_chat_id is None:
        return show_current(context)
    await state.set_state(Support.writing)
    return Show(screens.ask(), as_new=True)


async def question(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Relay the question to the operators."""
    await end_with(state, Outcome(context.cause, phrase("support-sent")))  # stored by the same commit
    await state.set_state(Support.more)
    await state.update_data({_UNTIL: (context.now + MORE_WITHIN).isoformat()})
    try:
        relay_question(context.session, context, context.cause, message.text or "")
    except TooOften as refused:
        await state.set_state(Support.writing)
        await state.set_data({})
        return Show(limited(context.view(), refused, context.now))
    except TooManyQuestions:
        await state.clear()
        return Show(screens.too_many())
    return Show(screens.sent())


async def more(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Relay what the person writes soon after a question, too."""
    if await _open(context, state):
        return await question(message, context, state) if message.text else Show(screens.text_only())
    await state.clear()
    return show_current(context)


async def _open(context: UpdateContext, state: FSMContext) -> bool:
    """Tell whether what the person writes now belongs to the question before."""
    until = (await state.get_data()).get(_UNTIL)
    return isinstance(until, str) and context.now <= datetime.fromisoformat(until)


async def not_a_question(_: Message) -> Reply:
    """Explain that only text can be relayed."""
    return Show(screens.text_only())
