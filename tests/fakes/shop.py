"""A whole shop with everything around it, in one place: what use cases are tested in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from tests.fakes.clock import Clock
from tests.fakes.due_index import DueIndex, Queue
from tests.fakes.faults import Faults
from tests.fakes.meter import Meter
from tests.fakes.panel import Panels
from tests.fakes.people import People
from tests.fakes.sender import RecordingSender
from tests.fakes.servers import Servers
from tests.fakes.tokens import Tokens
from vpnbot.domain.keys.key_ring import KeyRing, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.servers.server import PanelKind
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.panels.registry import PanelFactory, PanelRegistry
from vpnbot.usecases import ports
from vpnbot.usecases.concurrency import run_sequentially
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.scheduling.run_due import run_due
from vpnbot.usecases.subscriptions.start_trial import start_trial

USER_ID = 42
_UPDATES = count(1)


class OperatorsDueIndex(ports.DueIndex, Protocol):
    """The port, and what operators and tests look at besides."""

    def dead_lettered(self, limit: int = 100) -> Sequence[DueItem]: ...

    def next_due(self) -> DueItem | None: ...


@dataclass
class Shop:
    """Everything a use case can touch; `people` and `index` are in memory or in DynamoDB."""

    clock: Clock
    faults: Faults
    people: ports.People
    index: OperatorsDueIndex
    on_dynamodb: bool = False
    guarded: bool = False
    trial: Plan = TRIAL
    ring: KeyRing = field(default_factory=lambda: KeyRing({1: b"first secret, of thirty-two bytes"}))
    meter: Meter = field(default_factory=Meter)
    servers: Servers = field(default_factory=Servers)
    tokens: Tokens = field(default_factory=Tokens)
    panel: Panels = field(init=False)
    sender: RecordingSender = field(init=False)
    queue: Queue = field(init=False)

    def __post_init__(self) -> None:
        self.panel = Panels(self.faults)
        self.sender = RecordingSender(self.faults)
        self.queue = Queue(self.faults)

    @property
    def context(self) -> ports.Context:
        """Time, metrics and randomness as use cases take them."""
        return ports.Context(self.clock, self.meter)

    @property
    def fleet(self) -> ports.Fleet:
        """The servers as use cases take them."""
        panels = self.panels_by(self.panel.of) if self.guarded else self.panel
        return ports.Fleet(self.servers, panels, self.tokens, ring=lambda: self.ring, concurrently=run_sequentially)

    def panels_by(self, factory: PanelFactory) -> PanelRegistry:
        """Return panels of this factory, whatever their kind, behind circuit breakers."""
        return PanelRegistry(dict.fromkeys(PanelKind, lambda: factory), self.servers, self.clock, self.meter)

    def person_id(self, user_id: int = USER_ID) -> PersonId:
        """Return how a Telegram user is known."""
        return self.ring.person_id(user_id)

    def open(self, user_id: int = USER_ID) -> ports.Session:
        """Load somebody."""
        return self.people.open(self.person_id(user_id))

    def look(self, user_id: int = USER_ID) -> Person:
        """Return somebody's picture, passing no fault."""
        with self.faults.quiet():
            return self.open(user_id).person

    def history(self, user_id: int = USER_ID) -> list[str]:
        """Return the causes in somebody's ledger, in order of time."""
        with self.faults.quiet():
            return [str(row["cause"]) for row in self.people.history(self.person_id(user_id))]

    def arrives(self, user_id: int = USER_ID) -> Person:
        """Let somebody open the bot."""
        return ensure_user(self.open(user_id), self.context, update(), user_id, "en", "ref_7")

    def tries(self, cause: str, user_id: int = USER_ID) -> Person:
        """Let somebody tap "Try free"; the same cause is the same tap."""
        session = self.open(user_id)
        ensure_user(session, self.context, cause, user_id, "en", None)
        return start_trial(session, self.fleet, self.context, self.trial, cause)

    def on_trial(self, user_id: int = USER_ID) -> Person:
        """Let somebody arrive and take the trial, with the key ready."""
        self.arrives(user_id)
        return self.tries(update(), user_id)

    def connects(self, user_id: int = USER_ID) -> None:
        """Let somebody's app load their link."""
        person = self.look(user_id)
        key = person.subscription.key
        assert key is not None
        with self.faults.quiet():
            self.people.record_fetch(person.id, key, LinkFetch(self.clock(), self.clock(), "happ", key.tag))

    def minute(self) -> None:
        """Let the clock come round once, and the workers do what it hands out."""
        dispatch_due(self.index, self.queue, self.clock, self.meter)
        for item in self.queue.take():
            self.work(item)

    def work(self, item: DueItem) -> None:
        """Let one worker do one piece of work."""
        run_due(item, self.people, self.fleet, self.context, self.sender, self.index)

    def days(self, amount: float, *, step: timedelta = timedelta(hours=1)) -> None:
        """Let days pass, with the clock coming round whenever something is due, in steps of at least `step`."""
        self.until(self.clock.now + timedelta(days=amount), step=step)

    def until(self, moment: datetime, *, step: timedelta = timedelta(hours=1)) -> None:
        """Let time pass until `moment`; the clock comes round then, too."""
        while self.clock.now < moment:
            following = self.index.next_due()
            wanted = following.due_at if following else moment
            self.clock.now = min(max(wanted, self.clock.now + step), moment)
            self.minute()

    def settles(self, *, minutes: int = 30) -> None:
        """Give everything that lags the time to come right."""
        self.until(self.clock.now + timedelta(minutes=minutes), step=timedelta(minutes=1))


def update() -> str:
    """Return the cause of an update that never came before."""
    return f"update:1:{next(_UPDATES)}"


def shop_in_memory() -> Shop:
    """Return a world that touches nothing."""
    clock, faults = Clock(), Faults()
    people = People(clock, faults=faults)
    return Shop(clock, faults, people, DueIndex(people.table, faults), servers=Servers(people.table))


type MakeShop = Callable[[], Shop]
