"""Handlers for all updates that no other handler accepts: they show the home screen. Must be registered last."""

from aiogram import Router
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from vpnbot.telegram.aiogram_runtime.late_handlers import LateModule
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.messages.reply import Reply, Silence
from vpnbot.telegram.update_context import UpdateContext


async def unknown_tap(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Answer a button that no feature handles any more."""
    return show_current(context)


async def membership(_: ChatMemberUpdated) -> Reply:
    """Do nothing: the receiver has recorded already that the user blocked or unblocked the bot."""
    return Silence()


async def edit(_: Message) -> Reply:
    """Do nothing: no person has got the message before."""
    return Silence()


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.message.register(LateModule("vpnbot.telegram.customer.support").without_a_question)
    router.edited_message.register(edit)
    router.callback_query.register(unknown_tap)
    router.my_chat_member.register(membership)
