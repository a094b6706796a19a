"""Whatever leads nowhere any more: the current screen, gently. Must be registered last."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from vpnbot.telegram.reply import Reply, Silence
from vpnbot.telegram.visit import Visit


async def unexpected_message(_: Message, visit: Visit, state: FSMContext) -> Reply:
    """Answer anything that we have no answer to."""
    await state.clear()
    return visit.lost()


async def unknown_tap(_: CallbackQuery, visit: Visit) -> Reply:
    """Answer a button of another time."""
    return visit.lost()


async def membership(_: ChatMemberUpdated) -> Reply:
    """Being blocked or let in again is noted before any handler; there is nothing to say."""
    return Silence()


def lost(router: Router) -> None:
    """Register which message or tap leads to which of these handlers."""
    router.message.register(unexpected_message)
    router.callback_query.register(unknown_tap)
    router.my_chat_member.register(membership)
