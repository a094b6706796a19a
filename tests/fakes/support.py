"""The operators' chat in memory: its state, and a sender that keeps what it sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.fakes.faults import Faults
from tests.fakes.table import Table
from vpnbot.domain.answers import Answer
from vpnbot.domain.edited_content import Edited
from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.message_pairs import Pair, Side, pair_key, pairs_partition
from vpnbot.domain.payments.alerts import AlertMessage
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question
from vpnbot.domain.support_chat import (
    SUPPORT,
    ChatFailed,
    ChatMoved,
    CopyOutcome,
    EditOutcome,
    EditRefused,
    Place,
    Relayed,
    RelayOutcome,
    SupportChat,
    TopicOutcome,
)
from vpnbot.domain.support_group import GroupFacts
from vpnbot.domain.support_rate import SupportRate
from vpnbot.domain.topics import thread_partition


class SupportChats:
    """Implements the `SupportChatState` port over the in-memory table."""

    def __init__(self, table: Table | None = None, faults: Faults | None = None) -> None:
        self._table = table or Table()
        self._faults = faults or Faults()

    def load(self, configured_id: int | None) -> SupportChat:
        """Return the stored state, or that of a chat about which nothing is known."""
        stored = self._stored()
        return stored.configured(configured_id) if stored else SupportChat(configured_id)

    def save(self, before: SupportChat, after: SupportChat, *effects: Effect) -> bool:
        """Replace the state, with the effects, if version and claim are as they were read."""
        self._faults.reached("chat.save.before")
        with self._table.lock:
            stored = self._stored() or SupportChat()
            if (stored.version, stored.due and stored.due.at) != (before.version, before.due and before.due.at):
                return False
            self._table.check(effects)
            self._table.apply(effects)
            self._table.put(SUPPORT, replace(after, version=before.version + 1))
        self._faults.reached("chat.save.after")
        return True

    def _stored(self) -> SupportChat | None:
        found = self._table.items.get(SUPPORT, {}).get("CHAT")
        return found if isinstance(found, SupportChat) else None


class SupportRecordsInMemory:
    """Implements the `SupportRecords` port over the in-memory table."""

    def __init__(self, table: Table | None = None, faults: Faults | None = None) -> None:
        self._table = table or Table()
        self._faults = faults or Faults()
        self._told: dict[Place, str] = {}
        self._pairs: dict[tuple[str, str], Pair] = {}
        self.rate = SupportRate()

    def person_of(self, place: Place) -> PersonId | None:
        """Return whose topic this is."""
        row = self._table.row(thread_partition(place.chat_id), str(place.thread_id))
        return None if row is None else PersonId(str(row.body["person"]))

    def tells_of_orphan(self, place: Place, cause: str, now: datetime) -> bool:
        """Note that the staff are told of an orphan topic."""
        self._faults.reached("orphan.before")
        return self._told.setdefault(place, cause) == cause

    def pair(self, person_id: PersonId, side: Side, original: int) -> Pair | None:
        """Return the pair of an original."""
        return self._pairs.get((pairs_partition(person_id), pair_key(side, original)))

    def remember(self, person_id: PersonId, pair: Pair) -> None:
        """Store a pair."""
        self._faults.reached("pair.before")
        self._pairs[pairs_partition(person_id), pair.key] = pair
        self._faults.reached("pair.after")

    def erase(self, person_id: PersonId) -> bool:
        """Delete the pairs of a person."""
        self._pairs = {key: pair for key, pair in self._pairs.items() if key[0] != pairs_partition(person_id)}
        return True

    def take(self, chat_id: int, count: int, now: datetime) -> datetime | None:
        """Count messages to a group, if so many more are possible now."""
        self._faults.reached("rate.before")
        possible_at = self.rate.possible_at(chat_id, count, now)
        if possible_at > now:
            return possible_at
        self.rate = self.rate.taken(chat_id, count, now)
        self._faults.reached("rate.after")
        return None


type Sent = int | str | tuple[int, ...]


@dataclass
class RecordingQuestionSender:
    """Keeps what each chat got: the number of each copied message, or the text of a question of an earlier release.

    A chat in `failing` fails; one in `moved` has become another. `lines` are the messages of the bot's own.
    """

    got: list[tuple[int, Sent]] = field(default_factory=list)
    lines: list[tuple[Place, str]] = field(default_factory=list)
    alerts: list[tuple[int, AlertMessage]] = field(default_factory=list)
    calls: int = 0
    edits: list[tuple[int, Edited]] = field(default_factory=list)
    uneditable: set[int] = field(default_factory=set)
    failing: dict[int, ChatFailed] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)

    def relay(self, question: Question, person: Person, chat_id: int, now: datetime) -> RelayOutcome:
        """Send one question, unless its chat fails or has moved."""
        return self._refused(chat_id) or self._got(chat_id, question.text)

    def copy(self, messages: Sequence[int], person: Person, place: Place, reply_to: int | None) -> CopyOutcome:
        """Copy messages, unless the chat fails or has moved."""
        refused = self._refused(place.chat_id)
        if refused is not None:
            return refused
        self.got += [(place.chat_id, message) for message in messages]
        self.faults.reached("copied")
        return Relayed(tuple(10_000 + message for message in messages))

    def edit(self, edited: Edited, place: Place, copy: int) -> EditOutcome:
        """Change a copy, unless the chat fails or has moved, or `uneditable` has the copy."""
        refused = self._refused(place.chat_id)
        if refused is None and copy in self.uneditable:
            return EditRefused()
        if refused is None:
            self.edits.append((copy, edited))
            self.faults.reached("edited")
        return refused or Relayed((copy,))

    def name(self, person: Person, place: Place, reply_to: int, now: datetime) -> RelayOutcome:
        """Say whose a copy is."""
        return self._line(place, f"name {reply_to}")

    def say(self, place: Place, words: str, reply_to: int | None = None) -> RelayOutcome:
        """Send a message of the locale files."""
        return self._line(place, words)

    def create_topic(self, chat_id: int, person: Person) -> TopicOutcome:
        """Create a topic."""
        refused = self._refused(chat_id)
        if refused is not None:
            return refused
        thread_id = 100 + len(self.topics)
        self.topics[thread_id] = person.id
        self.faults.reached("topic created")
        return Relayed((thread_id,))

    def card(self, person: Person, place: Place, now: datetime) -> TopicOutcome:
        """Send the card."""
        return self._line(place, "card")

    def set_closed(self, place: Place, *, closed: bool) -> TopicOutcome:
        """Close a topic, or open it again."""
        return self._refused(place.chat_id) or Relayed((0,))

    def delete_topic(self, place: Place) -> TopicOutcome:
        """Delete a topic."""
        refused = self._refused(place.chat_id)
        if refused is None:
            self.topics.pop(place.thread_id, None)
        return refused or Relayed((0,))

    def facts(self, chat_id: int) -> GroupFacts | None:
        """Return that the group has topics."""
        return GroupFacts("Group", has_topics=True, administrator=True, may_manage_topics=True, may_delete=True)

    def alert(self, message: AlertMessage, reader: Person | None, chat_id: int) -> RelayOutcome:
        """Send one alert, unless its chat fails or has moved."""
        refused = self._refused(chat_id)
        if refused is None:
            self.alerts.append((chat_id, message))
        return refused or Relayed()

    def _refused(self, chat_id: int) -> ChatMoved | ChatFailed | None:
        self.calls += 1
        moved_to = self.moved.get(chat_id)
        return self.failing.get(chat_id) if moved_to is None else ChatMoved(moved_to)

    def _got(self, chat_id: int, sent: Sent) -> Relayed:
        self.got.append((chat_id, sent))
        return Relayed((10_000 + len(self.got),))

    def _line(self, place: Place, words: str) -> ChatMoved | ChatFailed | Relayed:
        refused = self._refused(place.chat_id)
        if refused is not None:
            return refused
        self.lines.append((place, words))
        self.faults.reached("line sent")
        return Relayed((20_000 + len(self.lines),))


@dataclass
class RecordingAnswerSender:
    """Keeps what people got. It fails with `error`, if that is set."""

    got: list[tuple[str, int]] = field(default_factory=list)
    edits: list[tuple[int, str]] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    reactions: list[tuple[int, str]] = field(default_factory=list)
    error: Exception | None = None
    faults: Faults = field(default_factory=Faults)

    def copy(self, answers: Sequence[Answer], person: Person, now: datetime) -> tuple[int, ...]:
        """Copy messages to a person."""
        self._check()
        self.got += [(person.id, answer.message_id) for answer in answers]
        self.faults.reached("copied")
        return tuple(50_000 + answer.message_id for answer in answers)

    def edit(self, answer: Answer, person: Person, message_id: int, now: datetime) -> None:
        """Replace the text of a copy."""
        self._check()
        self.edits.append((message_id, answer.html))

    def delete(self, person: Person, message_id: int) -> bool:
        """Delete a copy."""
        self._check()
        self.deleted.append(message_id)
        return True

    def react(self, answer: Answer, emoji: str) -> bool:
        """Show a reaction."""
        self.reactions.append((answer.shown_at, emoji))
        return True

    def _check(self) -> None:
        if self.error is not None:
            raise self.error
