"""The drain of due work: thousands of ends in one minute, with workers that need a second for each."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from benchmarks.due_work import NoNotifications, no_support
from benchmarks.no_sales import without_sales
from benchmarks.populated_system import RING, START, TEMPLATE, Meter, aws_environment
from benchmarks.report import table
from local.aws import LocalAws
from local.stack import Deployment
from local.template import load
from vpnbot.aws.panel_tokens import PanelTokens
from vpnbot.domain.scheduling import ADVANCE_SUBSCRIPTION, Due, DueItem, Urgency
from vpnbot.panels.registry import PanelRegistry
from vpnbot.storage.audience.people import StoredAudience
from vpnbot.storage.audience.turn import StoredTurn
from vpnbot.storage.audience.waiters import StoredWaiterRows
from vpnbot.storage.codec import make_due
from vpnbot.storage.people.people import People
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.servers.catalogue import Catalogue
from vpnbot.storage.servers.outages import StoredOutages
from vpnbot.storage.staff.ports import stored_staff
from vpnbot.storage.support_chat import StoredSupportChat
from vpnbot.storage.support_records import StoredSupportRecords
from vpnbot.storage.table import Record, bind
from vpnbot.usecases.concurrency import run_sequentially
from vpnbot.usecases.ports import BulkPorts, Context, Fleet, Operators
from vpnbot.usecases.scheduling.dispatch_due import INTERVAL, dispatch_due
from vpnbot.usecases.scheduling.run_due import run_due
from vpnbot.usecases.scheduling.worker_ports import WorkerPorts

WORKERS = 3
AN_END = timedelta(seconds=1)
A_LOST_CLAIM = timedelta(seconds=0.05)


@dataclass(frozen=True, slots=True)
class Drain:
    """The result: the number of ends and of messages, when the last end was done, and how late each was."""

    ends: int
    messages: int
    took: timedelta
    lateness: Sequence[timedelta]

    @property
    def work(self) -> timedelta:
        """The time that the workers need at least."""
        return AN_END * self.ends / WORKERS

    @property
    def messages_an_end(self) -> float:
        """How many messages were sent for each end."""
        return self.messages / self.ends


@dataclass
class Workers:
    """The queue, its workers and the pace of the dispatcher, in virtual time: each worker does one item at a time."""

    now: datetime = START
    ports: WorkerPorts = field(init=False)
    claims: list[DueItem] = field(default_factory=list)
    messages: int = 0
    lateness: list[timedelta] = field(default_factory=list)
    last_at: datetime = START
    free_at: list[datetime] = field(default_factory=lambda: [START] * WORKERS)

    def clock(self) -> datetime:
        """Return the virtual time."""
        return self.now

    def waiting(self) -> int:
        """Return how many claims no worker has received yet."""
        return len(self.claims)

    def send(self, items: Sequence[DueItem]) -> None:
        """Add claims."""
        self.claims.extend(items)
        self.messages += len(items)

    def elapsed(self) -> timedelta:
        """Return the virtual time since the start."""
        return self.now - START

    def pause(self, duration: timedelta) -> None:
        """Let the workers work for this time."""
        self.work_until(self.now + duration)

    def work_until(self, end: datetime) -> None:
        """Let the workers work until `end`."""
        began = self.now
        while self.claims and min(self.free_at) < end:
            worker = self.free_at.index(min(self.free_at))
            self.now = max(self.free_at[worker], began)
            done = len(self.lateness)
            run_due(self.claims.pop(0), self.ports, self, {ADVANCE_SUBSCRIPTION: self._end})
            self.free_at[worker] = self.now + (AN_END if len(self.lateness) > done else A_LOST_CLAIM)
        self.now = end

    def _end(self, item: DueItem, ports: WorkerPorts) -> None:
        self.last_at = self.now + AN_END
        self.lateness.append(self.last_at - START)
        ports.index.done(item)


def drain(ends: int) -> Drain:
    """Let this number of ends be due at the same time, and dispatch and do them minute by minute."""
    with _table():
        for number in range(ends):
            record = Record(f"{number:032x}", ADVANCE_SUBSCRIPTION.prefix, body={})
            make_due(record, Due(START), Urgency.URGENT)
            record.save()
        index, workers, meter = DueIndex(), Workers(), Meter()
        catalogue = Catalogue()
        registry = PanelRegistry({}, catalogue, workers.clock, meter)
        fleet = Fleet(
            catalogue,
            registry,
            PanelTokens(None, {}),
            StoredOutages(),
            ring=lambda: RING,
            concurrently=run_sequentially,
        )
        people, sender = People(workers.clock, lambda error: None), NoNotifications()
        operators = Operators(StoredSupportChat(), StoredSupportRecords(), *no_support())
        context = Context(workers.clock, meter)
        staff = stored_staff()
        money = without_sales(people, workers.clock, RING)
        bulk = BulkPorts(StoredTurn(), StoredWaiterRows(), StoredAudience(), workers)
        workers.ports = WorkerPorts(
            people, fleet, context, sender, index, operators, money, staff, bulk, sender, sender
        )
        minute = START
        while len(workers.lateness) < ends:
            dispatch_due(index, workers, workers.clock, meter, workers)
            minute += INTERVAL
            workers.work_until(minute)
        return Drain(ends, workers.messages, workers.last_at - START, workers.lateness)


def report(found: Drain) -> str:
    """Return the result as a table."""
    worst = max(found.lateness)
    rows = [
        ("ends due at the same time", f"{found.ends:,}"),
        ("workers, each with one second for an end", str(WORKERS)),
        ("the work alone, min", f"{found.work / timedelta(minutes=1):.1f}"),
        ("until the last end was done, min", f"{found.took / timedelta(minutes=1):.1f}"),
        ("lateness of the last end beyond the work, s", f"{(worst - found.work).total_seconds():.0f}"),
        ("messages an end", f"{found.messages_an_end:.2f}"),
    ]
    return table(["the drain of due work", "virtual time"], [list(row) for row in rows])


@contextmanager
def _table() -> Iterator[None]:
    template = load(TEMPLATE, Deployment(f"benchmark-{uuid4().hex[:8]}", ""))
    (stored,) = template.tables
    with ExitStack() as resources:
        aws = resources.enter_context(LocalAws())
        resources.enter_context(aws_environment(aws.endpoint))
        aws.deploy(template)
        resources.callback(lambda: aws.client("dynamodb").delete_table(TableName=stored.name))
        bind(stored.name)
        yield
