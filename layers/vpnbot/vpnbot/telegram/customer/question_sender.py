"""Sends questions and alerts to the operators' chat, and says what Telegram's answer means for that chat."""

from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramMigrateToChat

from vpnbot.domain.payments.alerts import AlertMessage
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question
from vpnbot.domain.support_chat import ChatFailed, ChatMoved, ChatTrouble, Relayed, RelayOutcome
from vpnbot.errors import TelegramUnavailable, Unreachable
from vpnbot.telegram.customer.alert_screens import alert_screen
from vpnbot.telegram.customer.notifications import run_to_completion
from vpnbot.telegram.customer.support_screens import question_screen
from vpnbot.telegram.messages.chat_sender import ChatSender
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Screen
from vpnbot.telegram.messages.view_factory import ViewFactory

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
"""Parts of the texts of Telegram's errors, in lower case (tdlib/telegram-bot-api, Client.cpp)."""


class TelegramQuestionSender:
    """Implements the port `QuestionSender` with the Bot API."""

    def __init__(self, bot: Bot, views: ViewFactory) -> None:
        self._bot = bot
        self._views = views

    def relay(self, question: Question, person: Person, chat_id: int, now: datetime) -> RelayOutcome:
        """Send one question of a person to the chat with this id.

        Raises:
            TelegramAPIError: Telegram rejected the message for a reason that has nothing to do with the chat: a bug.
        """
        return self._sent(question_screen(question.text, person.id), chat_id, self._views.language_of(person))

    def alert(self, message: AlertMessage, reader: Person | None, chat_id: int) -> RelayOutcome:
        """Send an alert about money to the chat with this id, in the language of `reader`, or in that of the bot.

        Raises:
            TelegramAPIError: as `relay`.
        """
        messages = self._views.messages
        language = messages.closest(None) if reader is None else self._views.language_of(reader)
        return self._sent(alert_screen(message), chat_id, language)

    def _sent(self, screen: Screen, chat_id: int, language: str) -> RelayOutcome:
        renderer = Renderer(self._views.messages, language)
        try:
            run_to_completion(ChatSender(self._bot, chat_id, renderer).show(screen))
        except TelegramMigrateToChat as error:
            return ChatMoved(error.migrate_to_chat_id)
        except TelegramUnavailable as error:
            return ChatFailed(ChatTrouble.NO_ANSWER, str(error), error.after)
        except Unreachable as error:
            text = str(error.__cause__ or error)
            return ChatFailed(_trouble(text) or ChatTrouble.NOT_FOUND, text)
        except TelegramAPIError as error:
            trouble = _trouble(error.message)
            if trouble is None:
                raise
            return ChatFailed(trouble, error.message)
        return Relayed()


def _trouble(text: str) -> ChatTrouble | None:
    """Return what the text of an error says about the chat; None if it says nothing about it."""
    lower = text.lower()
    if any(part in lower for part in _MAY_NOT_WRITE):
        return ChatTrouble.NO_RIGHTS
    return ChatTrouble.NOT_FOUND if any(part in lower for part in _NOT_THERE) else None
