"""A shop as it is after months: thousands of people with keys on several panels, put there without asking anybody.

The panels are real fake ones over HTTP on loopback and the table is the emulated one; everything in front of them is
what the functions run: catalogue, people, due index, the adapter with its guard.
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

from benchmarks.call_account import CallAccount
from benchmarks.worker_clock import WorkerClock
from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import ACCOUNT_ID, REGION, Deployment
from local.template import load
from local.three_x_ui.background import PanelsInBackground
from local.three_x_ui.panel import FakePanel
from vpnbot.aws.panel_tokens import PanelTokens
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, KeyRing, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
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
from vpnbot.storage.table import Record, bind
from vpnbot.usecases.concurrency import run_sequentially
from vpnbot.usecases.ports import Context, Fleet, Metric
from vpnbot.usecases.servers.add_server import add_server

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RING = KeyRing({1: b"a secret of thirty-two bytes, yes"})
TAKEN_AGO = timedelta(hours=30)
"""When everybody took the trial: all that time brings in the coming hours has been."""
_COUNTRIES = ("DE", "FI", "NL", "PL", "SE")


class Meter:
    """Adds up what use cases count, and keeps how late the clock was at most."""

    def __init__(self) -> None:
        self.counts: Counter[Metric] = Counter()
        self.longest_lag_seconds = 0.0
        self.put_offs: list[str] = []

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to one metric."""
        if metric is Metric.CLOCK_LAG:
            self.longest_lag_seconds = max(self.longest_lag_seconds, value)
        else:
            self.counts[metric] += int(value)

    def deferred(self, work: str, why: Exception) -> None:
        """Keep what has to wait, and why."""
        self.put_offs.append(f"{work}: {why}")


@dataclass(frozen=True, slots=True)
class FilledShop:
    """The shop, what stands around it, and who its customers are; `memory_mb` is what its functions have."""

    everybody: People
    fleet: Fleet
    context: Context
    clock: WorkerClock
    account: CallAccount
    meter: Meter
    panels: Mapping[str, FakePanel]
    people: Sequence[PersonId]
    memory_mb: int

    @property
    def keys(self) -> int:
        """Return how many clients all panels have."""
        return sum(len(panel.clients) for panel in self.panels.values())


@contextmanager
def filled_shop(subscriptions: int, servers: int = len(_COUNTRIES)) -> Iterator[FilledShop]:
    """Open a shop with so many customers, each with the trial's keys."""
    template = load(TEMPLATE, Deployment(f"benchmark-{uuid4().hex[:8]}", ""))
    (table,) = template.tables
    account, clock, meter = CallAccount(table), WorkerClock(START), Meter()
    with ExitStack() as opened:
        aws = opened.enter_context(LocalAws(account.aws_call))
        opened.enter_context(_environment(aws.endpoint))
        opened.enter_context(_taking_turns())
        aws.deploy(template)
        opened.callback(lambda: aws.client("dynamodb").delete_table(TableName=table.name))
        bind(table.name)
        panels = {f"{country.lower()}1": FakePanel(country, token=country * 24) for country in _COUNTRIES[:servers]}
        opened.enter_context(PanelsInBackground(*panels.values()))
        tokens = PanelTokens(None, {f"PANEL_TOKEN_{name.upper()}": panel.token for name, panel in panels.items()})
        kind = opened.enter_context(closing(ThreeXUiPanels(tokens)))
        catalogue = Catalogue(monotonic=lambda: clock().timestamp())
        context = Context(clock, meter)
        registry = PanelRegistry({PanelKind.THREE_X_UI: lambda: kind.panel}, catalogue, clock, meter)
        fleet = Fleet(catalogue, registry, tokens, ring=lambda: RING, concurrently=run_sequentially)
        for name, panel in panels.items():
            server = Server(name, "", name[:2].upper(), address=panel.address, inbound_id=1, capacity=subscriptions)
            add_server(fleet, context, server, f"operator:add:{name}", "operator")
        people = _customers(subscriptions, fleet.catalogue.listings(fresh=True))
        _fill_table(table.name, people, account)
        _fill_panels(panels, people, {listing.server.id: listing.server for listing in fleet.catalogue.listings()})
        _take_capacity(people)
        gc.collect()
        gc.freeze()  # or the collector would walk all that the emulators hold, on our time
        account.watch(panels.values())
        clock.counts(account)
        memory_mb = template.function("due_worker").memory_mb
        yield FilledShop(
            People(clock),
            fleet,
            context,
            clock,
            account,
            meter,
            panels,
            [person.id for person in people],
            memory_mb,
        )


