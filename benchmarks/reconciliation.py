"""Ten thousand subscriptions on five panels are reconciled: the calls, reads, writes and money that a round takes."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from benchmarks.call_account import Tally
from benchmarks.clockwork import MINUTE, Settled, settle
from benchmarks.filled_shop import START, FilledShop
from local.meter import PRICES
from vpnbot.domain.servers.reconciliation import INTERVAL
from vpnbot.usecases.ports import Metric

SUBSCRIPTIONS = 10_000
SERVERS = 5
ROUNDS_A_MONTH = 43_800 / (INTERVAL / MINUTE)
SAMPLE = 100
"""So many people are opened to know what opening all of them would take, within the time that a catalogue is kept."""
_ONE_IN = 100
_LITTLE, _MUCH = 10_000_000, 150_000_000


@dataclass(frozen=True, slots=True)
class Scene:
    """What has happened since the last round. `each_round`: it may well happen again and again."""

    name: str
    happens: Callable[[FilledShop], None]
    each_round: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scene as it was reconciled. `drifted` and `keys` are counts of keys."""

    scene: Scene
    keys: int
    drifted: int
    settled: Settled
    dollars: float


@dataclass(frozen=True, slots=True)
class Naive:
    """What asking for each key one by one takes: a person's partition, then the panel for each of their clients."""

    tally: Tally
    seconds: float
    cpu_seconds: float
    dollars: float


def all_is_well(_: FilledShop) -> None:
    """Let nothing happen."""


def one_in_a_hundred_drifts(filled: FilledShop) -> None:
    """Let somebody delete, disable and change clients on the panels, here these and there others."""
    for name, panel in filled.panels.items():
        emails = sorted(panel.clients)
        for number, email in enumerate(random.Random(name).sample(emails, len(emails) // _ONE_IN)):
            match number % 3:
                case 0:
                    panel.state.delete(email)
                case 1:
                    panel.clients[email].enable = False
                case _:
                    panel.clients[email].limit_ip += 1


def everybody_downloads(much: int) -> Callable[[FilledShop], None]:
    """Return what lets each key carry so many bytes."""

    def happens(filled: FilledShop) -> None:
        for panel in filled.panels.values():
            for email in panel.clients:
                panel.use_traffic(email, down=much)

    return happens


def a_panel_is_built_anew(filled: FilledShop) -> None:
    """Let one panel lose all its clients."""
    next(iter(filled.panels.values())).wipe()


SCENES = (
    Scene("all is well", all_is_well),
    Scene("each key: +10 MB", everybody_downloads(_LITTLE)),
    Scene("each key: +150 MB", everybody_downloads(_MUCH)),
    Scene("a panel built anew", a_panel_is_built_anew, each_round=False),
    Scene("the round after that", all_is_well, each_round=False),
    Scene("1 % drifted", one_in_a_hundred_drifts),
)


def reconcile(filled: FilledShop, scenes: tuple[Scene, ...] = SCENES) -> Iterator[Outcome]:
    """Play each scene and yield what its round took, with all the due work that comes of it.

    Raises:
        RuntimeError: panels and records still differ afterwards, so that the figures would be about something else.
    """
    minute, belong = START + INTERVAL, filled.keys
    for scene in scenes:
        scene.happens(filled)
        drifted_before = filled.meter.counts[Metric.DRIFT]
        settled = settle(filled, minute)
        drifted = filled.meter.counts[Metric.DRIFT] - drifted_before
        if filled.keys != belong or settled.keys_mended != drifted:
            raise RuntimeError(f"{scene.name}: {belong} keys belong on the panels, {filled.keys} are there")
        yield Outcome(scene, belong, drifted, settled, dollars_of(settled, filled.memory_mb))
        minute = _half_an_hour_after(minute, settled)


def _half_an_hour_after(minute: datetime, settled: Settled) -> datetime:
    return minute + settled.minutes * MINUTE + INTERVAL


def asking_one_by_one(filled: FilledShop, sample: int = SAMPLE) -> Naive:
    """Open some people and ask for each of their clients, and scale that up to everybody."""
    some = filled.people[:: max(len(filled.people) // sample, 1)]
    times = len(filled.people) / len(some)
    filled.fleet.catalogue.listings(fresh=True)
    now = filled.clock()
    filled.account.begin()
    filled.clock.begin_at(now, filled.memory_mb)
    for person_id in some:
        for access in filled.everybody.open(person_id).person.accesses:
            credentials = filled.fleet.ring().credentials(person_id, access.key)
            filled.fleet.panels.of(filled.fleet.catalogue.get(access.server_id)).usage(credentials.email)
    seconds, cpu_seconds = filled.clock.elapsed_seconds * times, filled.clock.cpu_seconds * times
    tally = filled.account.so_far().times(times)
    dollars = tally.read_units * PRICES.read_unit + _function_dollars(seconds, filled.memory_mb)
    return Naive(tally, seconds, cpu_seconds, dollars)


def dollars_of(settled: Settled, memory_mb: int) -> float:
    """Return what it costs at list prices: units, calls of the worker, its seconds and the dispatcher's, messages."""
    tally = settled.tally
    units = tally.read_units * PRICES.read_unit + tally.write_units * PRICES.write_unit
    calls = settled.invocations * PRICES.invocation + settled.queue_requests * PRICES.queue_request
    return units + calls + _function_dollars(settled.function_seconds, memory_mb)


def _function_dollars(seconds: float, memory_mb: int) -> float:
    return seconds * memory_mb / 1024 * PRICES.gigabyte_second("x86_64")
