"""The operators' chat in memory: its state, and a sender that keeps what it sent."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.fakes.table import Table
from vpnbot.domain.payments.alerts import AlertMessage
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question
from vpnbot.domain.support_chat import SUPPORT, ChatFailed, ChatMoved, Relayed, RelayOutcome, SupportChat


class SupportChats:
    """Implements the `SupportChatState` port over the in-memory table."""

    def __init__(self, table: Table | None = None) -> None:
        self._table = table or Table()

    def load(self, configured_id: int | None) -> SupportChat:
        """Return the stored state, or that of a chat about which nothing is known."""
        stored = self._stored()
        return stored.configured(configured_id) if stored else SupportChat(configured_id)

    def save(self, before: SupportChat, after: SupportChat) -> bool:
        """Replace the state, if version and claim are as they were read."""
        with self._table.lock:
            stored = self._stored() or SupportChat()
            if (stored.version, stored.due and stored.due.at) != (before.version, before.due and before.due.at):
                return False
            self._table.put(SUPPORT, replace(after, version=before.version + 1))
        return True

    def _stored(self) -> SupportChat | None:
        found = self._table.items.get(SUPPORT, {}).get("CHAT")
        return found if isinstance(found, SupportChat) else None


@dataclass
class RecordingQuestionSender:
    """Keeps the questions that each chat got. A chat in `failing` fails; one in `moved` has become another."""

    got: list[tuple[int, str]] = field(default_factory=list)
    alerts: list[tuple[int, AlertMessage]] = field(default_factory=list)
    calls: int = 0
    failing: dict[int, ChatFailed] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)

    def relay(self, question: Question, person: Person, chat_id: int, now: datetime) -> RelayOutcome:
        """Send one question, unless its chat fails or has moved."""
        self.calls += 1
        if chat_id in self.moved:
            return ChatMoved(self.moved[chat_id])
        if chat_id in self.failing:
            return self.failing[chat_id]
        self.got.append((chat_id, question.text))
        return Relayed()

    def alert(self, message: AlertMessage, reader: Person | None, chat_id: int) -> RelayOutcome:
        """Send one alert, unless its chat fails or has moved."""
        self.calls += 1
        if chat_id in self.moved:
            return ChatMoved(self.moved[chat_id])
        if chat_id in self.failing:
            return self.failing[chat_id]
        self.alerts.append((chat_id, message))
        return Relayed()
