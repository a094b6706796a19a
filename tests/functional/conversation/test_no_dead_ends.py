"""The whole graph of buttons, walked breadth first from every state: no dead button, no dead end, home is near."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.fakes.panel import Client, Mood
from tests.fakes.people import People, Table
from tests.functional.conversation.bot_session import ChatMessage
from tests.functional.conversation.situations import SITUATIONS
from tests.functional.conversation.stage import Language, Somebody, Stage
from vpnbot.domain.items import Item
from vpnbot.domain.keys import PersonId
from vpnbot.storage.table import Record

LONGEST_SCREEN_WORDS = 30
ELSEWHERE = ("lang:", "try", "delete_all")
HEADINGS = ("Here is the current screen.", "Вот актуальный экран.")


def _server_down(user: Somebody) -> None:
    SITUATIONS["running"](user)
    user.stage.world.panel.mood = Mood.DOWN


def _hour(hours: float) -> Callable[[Somebody], None]:
    def situation(user: Somebody) -> None:
        SITUATIONS["key_ready"](user)
        user.stage.passes(hours=hours)

    return situation


START = {
    **SITUATIONS,
    "server down": _server_down,
    "reminded a day before": _hour(48.1),
    "reminded hours before": _hour(69.1),
    "told of the end": _hour(72.1),
    "asked how it was": _hour(96.1),
}


@dataclass(frozen=True)
class Seen:
    """What a person has before them after some taps."""

    words: str
    labels: tuple[tuple[str, ...], ...]
    data: tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """Everything that taps change, as it was after some taps. What is stored is immutable, so flat copies do."""

    items: dict[PersonId, dict[str, Item]]
    ledger: dict[PersonId, dict[str, dict[str, object]]]
    states: dict[PersonId, dict[str, Record]]
    clients: dict[tuple[str, str], Client]
    chats: dict[int, dict[int, ChatMessage]]

    @classmethod
    def of(cls, stage: Stage, table: Table) -> "Moment":
        """Remember."""
        return cls(
            {person: dict(items) for person, items in table.items.items()},
            {person: dict(rows) for person, rows in table.ledger.items()},
            {person: dict(records) for person, records in table.states.items()},
            dict(stage.world.panel.clients),
            {chat: dict(messages) for chat, messages in stage.telegram.chats.items()},
        )

    def back(self, stage: Stage, table: Table) -> None:
        """Return to it, as often as one likes."""
        table.items = {person: dict(items) for person, items in self.items.items()}
        table.ledger = {person: dict(rows) for person, rows in self.ledger.items()}
        table.states = {person: dict(records) for person, records in self.states.items()}
        stage.world.panel.clients = dict(self.clients)
        stage.telegram.chats = {chat: dict(messages) for chat, messages in self.chats.items()}


@dataclass
class Walk:
    """Everything that can be reached from one state: the screens, and where each of their buttons leads.

    Taps that bring about another state are made, but the walk goes on from there only in that state's own walk.
    """

    start: Callable[[Somebody], None]
    language: Language

    def __post_init__(self) -> None:
        stage = Stage()
        people = stage.world.people
        assert isinstance(people, People)
        user = stage.somebody(self.language)
        self.start(user)
        self.first = _seen(user)
        self.leads: dict[Seen, dict[str, Seen]] = {}
        self.beyond: set[Seen] = set()
        waiting = deque([(self.first, Moment.of(stage, people.table))])
        while waiting:
            seen, moment = waiting.popleft()
            if seen in self.leads:
                continue
            self.leads[seen] = {}
            for data in seen.data:
                moment.back(stage, people.table)
                _tap(user, data)
                after = self.leads[seen][data] = _seen(user)
                if data.startswith(ELSEWHERE):
                    self.beyond.add(after)
                else:
                    waiting.append((after, Moment.of(stage, people.table)))

    @property
    def screens(self) -> set[Seen]:
        """All that was seen."""
        return self.leads.keys() | self.beyond


def _tap(user: Somebody, data: str) -> None:
    before, calls = user.screen, len(user.stage.telegram.calls)
    answer = user.stage.deliver(user.tap(data, before.id))
    assert answer.status == 200, data
    assert not user.stage.parking.parked, (data, user.stage.parking.parked)
    assert answer.method, f"{data}: the button keeps spinning"
    spoke = any(call.__api_method__ != "editMessageText" for call in user.stage.telegram.calls[calls:])
    assert user.screen != before or spoke or answer.method.get("text"), f"{data}: nothing happens"


def _seen(user: Somebody) -> Seen:
    screen = next((m for m in reversed(user.chat) if m.document is None), user.screen)
    data = tuple(b.callback_data for row in screen.buttons for b in row if b.callback_data)
    return Seen(screen.words, tuple(tuple(row) for row in screen.labels), data)


@pytest.fixture(scope="module", params=[(name, language) for name in START for language in ("en", "ru")], ids=str)
def walk(request: pytest.FixtureRequest) -> Walk:
    """A walk from one state in one language."""
    name, language = request.param
    return Walk(START[name], language)


def test_every_tap_gives_a_screen_or_a_word(walk: Walk) -> None:
    assert any(walk.leads.values()), "walked nowhere"


def test_every_screen_has_a_way_on(walk: Walk) -> None:
    for seen in walk.screens:
        assert seen.data, f"a dead end: {seen.words}"


def test_every_screen_fits_thirty_words(walk: Walk) -> None:
    for seen in walk.screens:
        text = seen.words
        for heading in HEADINGS:
            text = text.removeprefix(heading)
        assert len(text.split()) <= LONGEST_SCREEN_WORDS, text


def test_home_is_at_most_two_taps_away(walk: Walk) -> None:
    """A picture stands beside the screen it came from, whose buttons still work: hiding it is no step."""
    homes = {leads["home"] for leads in walk.leads.values() if "home" in leads} | {walk.first}
    for seen, leads in walk.leads.items():
        if "hide" in leads:
            continue
        near = {seen, *leads.values()}
        nearer = near.union(*(walk.leads.get(screen, {}).values() for screen in near))
        assert nearer & homes, f"far from home: {seen.words}"
