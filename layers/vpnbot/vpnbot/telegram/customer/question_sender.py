"""Sends to the operators' chat: copies of what people write, their topics and cards, and alerts."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramMigrateToChat, TelegramNotFound
from aiogram.types import ReplyParameters

from vpnbot.domain.edited_content import Edited
from vpnbot.domain.payments.alerts import AlertMessage
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question
from vpnbot.domain.support_chat import (
    ChatFailed,
    ChatTrouble,
    CopyOutcome,
    EditOutcome,
    EditRefused,
    Place,
    Relayed,
    RelayOutcome,
    SourceGone,
    ThreadGone,
    TopicOutcome,
    TopicsRefused,
)
from vpnbot.errors import MessageGone
from vpnbot.telegram.customer.alert_screens import alert_screen
from vpnbot.telegram.customer.group_errors import meaning, outcome_of
from vpnbot.telegram.customer.support_screens import asker_line, question_screen, topic_name
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Screen, phrase
from vpnbot.telegram.messages.telegram_errors import MessageUnchanged, translated
from vpnbot.telegram.messages.view_factory import ViewFactory

if TYPE_CHECKING:
    from vpnbot.domain.support_group import GroupFacts

type CardOf = Callable[[Person, datetime], Screen]
"""Returns the card of a person in their topic; it is on the staff's side, which is imported when it is needed."""
_UNCHANGED = "topic_not_modified"


