"""Edits of messages that are copied: read from an edited message, and put into its copy."""

from typing import TYPE_CHECKING

from aiogram import Bot
from aiogram.types import InlineKeyboardMarkup, Message

from vpnbot.domain.edited_content import Edited, Media

if TYPE_CHECKING:
    from aiogram.types import InputMediaUnion


def edited_content(message: Message) -> Edited | None:
    """Return what an edited message contains; None: Telegram lets no bot put that into another message."""
    if message.text is not None:
        return Edited(message.html_text)
    html = "" if message.caption is None else message.html_text
    file_ids = {
        Media.PHOTO: message.photo[-1].file_id if message.photo else None,
        Media.ANIMATION: message.animation and message.animation.file_id,  # such a message has `document` as well
        Media.VIDEO: message.video and message.video.file_id,
        Media.AUDIO: message.audio and message.audio.file_id,
        Media.DOCUMENT: message.document and message.document.file_id,
    }
    for media, file_id in file_ids.items():
        if file_id:
            return Edited(html, caption=True, media=media, file_id=file_id)
    return Edited(html, caption=True) if message.voice is not None else None


async def edit_copy(
    bot: Bot, chat_id: int, message_id: int, edited: Edited, keyboard: InlineKeyboardMarkup | None = None
) -> None:
    """Put the content into a copy; a file is put in again even if only its caption has changed.

    Raises:
        TelegramAPIError: Telegram does not do it.
    """
    if edited.media is not None:
        await bot.edit_message_media(_input(edited), chat_id=chat_id, message_id=message_id, reply_markup=keyboard)
    elif edited.caption:
        await bot.edit_message_caption(
            chat_id=chat_id, message_id=message_id, caption=edited.html, reply_markup=keyboard
        )
    else:
        await bot.edit_message_text(edited.html, chat_id=chat_id, message_id=message_id, reply_markup=keyboard)


def _input(edited: Edited) -> "InputMediaUnion":
    from aiogram.types import (
        InputMediaAnimation,
        InputMediaAudio,
        InputMediaDocument,
        InputMediaPhoto,
        InputMediaVideo,
    )

    match edited.media:
        case Media.PHOTO:
            return InputMediaPhoto(media=edited.file_id, caption=edited.html)
        case Media.VIDEO:
            return InputMediaVideo(media=edited.file_id, caption=edited.html)
        case Media.ANIMATION:
            return InputMediaAnimation(media=edited.file_id, caption=edited.html)
        case Media.AUDIO:
            return InputMediaAudio(media=edited.file_id, caption=edited.html)
        case _:
            return InputMediaDocument(media=edited.file_id, caption=edited.html)
