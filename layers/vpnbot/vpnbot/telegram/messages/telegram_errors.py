"""The translation of the errors of Bot API calls."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

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

from vpnbot.errors import MessageGone, Misconfigured, TelegramSilent, TelegramUnavailable, Unreachable

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


class MessageUnchanged(Exception):
    """An edit would leave the message as it is; the caller takes it as a success."""


async def translated[T](call: Callable[[], Awaitable[T]]) -> T:
    """Make a call, translate its errors, and return its result.

    Raises:
        MessageUnchanged, Unreachable, MessageGone, TelegramUnavailable: see these classes.
        Misconfigured: the token was revoked.
        TelegramAPIError: Telegram rejected the call, which is a bug.
    """
    try:
        return await call()
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
        meant = _error_of(error)
        if meant is error:
            raise
        raise meant from error


def _error_of(error: TelegramAPIError) -> Exception:
    """Return the error that the text of Telegram's answer means; the same error if it means none of ours."""
    text = error.message.lower()
    if _UNCHANGED in text:
        return MessageUnchanged(error.message)
    if any(reason in text for reason in _GONE):
        return MessageGone(error.message)
    if any(reason in text for reason in _NO_CHAT):
        return Unreachable(error.message)
    return error
