"""The buttons below the input with which a member of the staff chooses a person in Telegram's own list.

Telegram Bot API: KeyboardButtonRequestUsers (private chats only), ReplyKeyboardMarkup, ReplyKeyboardRemove. A message
with one of these keyboards cannot be edited, so a message that removes it is deleted again.
"""

from contextlib import suppress

from aiogram import Bot
from aiogram.types import KeyboardButton, KeyboardButtonRequestUsers, ReplyKeyboardMarkup, ReplyKeyboardRemove

from vpnbot.errors import VpnbotError
from vpnbot.telegram.bot_api.incoming_update import Incoming
from vpnbot.telegram.messages.chat_sender import ChatSender, hide
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.reply import CANCEL_ASKING, AskForPerson, EndAsking
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.messages.telegram_errors import translated

REQUEST_ID = 1
"""The number that Telegram returns with the chosen person; it must be unique within the message."""


async def send_picker_reply(
    reply: AskForPerson | EndAsking, bot: Bot, incoming: Incoming, sender: ChatSender, renderer: Renderer
) -> None:
    """Show the buttons, or remove them and show the screen after them.

    Raises:
        Unreachable: the person blocked the bot.
        TelegramUnavailable: Telegram asked to wait, failed or did not answer.
    """
    chat_id = incoming.chat_id
    match reply:
        case AskForPerson():
            keyboard = _keyboard(renderer.plain(reply.choose), renderer.plain(phrase(CANCEL_ASKING)))
            await translated(lambda: bot.send_message(chat_id, renderer.words(reply.words), reply_markup=keyboard))
            if incoming.message_id is not None:
                await _remove(bot, chat_id, incoming.message_id)
        case EndAsking():
            await remove_buttons(bot, chat_id, renderer)
            await sender.show(reply.screen)


async def remove_buttons(bot: Bot, chat_id: int, renderer: Renderer) -> None:
    """Remove the buttons with a message, which is deleted again.

    Raises:
        Unreachable, TelegramUnavailable: as `send_picker_reply`.
    """
    words = renderer.words(phrase("picker-closed"))
    sent = await translated(lambda: bot.send_message(chat_id, words, reply_markup=_no_keyboard()))
    await _remove(bot, chat_id, sent.message_id)


def _keyboard(choose: str, cancel: str) -> ReplyKeyboardMarkup:
    people = KeyboardButtonRequestUsers(request_id=REQUEST_ID, user_is_bot=False, max_quantity=1)
    rows = [[KeyboardButton(text=choose, request_users=people)], [KeyboardButton(text=cancel)]]
    return ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True, one_time_keyboard=True)


def _no_keyboard() -> ReplyKeyboardRemove:
    return ReplyKeyboardRemove(remove_keyboard=True)


async def _remove(bot: Bot, chat_id: int, message_id: int) -> None:
    """Delete a message; if that fails, one message more stays in the chat, and nothing is sent twice."""
    with suppress(VpnbotError):
        await hide(bot, chat_id, message_id)
