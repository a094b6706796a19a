"""What Telegram's refusals of calls about the operators' chat mean for that chat.

The texts are parts of Telegram's own, in lower case (tdlib/telegram-bot-api, Client.cpp; tdlib,
ForumTopicManager.cpp).
"""

from collections.abc import Coroutine

from aiogram.exceptions import TelegramAPIError, TelegramMigrateToChat

from vpnbot.domain.support_chat import (
    ChatFailed,
    ChatMoved,
    ChatTrouble,
    CopyOutcome,
    SourceGone,
    ThreadGone,
    TopicsRefused,
)
from vpnbot.errors import TelegramUnavailable, Unreachable
from vpnbot.telegram.customer.notifications import run_to_completion

_THREAD_GONE = ("thread not found", "topic_id_invalid", "topic_deleted")
_NO_TOPICS = (
    "not a forum",
    "rights to create a topic",
    "rights to close or open the topic",
    "rights to edit the topic",
    "rights to delete",
)
_SOURCE_GONE = ("to copy not found", "can't be copied", "message_id_invalid")
_NOT_THERE = ("peer_id_invalid", "channel_private", "channel_invalid", "chat_id_invalid", "chat was deactivated")
_MAY_NOT_WRITE = (
    "not enough rights",
    "no rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_send_plain_forbidden",
    "chat_admin_required",
    "chat_restricted",
    "topic_closed",
)


def outcome_of[T](call: Coroutine[object, None, T]) -> T | CopyOutcome:
    """Make a call, and return its result, or what its failure means.

    Raises:
        TelegramAPIError: Telegram rejected it for a reason that has nothing to do with the chat: a bug.
    """
    try:
        return run_to_completion(call)
    except TelegramMigrateToChat as error:
        return ChatMoved(error.migrate_to_chat_id)
    except TelegramUnavailable as error:
        return ChatFailed(ChatTrouble.NO_ANSWER, str(error), error.after)
    except Unreachable as error:
        text = str(error.__cause__ or error)
        return meaning(text) or ChatFailed(ChatTrouble.NOT_FOUND, text)
    except TelegramAPIError as error:
        meant = meaning(error.message)
        if meant is None:
            raise
        return meant


def meaning(text: str) -> CopyOutcome | None:
    """Return what Telegram's text of an error means for the chat; None: it has nothing to do with the chat."""
    lower = text.lower()
    if any(part in lower for part in _THREAD_GONE):
        return ThreadGone()
    if any(part in lower for part in _NO_TOPICS):
        return TopicsRefused(text)
    if any(part in lower for part in _SOURCE_GONE):
        return SourceGone()
    if any(part in lower for part in _MAY_NOT_WRITE):
        return ChatFailed(ChatTrouble.NO_RIGHTS, text)
    return ChatFailed(ChatTrouble.NOT_FOUND, text) if any(part in lower for part in _NOT_THERE) else None
