"""A breadth-first search of all screens that buttons lead to from one state."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.panel import Client
from tests.fakes.people import People, Row, StoredItem, Table
from tests.functional.conversation.bot_session import ChatMessage
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.effects import ItemKey
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.servers.server import Server
from vpnbot.storage.table import Record

CHANGING_STATE = (
    *("lang:", "try", "delete_all", "servers:drain_now", "servers:lost_now", "servers:value"),
    *("shop:value", "shop:set:", "shop:rule"),
    *("adm:act:y", "adm:act:q", "adm:act:u", "adm:team:yes"),
    *("adm:code:d:", "adm:code:make"),
)
"""Callback data of taps after which the person is in another state, from which another walk starts."""


@dataclass(frozen=True)
class SeenScreen:
    """The screen that a person sees after some taps."""

    words: str
    labels: tuple[tuple[str, ...], ...]
    data: tuple[str, ...]
    keys: tuple[str, ...] = ()

    @property
    def leads_on(self) -> bool:
        """Whether it has a button, or a key below the input."""
        return bool(self.data or self.keys)


@dataclass(frozen=True)
class Snapshot:
    """A copy of everything that taps change. Stored values are immutable, so shallow copies are enough."""

    items: dict[str, dict[str, StoredItem]]
    rows: dict[ItemKey, Row]
    servers: dict[str, Server]
    plans: dict[str, SoldPlan]
    settings: ShopSettings
    ledger: dict[PersonId, dict[str, dict[str, object]]]
    states: dict[PersonId, dict[str, Record]]
    clients: dict[tuple[str, str], Client]
    chats: dict[int, dict[int, ChatMessage]]

    @classmethod
    def of(cls, harness: ChatHarness, table: Table) -> "Snapshot":
        """Copy the state of a harness and its table."""
        return cls(
            {person: dict(items) for person, items in table.items.items()},
            dict(table.rows),
            dict(table.servers),
            dict(table.plans),
            table.settings,
            {person: dict(rows) for person, rows in table.ledger.items()},
            {person: dict(records) for person, records in table.states.items()},
            dict(harness.shop.panel.held),
            {chat: dict(messages) for chat, messages in harness.telegram.chats.items()},
        )

    def restore(self, harness: ChatHarness, table: Table) -> None:
        """Put the copied state back; this can be repeated."""
        table.items = {person: dict(items) for person, items in self.items.items()}
        table.rows = dict(self.rows)
        table.servers = dict(self.servers)
        table.plans, table.settings = dict(self.plans), self.settings
        table.ledger = {person: dict(rows) for person, rows in self.ledger.items()}
        table.states = {person: dict(records) for person, records in self.states.items()}
        harness.shop.panel.held = dict(self.clients)
        harness.telegram.chats = {chat: dict(messages) for chat, messages in self.chats.items()}


@dataclass
class Walk:
    """All screens that can be reached from one state, and the screen that each of their buttons leads to.

    Taps in `CHANGING_STATE` are made, but the walk does not continue from the screens after them.
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
        self.next_screens: dict[SeenScreen, dict[str, SeenScreen]] = {}
        self.not_continued: set[SeenScreen] = set()
        waiting = deque([(self.first, Snapshot.of(harness, people.table))])
        while waiting:
            seen, snapshot = waiting.popleft()
            if seen in self.next_screens:
                continue
            self.next_screens[seen] = {}
            for data in seen.data:
                snapshot.restore(harness, people.table)
                _tap(user, data)
                after = self.next_screens[seen][data] = _seen(user)
                if data.startswith(CHANGING_STATE):
                    self.not_continued.add(after)
                else:
                    waiting.append((after, Snapshot.of(harness, people.table)))

    @property
    def screens(self) -> set[SeenScreen]:
        """All screens that were seen."""
        return self.next_screens.keys() | self.not_continued


def _tap(user: ChatUser, data: str) -> None:
    before, calls = user.screen, len(user.harness.telegram.calls)
    answer = user.harness.deliver(user.tap(data, before.id))
    assert answer.status == 200, data
    assert not user.harness.quarantine.updates, (data, user.harness.quarantine.updates)
    assert answer.method, f"{data}: the tap is not answered"
    sent = any(call.__api_method__ != "editMessageText" for call in user.harness.telegram.calls[calls:])
    assert user.screen != before or sent or answer.method.get("text"), f"{data}: nothing happens"


def _seen(user: ChatUser) -> SeenScreen:
    screen = next((m for m in reversed(user.chat) if m.document is None), user.screen)
    data = tuple(b.callback_data for row in screen.buttons for b in row if b.callback_data)
    return SeenScreen(screen.words, tuple(tuple(row) for row in screen.labels), data, screen.keys)