class TelegramQuestionSender:
    """Implements the port `QuestionSender` with the Bot API."""

    def __init__(self, bot: Bot, views: ViewFactory, card_of: CardOf) -> None:
        self._bot = bot
        self._views = views
        self._card_of = card_of

    def relay(self, question: Question, person: Person, chat_id: int, now: datetime) -> RelayOutcome:
        """Send one question of an earlier release to the chat with this id.

        Raises:
            TelegramAPIError: Telegram rejected the message for a reason that has nothing to do with the chat: a bug.
                All methods raise it.
        """
        screen = question_screen(question.text, person.id)
        return _about_chat(self._sent(screen, Place(chat_id), self._views.language_of(person)))

    def copy(self, messages: Sequence[int], person: Person, place: Place, reply_to: int | None) -> CopyOutcome:
        """Copy messages of a person's chat to a place; some may be missing in the outcome, which were deleted."""
        source, thread = person.user.chat_id or 0, place.thread_id or None

        async def one() -> tuple[int, ...]:
            copied = await self._bot.copy_message(
                place.chat_id, source, messages[0], message_thread_id=thread, reply_parameters=_reply(reply_to)
            )
            return (copied.message_id,)

        async def several() -> tuple[int, ...]:
            copied = await self._bot.copy_messages(place.chat_id, source, list(messages), message_thread_id=thread)
            return tuple(each.message_id for each in copied)

        outcome = outcome_of(translated(one if len(messages) == 1 else several))
        if isinstance(outcome, tuple):
            return Relayed(outcome) if outcome else SourceGone()
        return outcome

    def edit(self, edited: Edited, place: Place, copy: int) -> EditOutcome:
        """Put the new content of an edited message into its copy; success also if the copy has it already."""

        from vpnbot.telegram.messages.edited_copy import edit_copy

        async def edit() -> EditOutcome:
            try:
                await translated(lambda: edit_copy(self._bot, place.chat_id, copy, edited))
            except MessageUnchanged:
                return Relayed((copy,))
            except (MessageGone, TelegramNotFound):
                return EditRefused()
            except TelegramBadRequest as error:
                if isinstance(error, TelegramMigrateToChat) or meaning(error.message) is not None:
                    raise
                return EditRefused()
            return Relayed((copy,))

        return outcome_of(edit())

    def name(self, person: Person, place: Place, reply_to: int, now: datetime) -> RelayOutcome:
        """Say below a copy whose it is."""
        language = place.language or self._views.language_of(person)
        return _about_chat(self._sent(asker_line(person), place, language, reply_to))

    def say(self, place: Place, words: str, reply_to: int | None = None) -> RelayOutcome:
        """Send a message of the locale files."""
        language = self._views.messages.closest(place.language or None)
        return _about_chat(self._sent(Screen((phrase(words),)), place, language, reply_to))

    def create_topic(self, chat_id: int, person: Person) -> TopicOutcome:
        """Create a topic for a person; its id is the only one in `Relayed`."""

        async def create() -> int:
            made = await self._bot.create_forum_topic(chat_id, topic_name(person))
            return made.message_thread_id

        return _about_topic(outcome_of(translated(create)))

    def card(self, person: Person, place: Place, now: datetime) -> TopicOutcome:
        """Send the card of a person into their topic."""
        language = place.language or self._views.language_of(person)
        return self._sent(self._card_of(person, now), place, language)

    def set_closed(self, place: Place, *, closed: bool) -> TopicOutcome:
        """Close a topic, or open it again; success also if it is so already."""
        call = self._bot.close_forum_topic if closed else self._bot.reopen_forum_topic
        return self._topic_call(lambda: call(place.chat_id, place.thread_id))

    def delete_topic(self, place: Place) -> TopicOutcome:
        """Delete a topic with its messages."""
        return self._topic_call(lambda: self._bot.delete_forum_topic(place.chat_id, place.thread_id))

    def facts(self, chat_id: int) -> "GroupFacts | None":
        """Return what Telegram says about a group; None: it does not answer, or the bot is not in it."""

        from vpnbot.domain.support_group import GroupFacts

        async def ask() -> GroupFacts:
            chat = await self._bot.get_chat(chat_id)
            member = await self._bot.get_chat_member(chat_id, self._bot.id)
            owns = member.status == "creator"
            rights = (getattr(member, right, None) is True for right in ("can_manage_topics", "can_delete_messages"))
            topics, delete = (owns or right for right in rights)
            administrator = owns or member.status == "administrator"
            return GroupFacts(chat.title or "", chat.is_forum is True, administrator, topics, delete)

        outcome = outcome_of(translated(ask))
        return outcome if isinstance(outcome, GroupFacts) else None

    def alert(self, message: AlertMessage, reader: Person | None, chat_id: int) -> RelayOutcome:
        """Send an alert about money to the chat with this id, in the language of `reader`, or in that of the bot."""
        messages = self._views.messages
        language = messages.closest(None) if reader is None else self._views.language_of(reader)
        return _about_chat(self._sent(alert_screen(message), Place(chat_id), language))

    def _topic_call(self, call: Callable[[], Awaitable[object]]) -> TopicOutcome:
        async def quiet() -> int:
            try:
                await translated(call)
            except TelegramBadRequest as error:
                if _UNCHANGED not in error.message.lower():
                    raise
            return 0

        return _about_topic(outcome_of(quiet()))

    def _sent(self, screen: Screen, place: Place, language: str, reply_to: int | None = None) -> TopicOutcome:
        renderer = Renderer(self._views.messages, language)

        async def send() -> int:
            sent = await self._bot.send_message(
                place.chat_id,
                renderer.html(screen),
                message_thread_id=place.thread_id or None,
                reply_markup=renderer.keyboard(screen.rows),
                reply_parameters=_reply(reply_to),
            )
            return sent.message_id

        return _about_topic(outcome_of(translated(send)))


def _reply(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True)


def _about_topic(outcome: int | CopyOutcome) -> TopicOutcome:
    if isinstance(outcome, int):
        return Relayed((outcome,))
    return ChatFailed(ChatTrouble.NO_ANSWER, "refused") if isinstance(outcome, SourceGone) else outcome


def _about_chat(outcome: TopicOutcome) -> RelayOutcome:
    if isinstance(outcome, ThreadGone | TopicsRefused):
        return ChatFailed(ChatTrouble.NO_RIGHTS, str(outcome))
    return outcome
