"""A system as it is after months: thousands of people with keys on several panels, written there directly.

The panels are the fake 3x-ui panels over HTTP on loopback, the table is the emulated one. Everything else is the code
that the functions run: catalogue, people, due index, the panel adapter with its circuit breaker.
"""

import gc
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from moto.dynamodb.models import dynamodb_backends

from benchmarks.call_counter import CallCounter
from benchmarks.worker_clock import WorkerClock
from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import ACCOUNT_ID, REGION, Deployment
from local.template import load
from local.three_x_ui.background import PanelsInBackground
from local.three_x_ui.panel import FakePanel
from vpnbot.aws.panel_tokens import PanelTokens
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Derivation, Key, KeyRing, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.money import Money
from vpnbot.domain.people.items import items_of
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.servers.capacity import SERVERS, shard_key
from vpnbot.domain.servers.placement import place
from vpnbot.domain.servers.server import CapacityShard, Listing, PanelKind, Server
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.panels.registry import PanelRegistry
from vpnbot.panels.three_x_ui.client import WantedClient
from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels
from vpnbot.storage.codec import to_record
from vpnbot.storage.people.people import People
from vpnbot.storage.servers.catalogue import Catalogue
from vpnbot.storage.servers.outages import StoredOutages
from vpnbot.storage.table import Record, bind
from vpnbot.usecases.concurrency import run_sequentially
from vpnbot.usecases.ports import Context, Fleet, Metric
from vpnbot.usecases.servers.add_server import add_server

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RING = KeyRing({1: b"a secret of thirty-two bytes, yes"})
TRIAL_AGE = timedelta(hours=30)
"""How long ago every trial started: no event is scheduled for the next hours."""
_COUNTRIES = ("DE", "FI", "NL", "PL", "SE")


class Meter:
    """Adds up the metrics of use cases, and stores the longest delay of due work and what was deferred."""

    def __init__(self) -> None:
        self.counts: Counter[Metric] = Counter()
        self.longest_lag_seconds = 0.0
        self.deferred_work: list[str] = []

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to one metric."""
        if metric is Metric.CLOCK_LAG:
            self.longest_lag_seconds = max(self.longest_lag_seconds, value)
        else:
            self.counts[metric] += int(value)

    def revenue(self, money: Money) -> None:
        """Ignore it: the benchmark sells nothing."""

    def failed(self, work: str, why: Exception) -> None:
        """Raise the error: the figures would be wrong.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"{work} failed") from why

    def deferred(self, work: str, why: Exception) -> None:
        """Store which work was deferred, and why."""
        self.deferred_work.append(f"{work}: {why}")


@dataclass(frozen=True, slots=True)
class PopulatedSystem:
    """The parts of the system and the ids of its people; `memory_mb` is the memory of the due worker."""

    people: People
    fleet: Fleet
    context: Context
    clock: WorkerClock
    counter: CallCounter
    meter: Meter
    panels: Mapping[str, FakePanel]
    person_ids: Sequence[PersonId]
    memory_mb: int

    @property
    def keys(self) -> int:
        """Return the number of clients on all panels."""
        return sum(len(panel.clients) for panel in self.panels.values())


@contextmanager
def populated_system(subscriptions: int, servers: int = len(_COUNTRIES)) -> Iterator[PopulatedSystem]:
    """Start a system with this number of people on trial, each with the keys of the trial; stop it at the end."""
    template = load(TEMPLATE, Deployment(f"benchmark-{uuid4().hex[:8]}", ""))
    (table,) = template.tables
    counter, clock, meter = CallCounter(table), WorkerClock(START), Meter()
    with ExitStack() as resources:
        aws = resources.enter_context(LocalAws(counter.aws_call))
        resources.enter_context(aws_environment(aws.endpoint))
        resources.enter_context(_short_switch_interval())
        aws.deploy(template)
        resources.callback(lambda: aws.client("dynamodb").delete_table(TableName=table.name))
        bind(table.name)
        panels = {f"{country.lower()}1": FakePanel(country, token=country * 24) for country in _COUNTRIES[:servers]}
        resources.enter_context(PanelsInBackground(*panels.values()))
        tokens = PanelTokens(None, {f"PANEL_TOKEN_{name.upper()}": panel.token for name, panel in panels.items()})
        kind = resources.enter_context(closing(ThreeXUiPanels(tokens)))
        catalogue = Catalogue(monotonic=lambda: clock().timestamp())
        context = Context(clock, meter)
        registry = PanelRegistry({PanelKind.THREE_X_UI: lambda: kind.panel}, catalogue, clock, meter)
        fleet = Fleet(catalogue, registry, tokens, StoredOutages(), ring=lambda: RING, concurrently=run_sequentially)
        for name, panel in panels.items():
            server = Server(name, "", name[:2].upper(), address=panel.address, inbound_id=1, capacity=subscriptions)
            add_server(fleet, context, server, f"operator:add:{name}", "operator")
        people = _customers(subscriptions, fleet.catalogue.listings(fresh=True))
        _fill_table(table.name, people, counter)
        _fill_panels(panels, people, {listing.server.id: listing.server for listing in fleet.catalogue.listings()})
        _fill_capacity(people)
        gc.collect()
        gc.freeze()  # otherwise garbage collection of the emulators' data would count as our CPU time
        counter.add_panels(panels.values())
        clock.advance_with(counter)
        memory_mb = template.function("due_worker").memory_mb
        yield PopulatedSystem(
            People(clock),
            fleet,
            context,
            clock,
            counter,
            meter,
            panels,
            [person.id for person in people],
            memory_mb,
        )


