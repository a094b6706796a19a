"""Sending to one chat through the Bot API, and the translation of its errors."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import BufferedInputFile

from vpnbot.errors import MessageGone, Misconfigured, TelegramSilent, TelegramUnavailable, Unreachable
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Screen

_GONE = (
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "message_id_invalid",
    "message to delete not found",
)
_NO_CHAT = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "input_user_deactivated",
    "bot was kicked",
    "peer_id_invalid",
    "user_is_blocked",
    "chat_write_forbidden",
    "have no rights to send a message",
    "not enough rights to send",
)
"""Answers that mean that nothing can be sent to this chat, as after 403. The Bot API documents none of them."""
_UNCHANGED = "message is not modified"


class ChatSender:
    """Sends screens and files to one chat in one language."""

    def __init__(self, bot: Bot, chat_id: int, renderer: Renderer) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._renderer = renderer

    async def show(self, screen: Screen, *, in_message: int | None = None) -> None:
        """Show a screen by editing the message `in_message`; as a new message if that is None or cannot be edited.

        Raises:
            Unreachable: the person blocked the bot.
            TelegramUnavailable: Telegram asked to wait, failed or did not answer.
        """
        if in_message is None or screen.qr is not None:
            await self._send(screen)
            return
        try:
            await self._edit(screen, in_message)
        except MessageGone:
            await self._send(screen)

    async def send_file(self, content: bytes, file_name: str, caption: str) -> None:
        """Send a file.

        Raises:
            Unreachable: the person blocked the bot.
            TelegramUnavailable: Telegram asked to wait, failed or did not answer.
        """
        document = BufferedInputFile(content, file_name)
        await _translated(lambda: self._bot.send_document(self._chat_id, document, caption=caption))

    async def _send(self, screen: Screen) -> None:
        text, keyboard = self._renderer.html(screen), self._renderer.keyboard(screen.rows)
        if screen.qr is None:
            await _translated(lambda: self._bot.send_message(self._chat_id, text, reply_markup=keyboard))
            return
        picture = BufferedInputFile(_qr_png(screen.qr), "qr.png")
        await _translated(lambda: self._bot.send_photo(self._chat_id, picture, caption=text, reply_markup=keyboard))

    async def _edit(self, screen: Screen, message_id: int) -> None:
        text, keyboard = self._renderer.html(screen), self._renderer.keyboard(screen.rows)

        async def edit() -> object:
            return await self._bot.edit_message_text(
                text, chat_id=self._chat_id, message_id=message_id, reply_markup=keyboard
            )

        try:
            await _translated(edit)
        except TelegramUnavailable as error:
            if not isinstance(error.__cause__, TelegramNetworkError):
                raise
            await _translated(edit)


async def hide(bot: Bot, chat_id: int, message_id: int) -> bool:
    """Delete a message; return False if it is older than 48 hours, because Telegram does not delete it then.

    Raises:
        Unreachable: the person blocked the bot.
        TelegramUnavailable: Telegram asked to wait, failed or did not answer.
    """
    try:
        await _translated(lambda: bot.delete_message(chat_id, message_id))
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


async def _translated(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call and translate its errors; an edit that changes nothing is a success.

    Raises:
        Unreachable, MessageGone, TelegramUnavailable: see these classes.
        Misconfigured: the token was revoked.
        TelegramAPIError: Telegram rejected the call, which is a bug.
    """
    try:
        await call()
    except TelegramRetryAfter as error:
        raise TelegramUnavailable("Telegram asks to wait", after=timedelta(seconds=error.retry_after)) from error
    except (TelegramNetworkError, TelegramServerError) as error:
        raise TelegramSilent("Telegram did not answer") from error
    except ClientDecodeError as error:
        if isinstance(error.data, str):
            raise TelegramSilent("Telegram's answer was not JSON, as after an error of a proxy") from error
        raise
    except TelegramForbiddenError as error:
        raise Unreachable("the person blocked the bot") from error
    except TelegramUnauthorizedError as error:
        raise Misconfigured("bot_token", "Telegram does not know it; get one from @BotFather") from error
    except (TelegramBadRequest, TelegramNotFound) as error:
        _raise_translated(error)


def _raise_translated(error: TelegramAPIError) -> None:
    """Raise the error that the text of Telegram's answer means; return if the edit changed nothing."""
    text = error.message.lower()
    if _UNCHANGED in text:
        return
    if any(reason in text for reason in _GONE):
        raise MessageGone(error.message) from error
    if any(reason in text for reason in _NO_CHAT):
        raise Unreachable(error.message) from error
    raise error