@contextmanager
def _environment(endpoint: str) -> Iterator[None]:
    ours = {**FAKE_CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": endpoint}
    theirs = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in theirs.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _taking_turns() -> Iterator[None]:
    """Let this thread and the emulators' wait less for each other: they are in one process, and one has to wait."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
        gc.unfreeze()


def _customers(count: int, listings: Sequence[Listing]) -> list[Person]:
    """Return people with keys where the shop itself would have placed them, one after the other."""
    chance = random.Random(2026)
    taken: Counter[tuple[str, int]] = Counter()
    people = []
    for user_id in range(count):
        seed = f"{chance.getrandbits(128):032x}"
        places = place(TRIAL, [_as_taken(listing, taken) for listing in listings], (), seed)
        taken.update((found.server.id, found.shard) for found in places if found.shard is not None)
        person_id, key = RING.person_id(user_id), Key(1, seed)
        begun = Subscription().trial_started(TRIAL, key).begun(START - TAKEN_AGO)
        accesses = [
            Access(
                found.server.id,
                key,
                Wanted.ENABLED,
                devices=TRIAL.devices,
                applied_revision=1,
                endpoint=found.server.endpoint,
                name=RING.credentials(person_id, key).email,
                capacity_shard=found.shard,
            ).with_counter(chance.randrange(10**8, 10**10))
            for found in places
        ]
        people.append(
            Person(
                person_id,
                replace(User().met(100_000_000 + user_id, "en", None, START - TAKEN_AGO), version=4, trial_used=True),
                begun.settled(START)[0],
                tuple(accesses),
                fetch=LinkFetch(START - TAKEN_AGO, START - timedelta(hours=1), "happ", key.tag),
            )
        )
    return people


def _as_taken(listing: Listing, taken: Mapping[tuple[str, int], int]) -> Listing:
    shards = tuple(
        CapacityShard(shard.number, taken[listing.server.id, shard.number], shard.limit) for shard in listing.shards
    )
    return replace(listing, shards=shards)


def _fill_table(table_name: str, people: Sequence[Person], account: CallAccount) -> None:
    """Put everybody's items into the emulator past its HTTP, which would take four times as long."""
    table = dynamodb_backends[ACCOUNT_ID][REGION].tables[table_name]
    for person in people:
        for item in items_of(person).values():
            raw = to_record(person.id, item).serialize()
            table.put_item(raw)
            account.stored.put(raw)


def _fill_panels(panels: Mapping[str, FakePanel], people: Sequence[Person], servers: Mapping[str, Server]) -> None:
    """Let each panel have its clients, as our adapter would have made them, with their traffic."""
    for person in people:
        for access in person.accesses:
            server, credentials = servers[access.server_id], RING.credentials(person.id, access.key)
            wanted = WantedClient.of(server, credentials, access, server.endpoint)
            panel = panels[server.id]
            panel.state.add({"client": wanted.body, "inboundIds": [wanted.inbound_id]})
            panel.use_traffic(access.name, down=access.counter_bytes)


def _take_capacity(people: Sequence[Person]) -> None:
    taken = Counter((access.server_id, access.capacity_shard) for person in people for access in person.accesses)
    for (server_id, shard), count in taken.items():
        if shard is not None:
            Record(SERVERS, shard_key(server_id, shard)).update(actions=[Record.taken.set(count)])