@contextmanager
def aws_environment(endpoint: str) -> Iterator[None]:
    changed = {**FAKE_CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": endpoint}
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _short_switch_interval() -> Iterator[None]:
    """Shorten the time that this thread and those of the emulators, in the same process, wait for the GIL."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
        gc.unfreeze()


def _customers(count: int, listings: Sequence[Listing]) -> list[Person]:
    """Return people with keys on the servers on which placement would have put them, one person after the other."""
    source = random.Random(2026)
    taken: Counter[tuple[str, int]] = Counter()
    people = []
    for user_id in range(count):
        seed = f"{source.getrandbits(128):032x}"
        places = place(TRIAL, [_with_taken(listing, taken) for listing in listings], (), seed)
        taken.update((found.server.id, found.shard) for found in places if found.shard is not None)
        person_id, key = RING.person_id(user_id), Key(1, seed)
        started = Subscription().trial_started(TRIAL, key).begun(START - TRIAL_AGE)
        accesses = [
            Access(
                found.server.id,
                key,
                Wanted.ENABLED,
                devices=TRIAL.devices,
                applied_revision=1,
                endpoint=found.server.endpoint,
                name=RING.client_name(person_id, key),
                capacity_shard=found.shard,
                derivation=Derivation.PER_SERVER,
            ).with_counter(source.randrange(10**8, 10**10))
            for found in places
        ]
        people.append(
            Person(
                person_id,
                replace(User().met(100_000_000 + user_id, "en", None, START - TRIAL_AGE), version=4, trial_used=True),
                started.settled(START)[0],
                tuple(accesses),
                fetch=LinkFetch(START - TRIAL_AGE, START - timedelta(hours=1), "happ", key.tag),
            )
        )
    return people


def _with_taken(listing: Listing, taken: Mapping[tuple[str, int], int]) -> Listing:
    shards = tuple(
        CapacityShard(shard.number, taken[listing.server.id, shard.number], shard.limit) for shard in listing.shards
    )
    return replace(listing, shards=shards)


def _fill_table(table_name: str, people: Sequence[Person], counter: CallCounter) -> None:
    """Put the items of all people directly into the emulator, because HTTP would take four times as long."""
    table = dynamodb_backends[ACCOUNT_ID][REGION].tables[table_name]
    for person in people:
        for item in items_of(person).values():
            raw = to_record(person.id, item).serialize()
            table.put_item(raw)
            counter.stored.put(raw)


def _fill_panels(panels: Mapping[str, FakePanel], people: Sequence[Person], servers: Mapping[str, Server]) -> None:
    """Create on each panel the clients that our adapter would have created, with their traffic."""
    for person in people:
        for access in person.accesses:
            server, credentials = servers[access.server_id], access.credentials(RING, person.id)
            wanted = WantedClient.of(server, credentials, access)
            panel = panels[server.id]
            panel.state.add({"client": wanted.body, "inboundIds": [wanted.inbound_id]})
            panel.use_traffic(access.name, down=access.counter_bytes)


def _fill_capacity(people: Sequence[Person]) -> None:
    """Set the counters of the capacity shards to the numbers of keys."""
    taken = Counter((access.server_id, access.capacity_shard) for person in people for access in person.accesses)
    for (server_id, shard), count in taken.items():
        if shard is not None:
            Record(SERVERS, shard_key(server_id, shard)).update(actions=[Record.taken.set(count)])
