"""The ports for the operators: their chat for questions, its state, what was sent to it, and who they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from vpnbot.domain.answers import Answer
from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.payments.alerts import AlertMessage
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question
from vpnbot.domain.support_chat import (
    CopyOutcome,
    EditOutcome,
    Place,
    RelayOutcome,
    SupportChat,
    TopicOutcome,
    is_shared,
)

if TYPE_CHECKING:
    from vpnbot.domain.edited_content import Edited
    from vpnbot.domain.message_pairs import Pair, Side
    from vpnbot.domain.support_group import GroupFacts


class SupportChatState(Protocol):
    """The state of the operators' chat, which all processes share.

    Raises:
        UnreadableItem: another version has stored the state in a form that this version cannot read.
        StorageUnavailable: the storage did not answer; try again later.
    """

    def load(self, configured_id: int | None) -> SupportChat:
        """Return the state of the chat with this id in the settings; None: there is no such setting."""
        ...

    def save(self, before: SupportChat, after: SupportChat, *effects: Effect) -> bool:
        """Replace the state, with the effects or not at all.

        False, and no change, if another process changed it or claimed its report first.
        """
        ...


class SupportRecords(Protocol):
    """What support stores besides the people: whose topics are, pairs of messages, and how much was sent.

    Raises:
        StorageUnavailable: the storage did not answer; try again later.
    """

    def person_of(self, place: Place) -> PersonId | None:
        """Return whose topic this is; None: it is no person's topic."""
        ...

    def tells_of_orphan(self, place: Place, cause: str, now: datetime) -> bool:
        """Note that the staff are told of a topic without a person; False if another update was told of it."""
        ...

    def pair(self, person_id: PersonId, side: "Side", original: int) -> "Pair | None":
        """Return the pair of an original; None if it was not copied, or long ago."""
        ...

    def remember(self, person_id: PersonId, pair: "Pair") -> None:
        """Store a pair for `KEPT_FOR`; it replaces the one of the same original."""
        ...

    def erase(self, person_id: PersonId) -> bool:
        """Delete one slice of a person's pairs; return True when none is left."""
        ...

    def take(self, chat_id: int, count: int, now: datetime) -> datetime | None:
        """Count messages that are about to be sent to a group; None, or when they may be sent: nothing is counted."""
        ...


class QuestionSender(Protocol):
    """Sends to the operators' chat. Trouble of the chat is an outcome; an error that is raised is a bug."""

    def relay(self, question: Question, person: Person, chat_id: int, now: datetime) -> RelayOutcome:
        """Send one question of an earlier release, which stored its text."""
        ...

    def copy(self, messages: Sequence[int], person: Person, place: Place, reply_to: int | None) -> CopyOutcome:
        """Copy messages of a person's chat, together, as a reply to one there if that still exists."""
        ...

    def edit(self, edited: "Edited", place: Place, copy: int) -> EditOutcome:
        """Put the new content of an edited message into its copy; success also if the copy has it already."""
        ...

    def name(self, person: Person, place: Place, reply_to: int, now: datetime) -> RelayOutcome:
        """Say, below the copy in a chat without topics, whose it is; a reply to this message is an answer."""
        ...

    def say(self, place: Place, words: str, reply_to: int | None = None) -> RelayOutcome:
        """Send the message `words` of the locale files, in the language of the bot."""
        ...

    def create_topic(self, chat_id: int, person: Person) -> TopicOutcome:
        """Create a topic for a person; its id is the only one in `Relayed`."""
        ...

    def card(self, person: Person, place: Place, now: datetime) -> TopicOutcome:
        """Send the card of a person into their topic."""
        ...

    def set_closed(self, place: Place, *, closed: bool) -> TopicOutcome:
        """Close a topic, or open it again; success also if it is so already."""
        ...

    def delete_topic(self, place: Place) -> TopicOutcome:
        """Delete a topic with its messages."""
        ...

    def facts(self, chat_id: int) -> "GroupFacts | None":
        """Return what Telegram says about a group; None: it does not answer, or the bot is not in it."""
        ...

    def alert(self, message: AlertMessage, reader: Person | None, chat_id: int) -> RelayOutcome:
        """Send an alert about money to a chat, in the language of `reader`, or in that of the bot."""
        ...


class AnswerSender(Protocol):
    """Sends what operators write to the person, and shows the operators what became of it.

    Raises:
        Unreachable: the person blocked the bot.
        TelegramUnavailable: try again later.
        MessageRefused: Telegram does not do it; its own text says why.
    """

    def copy(self, answers: Sequence[Answer], person: Person, now: datetime) -> tuple[int, ...]:
        """Copy messages to a person, together, and return the ids of the copies; empty: the originals are gone."""
        ...

    def edit(self, answer: Answer, person: Person, message_id: int, now: datetime) -> None:
        """Put the new content of an edited message into its copy."""
        ...

    def delete(self, person: Person, message_id: int) -> bool:
        """Delete a copy; False: it is older than 48 hours."""
        ...

    def react(self, answer: Answer, emoji: str) -> bool:
        """Show a reaction at the operators' message; False: it was refused."""
        ...


@dataclass(frozen=True, slots=True)
class Operators:
    """How use cases reach the operators.

    `support_chat_id` is the id of their chat for questions in the settings; None: there is none. `admin_ids` are the
    Telegram users to notify of trouble, each in the own chat with the bot.
    """

    support_chat: SupportChatState
    records: SupportRecords
    sender: QuestionSender
    answers: AnswerSender
    support_chat_id: int | None = None
    admin_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def shared_chat(self) -> bool:
        """Whether the support chat is one that the administrators share, and not the own chat of one of them."""
        return is_shared(self.support_chat_id, self.admin_ids)
