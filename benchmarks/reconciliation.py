"""Reconciliation of thousands of subscriptions on five panels: calls, read and write units, and costs of a run."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from benchmarks.call_counter import CallCounts
from benchmarks.due_work import MINUTE, DueWorkTotals, run_due_work
from benchmarks.populated_system import START, PopulatedSystem
from local.meter import PRICES
from vpnbot.domain.servers.reconciliation import INTERVAL
from vpnbot.usecases.ports import Metric

SERVERS = 5
RUNS_A_MONTH = 43_800 / (INTERVAL / MINUTE)
SAMPLE = 100
"""How many people are read to estimate the cost of reading all: few enough that the cached catalogue stays valid."""
_ONE_IN = 100
_LITTLE_BYTES, _MUCH_BYTES = 10_000_000, 1_000_000_000


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens before a reconciliation run. `recurring`: it can happen before every run."""

    name: str
    change: Callable[[PopulatedSystem], None]
    recurring: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one scenario. `keys` and `drifted` are numbers of keys."""

    scenario: Scenario
    keys: int
    drifted: int
    work: DueWorkTotals
    dollars: float


@dataclass(frozen=True, slots=True)
class OneByOne:
    """The costs without lists: each person's partition is read, and each client is requested from its panel."""

    calls: CallCounts
    seconds: float
    cpu_seconds: float
    dollars: float


def change_nothing(_: PopulatedSystem) -> None:
    """Change nothing on the panels."""


def drift_one_key_in_a_hundred(system: PopulatedSystem) -> None:
    """Delete, disable or change one client in a hundred, chosen at random on each panel."""
    for name, panel in system.panels.items():
        emails = sorted(panel.clients)
        for number, email in enumerate(random.Random(name).sample(emails, len(emails) // _ONE_IN)):
            match number % 3:
                case 0:
                    panel.state.delete(email)
                case 1:
                    panel.clients[email].enable = False
                case _:
                    panel.clients[email].limit_ip += 1


def add_traffic_to_every_key(amount_bytes: int) -> Callable[[PopulatedSystem], None]:
    """Return a change that adds this traffic to every key."""

    def change(system: PopulatedSystem) -> None:
        for panel in system.panels.values():
            for email in panel.clients:
                panel.use_traffic(email, down=amount_bytes)

    return change


def reinstall_a_panel(system: PopulatedSystem) -> None:
    """Remove all clients of one panel."""
    next(iter(system.panels.values())).wipe()


SCENARIOS = (
    Scenario("all is well", change_nothing),
    Scenario("each key: +10 MB", add_traffic_to_every_key(_LITTLE_BYTES)),
    Scenario("1 % drifted", drift_one_key_in_a_hundred),
)
"""Scenarios in which few keys are written."""
WRITING_SCENARIOS = (
    Scenario("each key: +1 GB", add_traffic_to_every_key(_MUCH_BYTES)),
    Scenario("a panel was reinstalled", reinstall_a_panel, recurring=False),
    Scenario("the run after that", change_nothing, recurring=False),
)
"""Scenarios in which all keys are written, or those of a panel."""


def reconcile(system: PopulatedSystem, scenarios: tuple[Scenario, ...]) -> Iterator[Outcome]:
    """Run each scenario; yield the costs of its reconciliation run with all due work that follows from it.

    Raises:
        RuntimeError: panels and stored keys still differ afterwards, so the figures would be wrong.
    """
    minute, expected = START + INTERVAL, system.keys
    for scenario in scenarios:
        scenario.change(system)
        drifted_before = system.meter.counts[Metric.DRIFT]
        work = run_due_work(system, minute)
        drifted = system.meter.counts[Metric.DRIFT] - drifted_before
        if system.keys != expected or work.keys_corrected != drifted:
            raise RuntimeError(f"{scenario.name}: {expected} keys expected on the panels, {system.keys} found")
        yield Outcome(scenario, expected, drifted, work, dollars_of(work, system.memory_mb))
        minute = _next_run_at(minute, work)


def _next_run_at(minute: datetime, work: DueWorkTotals) -> datetime:
    return minute + work.minutes * MINUTE + INTERVAL


def request_one_by_one(system: PopulatedSystem, sample: int = SAMPLE) -> OneByOne:
    """Read some people and request each of their clients, and scale the costs up to all people."""
    sampled = system.person_ids[:: max(len(system.person_ids) // sample, 1)]
    times = len(system.person_ids) / len(sampled)
    system.fleet.catalogue.listings(fresh=True)
    now = system.clock()
    system.counter.reset()
    system.clock.begin_at(now, system.memory_mb)
    for person_id in sampled:
        for access in system.people.open(person_id).person.accesses:
            system.fleet.panels.of(system.fleet.catalogue.get(access.server_id)).usage(access.name)
    seconds, cpu_seconds = system.clock.elapsed_seconds * times, system.clock.cpu_seconds * times
    calls = system.counter.counts().times(times)
    dollars = calls.read_units * PRICES.read_unit + _function_dollars(seconds, system.memory_mb)
    return OneByOne(calls, seconds, cpu_seconds, dollars)


def dollars_of(work: DueWorkTotals, memory_mb: int) -> float:
    """Return the costs at list prices: read and write units, invocations, run time of functions, requests to SQS."""
    calls = work.calls
    units = calls.read_units * PRICES.read_unit + calls.write_units * PRICES.write_unit
    requests = work.invocations * PRICES.invocation + work.queue_requests * PRICES.queue_request
    return units + requests + _function_dollars(work.function_seconds, memory_mb)


def _function_dollars(seconds: float, memory_mb: int) -> float:
    return seconds * memory_mb / 1024 * PRICES.gigabyte_second("x86_64")
