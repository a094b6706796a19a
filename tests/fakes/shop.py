"""All ports that use cases need, as fakes in one object."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from tests.fakes.ads import AdLinksInMemory
from tests.fakes.alerts import AlertsInMemory
from tests.fakes.bot_profile import FakeProfile
from tests.fakes.broadcasts import RecordingBroadcastSender
from tests.fakes.bulk import AudienceInMemory, TurnInMemory, WaiterRowsInMemory
from tests.fakes.clock import Clock
from tests.fakes.due_index import DueIndex, Queue
from tests.fakes.faults import Faults
from tests.fakes.gifts import GiftsInMemory
from tests.fakes.meter import Meter
from tests.fakes.notices import NoticesInMemory
from tests.fakes.outages import Outages
from tests.fakes.pace import Pace
from tests.fakes.panel import Panels
from tests.fakes.people import People
from tests.fakes.plans import sales_in_memory
from tests.fakes.promo import PromoCodesInMemory
from tests.fakes.provider import FakeProvider, Providers
from tests.fakes.provider_breakers import BreakersInMemory, GuardedProviders, WaitersInMemory
from tests.fakes.reconciliations import Reconciliations, ShopLedger
from tests.fakes.sender import RecordingSender
from tests.fakes.servers import Servers
from tests.fakes.staff import staff_in_memory
from tests.fakes.support import RecordingAnswerSender, RecordingQuestionSender, SupportChats, SupportRecordsInMemory
from tests.fakes.tokens import Tokens
from tests.fakes.unmatched import UnmatchedInMemory
from vpnbot.domain.keys.key_ring import KeyRing, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.domain.servers.server import PanelKind
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.panels.registry import PanelFactory, PanelRegistry
from vpnbot.usecases import ports
from vpnbot.usecases.concurrency import run_sequentially
from vpnbot.usecases.look_limit import LookLimit
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.ports.ads import AdLinks
from vpnbot.usecases.ports.gifts import Gifts
from vpnbot.usecases.ports.money import Alerts, PaymentNotices, UnmatchedPayments
from vpnbot.usecases.ports.payments import Abilities, Refunds
from vpnbot.usecases.ports.promo import PromoCodes
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.scheduling.run_due import run_due
from vpnbot.usecases.scheduling.worker_ports import WorkerPorts
from vpnbot.usecases.subscriptions.start_trial import start_trial

USER_ID = 42
_UPDATES = count(1)


class OperatorsDueIndex(ports.DueIndex, Protocol):
    """The port, and the queries that only operators and tests use."""

    def dead_lettered(self, limit: int | None = 100) -> Sequence[DueItem]: ...

    def retry(self, item: DueItem, now: datetime) -> bool: ...

    def next_due(self) -> DueItem | None: ...


@dataclass
class Shop:
    """All ports; `people` and `index` may be on DynamoDB. `guarded` puts circuit breakers before the panels."""

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
    broadcast_sender: RecordingBroadcastSender = field(init=False)
    profile: FakeProfile = field(init=False)
    queue: Queue = field(init=False)
    outages: ports.Outages = field(default_factory=Outages)
    turn: ports.BulkTurn = field(default_factory=TurnInMemory)
    waiter_rows: ports.WaiterRows = field(default_factory=WaiterRowsInMemory)
    audience: ports.Audience = field(default_factory=AudienceInMemory)
    support_chat: ports.SupportChatState = field(default_factory=SupportChats)
    sales: ports.Sales = field(default_factory=sales_in_memory)
    support_records: ports.SupportRecords = field(default_factory=SupportRecordsInMemory)
    questions: RecordingQuestionSender = field(default_factory=RecordingQuestionSender)
    answers: RecordingAnswerSender = field(default_factory=RecordingAnswerSender)
    support_chat_id: int | None = -100_500
    admin_ids: frozenset[int] = frozenset()
    pace: Pace = field(init=False)
    providers: Providers = field(init=False)
    ledger: ports.ShopLedger = field(default_factory=ShopLedger)
    reconciliations: ports.Reconciliations = field(default_factory=Reconciliations)
    alerts: Alerts = field(default_factory=AlertsInMemory)
    breakers: ports.ProviderBreakers = field(default_factory=BreakersInMemory)
    waiters: ports.ProviderWaiters = field(default_factory=WaitersInMemory)
    notices: PaymentNotices = field(default_factory=NoticesInMemory)
    unmatched: UnmatchedPayments = field(default_factory=UnmatchedInMemory)
    codes: PromoCodes = field(default_factory=PromoCodesInMemory)
    links: AdLinks = field(default_factory=AdLinksInMemory)
    gifts: Gifts = field(default_factory=GiftsInMemory)
    looks: LookLimit = field(default_factory=LookLimit)
    staff: ports.StaffPorts = field(default_factory=staff_in_memory)
    hours: SendingWindow | None = None

    def __post_init__(self) -> None:
        self.tokens.clock = self.clock
        self.panel = Panels(self.faults)
        self.sender = RecordingSender(self.faults)
        self.questions.faults = self.answers.faults = self.faults
        self.broadcast_sender = RecordingBroadcastSender(self.faults)
        self.profile = FakeProfile(self.faults)
        self.queue = Queue(self.faults)
        self.pace = Pace(self.clock.advance)
        stars = Abilities(currencies=("XTR",), renews_itself=True, looks=False, notifies=False, refunds=Refunds.WHOLE)
        self.providers = Providers(
            {
                "card": FakeProvider(self.clock, self.faults),
                "stars": FakeProvider(self.clock, self.faults, "stars", "1", stars),
            }
        )

    @property
    def context(self) -> ports.Context:
        """The clock, metrics and randomness for use cases."""
        return ports.Context(
            self.clock,
            self.meter,
            news=lambda: self.sales.settings.load().news,
            hours=lambda _: self.hours,
            winback_after=lambda: self.sales.settings.load().winback_after,
        )

    @property
    def worker_ports(self) -> WorkerPorts:
        """The ports of a due worker."""
        return WorkerPorts(
            self.people,
            self.fleet,
            self.context,
            self.sender,
            self.index,
            self.operators,
            self.payments,
            self.staff,
            self.bulk,
            self.broadcast_sender,
            self.profile,
        )

    @property
    def bulk(self) -> ports.BulkPorts:
        """The ports for work on many people; nothing runs at the same time."""
        return ports.BulkPorts(self.turn, self.waiter_rows, self.audience, self.pace, run_sequentially)

    @property
    def payments(self) -> ports.PaymentPorts:
        """The ports for money; `providers` are in memory."""
        return ports.PaymentPorts(
            people=self.people,
            providers=GuardedProviders(self.providers, self.breakers, self.clock),
            sales=self.sales,
            ledger=self.ledger,
            reconciliations=self.reconciliations,
            ring=lambda: self.ring,
            alerts=self.alerts,
            breakers=self.breakers,
            waiters=self.waiters,
            notices=self.notices,
            unmatched=self.unmatched,
            production=True,
            codes=lambda: self.codes,
            links=lambda: self.links,
            gifts=self.gifts,
            looks=self.looks,
        )

    @property
    def operators(self) -> ports.Operators:
        """The operators, and their chat for questions."""
        return ports.Operators(
            self.support_chat,
            self.support_records,
            self.questions,
            self.answers,
            self.support_chat_id,
            self.admin_ids,
        )

    @property
    def fleet(self) -> ports.Fleet:
        """The ports for servers."""
        panels = self.panels_by(self.panel.of) if self.guarded else self.panel
        return ports.Fleet(
            self.servers, panels, self.tokens, self.outages, ring=lambda: self.ring, concurrently=run_sequentially
        )

    def panels_by(self, factory: PanelFactory) -> PanelRegistry:
        """Return panels that this factory makes for every kind of panel, behind circuit breakers."""
        return PanelRegistry(dict.fromkeys(PanelKind, lambda: factory), self.servers, self.clock, self.meter)

    def person_id(self, user_id: int = USER_ID) -> PersonId:
        """Return the person id of a Telegram user."""
        return self.ring.person_id(user_id)

    def open(self, user_id: int = USER_ID) -> ports.Session:
        """Load a person."""
        return self.people.open(self.person_id(user_id))

    def look(self, user_id: int = USER_ID) -> Person:
        """Return a person as stored now, without injected faults."""
        with self.faults.quiet():
            return self.open(user_id).person

    def history(self, user_id: int = USER_ID) -> list[str]:
        """Return the causes in a person's ledger, in order of time."""
        with self.faults.quiet():
            return [str(row["cause"]) for row in self.people.history(self.person_id(user_id))]

    def arrives(self, user_id: int = USER_ID) -> Person:
        """Let a person open the bot."""
        return ensure_user(self.open(user_id), self.context, update(), user_id, "en", "ref_7")

    def tries(self, cause: str, user_id: int = USER_ID) -> Person:
        """Let a person tap "Try free"; a call with the same cause is the same tap again."""
        session = self.open(user_id)
        ensure_user(session, self.context, cause, user_id, "en", None)
        return start_trial(session, self.fleet, self.sales, self.context, self.trial, cause)

    def on_trial(self, user_id: int = USER_ID) -> Person:
        """Let a person open the bot and start the trial."""
        self.arrives(user_id)
        return self.tries(update(), user_id)

    def connects(self, user_id: int = USER_ID) -> None:
        """Let a person's app load their link."""
        person = self.look(user_id)
        key = person.subscription.key
        assert key is not None
        with self.faults.quiet():
            self.people.open(person.id).record_load(key, LinkFetch(self.clock(), self.clock(), "happ", key.tag))

    def minute(self) -> None:
        """Run the due dispatcher once, and let workers do the work that it queues."""
        dispatch_due(self.index, self.queue, self.clock, self.meter, self.pace)
        for item in self.queue.take():
            self.work(item)

    def work(self, item: DueItem) -> None:
        """Let a worker do one due item."""
        run_due(item, self.worker_ports, self.pace)

    def days(self, amount: float, *, step: timedelta = timedelta(hours=1)) -> None:
        """Let days pass, and do due work when it is due, in steps of at least `step`."""
        self.until(self.clock.now + timedelta(days=amount), step=step)

    def until(self, end: datetime, *, step: timedelta = timedelta(hours=1)) -> None:
        """Let time pass until `end` in steps of at least `step`; do due work when it is due and at the end."""
        while self.clock.now < end:
            following = self.index.next_due()
            wanted = following.due_at if following else end
            self.clock.now = min(max(wanted, self.clock.now + step), end)
            self.minute()

    def settles(self, *, minutes: int = 30) -> None:
        """Let minutes pass, so that deferred work is done."""
        self.until(self.clock.now + timedelta(minutes=minutes), step=timedelta(minutes=1))


