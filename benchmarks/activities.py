"""`python -m benchmarks.activities`: counts the calls of each activity in the local system, into `activities.yaml`.

A month is computed from these figures (`benchmarks/month.py`); a test counts again and compares.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Self

import yaml

from benchmarks.purchase import TAPS, measure_purchase
from local.journey.buying import CARD
from local.journey.harness import ONE_ON_EACH, Harness
from local.journey.transcript import Transcript
from local.meter import Cost, Reading
from local.options import Options
from local.system import System
from vpnbot.domain.statistics.hours import CLOSING_KEY, STATISTICS

RECORDED = Path(__file__).with_name("activities.yaml")
_MINUTE, _HALF_HOUR = timedelta(minutes=1), timedelta(minutes=30)
_SETTLED = timedelta(minutes=40)
"""After this time nothing is due any more that the start and the purchases led to."""
_APP = "Happ/3.9.1/ios"


@dataclass(frozen=True, slots=True)
class Calls:
    """What one activity calls: numbers of invocations and requests, and units of DynamoDB."""

    invocations: float = 0
    http_requests: float = 0
    reads: float = 0
    writes: float = 0
    read_units: float = 0
    write_units: float = 0
    queue_calls: float = 0

    @classmethod
    def of(cls, cost: Cost) -> Self:
        """Return the calls that a meter has counted."""
        return cls(**{field.name: getattr(cost, field.name) for field in fields(cls)})

    def shared(self, among: int) -> "Calls":
        """Return the part of one of several."""
        return Calls(*(getattr(self, field.name) / among for field in fields(self)))

    def minus(self, other: "Calls") -> "Calls":
        """Return what this has more than another."""
        return Calls(*(getattr(self, field.name) - getattr(other, field.name) for field in fields(self)))


MEASURING = Calls(reads=3, read_units=2.5, queue_calls=3)
"""What the dispatcher calls in addition every five minutes, when it measures what waits for an operator."""
CLOSING = Calls(invocations=1, reads=14, writes=3, read_units=14, write_units=8, queue_calls=2)
"""The closing of an hour of the statistics: eight queries and its own item; a claim, the sums and the next due time;
and a share of the night, which sums 48 hours again with 24 queries, and counts five levels with 16 queries each."""

WATCHING = Calls(invocations=1)
"""The watch of the webhook, which calls Telegram and nothing else."""


@cache
def recorded() -> Mapping[str, Calls]:
    """Return the recorded calls of each activity."""
    return {name: Calls(**calls) for name, calls in yaml.safe_load(RECORDED.read_text("utf-8")).items()}


async def measure() -> dict[str, Calls]:
    """Run the local system and count the calls of each activity, in warm processes."""
    async with System(Options(scheduled=False)) as system:
        return await _measured(system)


async def _measured(system: System) -> dict[str, Calls]:
    """Count one activity after the other. In each half hour there is one reconciliation run of each server."""
    _leave_out_closing(system)
    harness, window = Harness(system, Transcript(lambda _line: None)), _Window(system)
    purchase = await measure_purchase(system, CARD)
    tap = next(step.cost for step in purchase.steps if step.name == TAPS[0])
    await system.advance(_SETTLED)
    idle = await window.calls(lambda: system.invoke("due_dispatcher", {}), "due_dispatcher")
    person = harness.new_person("Counted")
    await person.says("/start")
    trial = await window.calls(lambda: person.taps("Try free"), "telegram_webhook")
    await system.advance(5 * _MINUTE)
    run = await window.half_hour()
    with_message = await window.half_hour()  # the notice an hour after the beginning of the trial
    for server, clients in system.panels.clients(person.user_id).items():
        for client in clients:
            system.panels.named(server).use_traffic(client.email, down=10**9)
    with_traffic = await window.half_hour()
    link = await person.copies_link()
    await harness.app_loads(link, _APP)
    page = await window.calls(lambda: harness.app_loads(link, _APP), "subscription_page")
    return {
        "tap": Calls.of(tap),
        "trial": trial,
        "purchase": Calls.of(purchase.cost),
        "page": page,
        "due item": with_message.minus(run),
        "minute without work": idle,
        "reconciliation run of a server": run.shared(len(ONE_ON_EACH)),
        "stored counter": with_traffic.minus(run).shared(len(ONE_ON_EACH)),
    }


def _leave_out_closing(system: System) -> None:
    """Let the hours of the statistics never be closed here: `CLOSING` has the calls, which depend on the hour."""
    item = {"pk": {"S": STATISTICS}, "sk": {"S": CLOSING_KEY}, "body": {"M": {}}}
    system.aws.client("dynamodb").put_item(TableName=system.template.tables[0].name, Item=item)


@dataclass(frozen=True, slots=True)
class _Window:
    """Counts what functions do while something happens."""

    system: System

    async def readings(self, act: Callable[[], Awaitable[object]]) -> list[Reading]:
        """Return the invocations during an action, in order."""
        last = self.system.meter.readings[-1]
        await act()
        await self.system.settle()
        new = takewhile(lambda reading: reading is not last, reversed(self.system.meter.readings))
        return list(new)[::-1]

    async def calls(self, act: Callable[[], Awaitable[object]], *functions: str) -> Calls:
        """Return the calls of these functions during an action."""
        return _added([reading for reading in await self.readings(act) if reading.function in functions])

    async def half_hour(self) -> Calls:
        """Return the calls of the next half hour, without those of minutes without work."""
        return _busy(await self.readings(lambda: self.system.advance(_HALF_HOUR)))


def _busy(readings: list[Reading]) -> Calls:
    """Return the calls of the worker, and of the dispatcher where it sent something."""
    return _added([r for r in readings if r.function == "due_worker" or r.cost.writes])


def _added(readings: list[Reading]) -> Calls:
    """Add the calls, without those of measuring, which depend on the minute and not on the work."""
    total = Calls.of(sum((reading.cost for reading in readings), Cost()))
    for reading in readings:
        if reading.function == "due_dispatcher" and reading.cost.queue_calls >= MEASURING.queue_calls:
            total = total.minus(MEASURING)
    return total


def main() -> int:
    """Count, and write the figures."""
    measured = asyncio.run(measure())
    figures = {
        name: {field.name: getattr(calls, field.name) for field in fields(calls)} for name, calls in measured.items()
    }
    head = "# Calls of each activity, counted in the local system by `python -m benchmarks.activities`.\n"
    RECORDED.write_text(head + yaml.safe_dump(figures, sort_keys=False), "utf-8")
    print(RECORDED.read_text("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
