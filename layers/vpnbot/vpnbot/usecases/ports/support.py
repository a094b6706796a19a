"""The ports for the operators: their chat for questions, its state, and who they are."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from vpnbot.domain.payments.alerts import AlertMessage
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question
from vpnbot.domain.support_chat import RelayOutcome, SupportChat, is_shared


class SupportChatState(Protocol):
    """The state of the operators' chat, which all processes share.

    Raises:
        UnreadableItem: another version has stored the state in a form that this version cannot read.
        StorageUnavailable: the storage did not answer; try again later.
    """

    def load(self, configured_id: int | None) -> SupportChat:
        """Return the state of the chat with this id in the settings; None: there is no such setting."""
        ...

    def save(self, before: SupportChat, after: SupportChat) -> bool:
        """Replace the state; False, and no change, if another process changed it or claimed its report first."""
        ...


class QuestionSender(Protocol):
    """Sends to the operators' chat. Trouble of the chat is an outcome; an error that is raised is a bug."""

    def relay(self, question: Question, person: Person, chat_id: int, now: datetime) -> RelayOutcome:
        """Send one question of a person to a chat."""
        ...

    def alert(self, message: AlertMessage, reader: Person | None, chat_id: int) -> RelayOutcome:
        """Send an alert about money to a chat, in the language of `reader`, or in that of the bot."""
        ...


@dataclass(frozen=True, slots=True)
class Operators:
    """How use cases reach the operators.

    `support_chat_id` is the id of their chat for questions in the settings; None: there is none. `admin_ids` are the
    Telegram users to notify of trouble, each in the own chat with the bot.
    """

    support_chat: SupportChatState
    sender: QuestionSender
    support_chat_id: int | None = None
    admin_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def shared_chat(self) -> bool:
        """Whether the support chat is one that the administrators share, and not the own chat of one of them."""
        return is_shared(self.support_chat_id, self.admin_ids)
