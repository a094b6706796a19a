"""Sends what operators write to the person, and shows the operators what became of it."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramNotFound
from aiogram.types import ReactionTypeEmoji

from vpnbot.domain.answers import Answer
from vpnbot.domain.people.person import Person
from vpnbot.errors import MessageRefused, Unreachable, VpnbotError
from vpnbot.telegram.customer.notifications import run_to_completion
from vpnbot.telegram.customer.support_screens import ANSWER_ROWS
from vpnbot.telegram.messages.chat_sender import hide
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.telegram_errors import MessageUnchanged, translated
from vpnbot.telegram.messages.view_factory import ViewFactory

_GONE = "to copy not found"


class TelegramAnswerSender:
    """Implements the port `AnswerSender` with the Bot API."""

    def __init__(self, bot: Bot, views: ViewFactory) -> None:
        self._bot = bot
        self._views = views

    def copy(self, answers: Sequence[Answer], person: Person, now: datetime) -> tuple[int, ...]:
        """Copy messages to a person, and return the ids of the copies; empty: the originals are gone.

        A single message gets buttons; an album cannot have any.

        Raises:
            Unreachable, TelegramUnavailable, MessageRefused: see the port.
        """
        chat_id, first = _chat(person), answers[0]
        keyboard = self._renderer(person).keyboard(ANSWER_ROWS)

        async def one() -> tuple[int, ...]:
            copied = await self._bot.copy_message(chat_id, first.chat_id, first.message_id, reply_markup=keyboard)
            return (copied.message_id,)

        async def several() -> tuple[int, ...]:
            ids = [answer.message_id for answer in answers]
            copied = await self._bot.copy_messages(chat_id, first.chat_id, ids)
            return tuple(each.message_id for each in copied)

        try:
            return _accepted(one if len(answers) == 1 else several)
        except MessageRefused as error:
            if _GONE in error.description.lower():
                return ()
            raise

    def edit(self, answer: Answer, person: Person, message_id: int, now: datetime) -> None:
        """Put the new content of an edited message into its copy.

        Raises:
            Unreachable, TelegramUnavailable, MessageGone, MessageRefused: see the port.
        """
        chat_id, keyboard = _chat(person), self._renderer(person).keyboard(ANSWER_ROWS)

        from vpnbot.telegram.messages.edited_copy import edit_copy

        async def edit() -> None:
            await edit_copy(self._bot, chat_id, message_id, answer.edited, keyboard)

        with suppress(MessageUnchanged):
            _accepted(edit)

    def delete(self, person: Person, message_id: int) -> bool:
        """Delete a copy; False: it is older than 48 hours.

        Raises:
            Unreachable, TelegramUnavailable: see the port.
        """
        return run_to_completion(hide(self._bot, _chat(person), message_id))

    def react(self, answer: Answer, emoji: str) -> bool:
        """Show a reaction at the operators' message; False: Telegram refused it, or did not answer."""

        async def react() -> bool:
            return await self._bot.set_message_reaction(
                answer.chat_id, answer.shown_at, reaction=[ReactionTypeEmoji(emoji=emoji)]
            )

        try:
            return run_to_completion(translated(react))
        except (TelegramAPIError, VpnbotError):
            return False

    def _renderer(self, person: Person) -> Renderer:
        return Renderer(self._views.messages, self._views.language_of(person))


def _accepted[T](call: Callable[[], Awaitable[T]]) -> T:
    try:
        return run_to_completion(translated(call))
    except (TelegramBadRequest, TelegramNotFound) as error:
        raise MessageRefused(error.message) from error


def _chat(person: Person) -> int:
    if person.user.chat_id is None:
        raise Unreachable("there is no chat to send this to")
    return person.user.chat_id
