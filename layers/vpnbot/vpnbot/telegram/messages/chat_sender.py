"""Sending to one chat through the Bot API."""

from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup

from vpnbot.errors import MessageGone, TelegramUnavailable
from vpnbot.telegram.aiogram_runtime.screen_call import edited_message, new_message, show
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Screen
from vpnbot.telegram.messages.telegram_errors import MessageUnchanged, translated


class ChatSender:
    """Sends screens and files to one chat, or to one topic of it, in one language."""

    def __init__(self, bot: Bot, chat_id: int, renderer: Renderer, thread_id: int | None = None) -> None:
        self._thread_id = thread_id
        self._bot = bot
        self._chat_id = chat_id
        self._renderer = renderer

    async def show(self, screen: Screen, *, in_message: int | None = None) -> int:
        """Show a screen by editing the message `in_message`; as a new message if that is None or cannot be edited.

        Return the id of the message that shows it.

        Raises:
            Unreachable: the person blocked the bot.
            TelegramUnavailable: Telegram asked to wait, failed or did not answer.
        """
        if in_message is None or screen.qr is not None:
            return await self._send(screen)
        try:
            await self._edit(screen, in_message)
        except MessageGone:
            return await self._send(screen)
        return in_message

    async def send_file(self, content: bytes, file_name: str, caption: str) -> int:
        """Send a file, and return the id of its message.

        Raises:
            Unreachable: the person blocked the bot.
            TelegramUnavailable: Telegram asked to wait, failed or did not answer.
        """
        document = BufferedInputFile(content, file_name)
        sent = await translated(lambda: self._bot.send_document(self._chat_id, document, caption=caption))
        return sent.message_id

    async def _send(self, screen: Screen) -> int:
        text = self._renderer.html(screen)
        if screen.qr is None and screen.picture is None:
            buttons = self._renderer.buttons(screen.rows)
            call = new_message(self._bot, self._chat_id, text, buttons, self._thread_id)
            return await translated(lambda: show(self._bot, call))
        keyboard = self._renderer.keyboard(screen.rows)
        picture = BufferedInputFile(screen.picture or _qr_png(screen.qr or ""), "picture.png")
        photo = await translated(
            lambda: self._bot.send_photo(self._chat_id, picture, caption=text, reply_markup=keyboard)
        )
        return photo.message_id

    async def _edit(self, screen: Screen, message_id: int) -> None:
        text = self._renderer.html(screen)

        async def edit() -> object:
            if screen.picture is not None:
                keyboard = self._renderer.keyboard(screen.rows)
                return await self._edit_picture(screen.picture, text, keyboard, message_id)
            buttons = self._renderer.buttons(screen.rows)
            return await show(self._bot, edited_message(self._bot, self._chat_id, message_id, text, buttons))

        with suppress(MessageUnchanged):
            try:
                await translated(edit)
            except TelegramUnavailable as error:
                if not isinstance(error.__cause__, TelegramNetworkError):
                    raise
                await translated(edit)

    async def _edit_picture(
        self, picture: bytes, caption: str, keyboard: InlineKeyboardMarkup | None, message_id: int
    ) -> object:
        from aiogram.types import InputMediaPhoto

        media = InputMediaPhoto(media=BufferedInputFile(picture, "picture.png"), caption=caption)
        return await self._bot.edit_message_media(
            media, chat_id=self._chat_id, message_id=message_id, reply_markup=keyboard
        )


async def hide(bot: Bot, chat_id: int, message_id: int) -> bool:
    """Delete a message; return False if it is older than 48 hours, because Telegram does not delete it then.

    Raises:
        Unreachable: the person blocked the bot.
        TelegramUnavailable: Telegram asked to wait, failed or did not answer.
    """
    try:
        await translated(lambda: bot.delete_message(chat_id, message_id))
    except MessageGone:
        return True
    except TelegramBadRequest:
        return False
    return True


def _qr_png(text: str) -> bytes:
    from io import BytesIO

    import segno

    picture = BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="png", scale=10, border=4)
    return picture.getvalue()
