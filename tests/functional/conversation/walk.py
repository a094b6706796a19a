"""A walk through the whole graph of buttons, breadth first from one state."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.panel import Client
from tests.fakes.people import People, Row, StoredItem, Table
from tests.functional.conversation.bot_session import ChatMessage
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.effects import ItemKey
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.servers.server import Server
from vpnbot.storage.table import Record

ELSEWHERE = ("lang:", "try", "delete_all", "servers:drain_now", "servers:lost_now", "servers:value")
"""Taps that bring about another state, which has a walk of its own."""


@dataclass(frozen=True)
class Seen:
    """What a person has before them after some taps."""

    words: str
    labels: tuple[tuple[str, ...], ...]
    data: tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """Everything that taps change, as it was after some taps. What is stored is immutable, so flat copies do."""

    items: dict[str, dict[str, StoredItem]]
    rows: dict[ItemKey, Row]
    servers: dict[str, Server]
    ledger: dict[PersonId, dict[str, dict[str, object]]]
    states: dict[PersonId, dict[str, Record]]
    clients: dict[tuple[str, str], Client]
    chats: dict[int, dict[int, ChatMessage]]

    @classmethod
    def of(cls, harness: ChatHarness, table: Table) -> "Moment":
        """Remember."""
        return cls(
            {person: dict(items) for person, items in table.items.items()},
            dict(table.rows),
            dict(table.servers),
            {person: dict(rows) for person, rows in table.ledger.items()},
            {person: dict(records) for person, records in table.states.items()},
            dict(harness.shop.panel.held),
            {chat: dict(messages) for chat, messages in harness.telegram.chats.items()},
        )

    def back(self, harness: ChatHarness, table: Table) -> None:
        """Return to it, as often as one likes."""
        table.items = {person: dict(items) for person, items in self.items.items()}
        table.rows = dict(self.rows)
        table.servers = dict(self.servers)
        table.ledger = {person: dict(rows) for person, rows in self.ledger.items()}
        table.states = {person: dict(records) for person, records in self.states.items()}
        harness.shop.panel.held = dict(self.clients)
        harness.telegram.chats = {chat: dict(messages) for chat, messages in self.chats.items()}


@dataclass
class Walk:
    """Everything that can be reached from one state: the screens, and where each of their buttons leads.

    Taps that bring about another state are made, but the walk goes on from there only in that state's own walk.
    """

    start: Callable[[ChatUser], None]
    language: str
    harness: ChatHarness = field(default_factory=ChatHarness)

    def __post_init__(self) -> None:
        harness = self.harness
        people = harness.shop.people
        assert isinstance(people, People)
        user = harness.user(self.language)
        self.start(user)
        self.first = _seen(user)
        self.leads: dict[Seen, dict[str, Seen]] = {}
        self.beyond: set[Seen] = set()
        waiting = deque([(self.first, Moment.of(harness, people.table))])
        while waiting:
            seen, moment = waiting.popleft()
            if seen in self.leads:
                continue
            self.leads[seen] = {}
            for data in seen.data:
                moment.back(harness, people.table)
                _tap(user, data)
                after = self.leads[seen][data] = _seen(user)
                if data.startswith(ELSEWHERE):
                    self.beyond.add(after)
                else:
                    waiting.append((after, Moment.of(harness, people.table)))

    @property
    def screens(self) -> set[Seen]:
        """All that was seen."""
        return self.leads.keys() | self.beyond


def _tap(user: ChatUser, data: str) -> None:
    before, calls = user.screen, len(user.harness.telegram.calls)
    answer = user.harness.deliver(user.tap(data, before.id))
    assert answer.status == 200, data
    assert not user.harness.quarantine.updates, (data, user.harness.quarantine.updates)
    assert answer.method, f"{data}: the button keeps spinning"
    spoke = any(call.__api_method__ != "editMessageText" for call in user.harness.telegram.calls[calls:])
    assert user.screen != before or spoke or answer.method.get("text"), f"{data}: nothing happens"


def _seen(user: ChatUser) -> Seen:
    screen = next((m for m in reversed(user.chat) if m.document is None), user.screen)
    data = tuple(b.callback_data for row in screen.buttons for b in row if b.callback_data)
    return Seen(screen.words, tuple(tuple(row) for row in screen.labels), data)
