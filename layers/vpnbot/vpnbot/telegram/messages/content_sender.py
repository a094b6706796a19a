"""Sends the content of a broadcast to one chat: a text, or a file that Telegram keeps, with its caption."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound
from aiogram.types import InlineKeyboardMarkup, Message

from vpnbot.domain.broadcasts.content import Content, Medium
from vpnbot.errors import MessageGone, MessageRefused
from vpnbot.telegram.messages.telegram_errors import MessageUnchanged, translated

if TYPE_CHECKING:
    from aiogram.types.input_media_union import InputMediaUnion


async def send_content(bot: Bot, chat_id: int, content: Content, keyboard: InlineKeyboardMarkup | None) -> int:
    """Send the content, and return the id of the message.

    Raises:
        MessageRefused: Telegram refuses it.
        Unreachable, TelegramUnavailable: as `translated`.
    """
    html, file = content.html, content.file_id
    calls: dict[Medium, Callable[[], Awaitable[Message]]] = {
        Medium.NONE: lambda: bot.send_message(chat_id, html, reply_markup=keyboard),
        Medium.PHOTO: lambda: bot.send_photo(chat_id, file, caption=html, reply_markup=keyboard),
        Medium.VIDEO: lambda: bot.send_video(chat_id, file, caption=html, reply_markup=keyboard),
        Medium.ANIMATION: lambda: bot.send_animation(chat_id, file, caption=html, reply_markup=keyboard),
        Medium.DOCUMENT: lambda: bot.send_document(chat_id, file, caption=html, reply_markup=keyboard),
    }
    sent = await _accepted(calls[content.medium])
    return sent.message_id


async def edit_content(
    bot: Bot, chat_id: int, message_id: int, content: Content, keyboard: InlineKeyboardMarkup | None
) -> bool:
    """Give a message that was sent this content; return False if Telegram does not edit it any more.

    The file is sent again only if it was replaced: an edit of the caption leaves it as it is.

    Raises:
        Unreachable, TelegramUnavailable: as `translated`.
    """
    html = content.html

    async def edit() -> object:
        if content.medium is Medium.NONE:
            return await bot.edit_message_text(html, chat_id=chat_id, message_id=message_id, reply_markup=keyboard)
        if content.replaced:
            return await bot.edit_message_media(
                _input_media(content), chat_id=chat_id, message_id=message_id, reply_markup=keyboard
            )
        return await bot.edit_message_caption(
            chat_id=chat_id, message_id=message_id, caption=html, reply_markup=keyboard
        )

    try:
        await translated(edit)
    except MessageUnchanged:
        return True
    except (MessageGone, TelegramBadRequest, TelegramNotFound):
        return False
    return True


def _input_media(content: Content) -> "InputMediaUnion":
    from aiogram import types

    file, html = content.file_id, content.html
    match content.medium:
        case Medium.PHOTO:
            return types.InputMediaPhoto(media=file, caption=html)
        case Medium.VIDEO:
            return types.InputMediaVideo(media=file, caption=html)
        case Medium.ANIMATION:
            return types.InputMediaAnimation(media=file, caption=html)
        case _:
            return types.InputMediaDocument(media=file, caption=html)


async def _accepted[T](call: Callable[[], Awaitable[T]]) -> T:
    try:
        return await translated(call)
    except (TelegramBadRequest, TelegramNotFound) as error:
        raise MessageRefused(error.message) from error