def update() -> str:
    """Return the cause of a new update."""
    return f"update:1:{next(_UPDATES)}"


def shop_in_memory() -> Shop:
    """Return a shop whose ports are all in memory."""
    clock, faults = Clock(), Faults()
    people = People(clock, faults=faults)
    ledger = ShopLedger(people.table, faults)
    return Shop(
        clock,
        faults,
        people,
        DueIndex(people.table, faults),
        servers=Servers(people.table),
        outages=Outages(people.table, faults),
        turn=TurnInMemory(people.table, faults),
        waiter_rows=WaiterRowsInMemory(people.table, faults),
        audience=AudienceInMemory(people.table, faults),
        support_chat=SupportChats(people.table, faults),
        support_records=SupportRecordsInMemory(people.table, faults),
        sales=sales_in_memory(people.table, faults),
        ledger=ledger,
        reconciliations=Reconciliations(people.table, clock, faults),
        alerts=AlertsInMemory(people.table, faults),
        breakers=BreakersInMemory(people.table, faults),
        waiters=WaitersInMemory(people.table),
        notices=NoticesInMemory(faults),
        unmatched=UnmatchedInMemory(ledger),
        codes=PromoCodesInMemory(people.table, faults),
        links=AdLinksInMemory(people.table, faults),
        gifts=GiftsInMemory(people.table, faults),
        staff=staff_in_memory(people.table, faults),
    )


type MakeShop = Callable[[], Shop]
