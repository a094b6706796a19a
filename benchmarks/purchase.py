"""A purchase through the whole local system: what each step of it costs, with each provider, in warm processes."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

from benchmarks.report import table
from local.journey.buying import DEMO, STARS, WAYS, Buyer, buyer_on_trial
from local.journey.harness import Harness
from local.journey.transcript import Transcript
from local.meter import PRICES, Cost, Reading
from local.options import Options
from local.system import System
from vpnbot.storage.cached import CACHE_SECONDS

_ATTEMPTS = 4
TAPS = ("plans", "plan", "duration", "way to pay")
ORDER = "Pay: the order is placed"
_NAMES = {"payment_webhook": "notification", "due_worker": "message about the payment", "due_dispatcher": "schedule"}
_FIRST_NAMES = {
    STARS: ("pre-checkout", "payment message"),
    DEMO: ("payment page, which notifies", "payment page again"),
}
"""What the first invocations after a payment are, where the function's name does not say it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a purchase; `provider_calls` are those to the API of YooKassa or Crypto Pay."""

    name: str
    cost: Cost
    calls: Mapping[str, int]
    provider_calls: int = 0


@dataclass(slots=True)
class Purchase:
    """The steps of one purchase with one provider, in order."""

    way: str
    steps: list[Step] = field(default_factory=list)

    @property
    def cost(self) -> Cost:
        """The cost of all steps."""
        return sum((step.cost for step in self.steps), Cost())

    @property
    def provider_calls(self) -> int:
        """The calls to the provider's API in all steps."""
        return sum(step.provider_calls for step in self.steps)


async def measure_purchases() -> list[Purchase]:
    """Buy with each provider in a new local system."""
    async with System(Options(scheduled=False)) as system:
        return [await measure_purchase(system, way) for way in WAYS]


async def measure_purchase(system: System, way: str) -> Purchase:
    """Buy twice with a provider, and return the steps of the second purchase: the processes are warm by then.

    A process reads the plans, the servers and the settings of the shop at most once in 30 seconds for all people; the
    first purchase has read them. On a busy machine the two can take longer; then they are made again, a few times.
    """
    harness = Harness(system, Transcript(lambda _: None))
    for _ in range(_ATTEMPTS):
        began = time.monotonic()
        await _purchase(system, await buyer_on_trial(harness, f"Warm {way}"), way)
        measured = await _purchase(system, await buyer_on_trial(harness, f"Measured {way}"), way)
        if time.monotonic() - began < CACHE_SECONDS:
            break
    return measured


async def _purchase(system: System, buyer: Buyer, way: str) -> Purchase:
    await buyer.says("/start")
    purchase, measured = Purchase(way), _Measured(system)
    for name, words in zip(TAPS, ("Plans", "Standard", "1 month", way), strict=True):
        purchase.steps.append(await measured.one(name, partial(buyer.chooses, words)))
    purchase.steps.append(await measured.one(ORDER, partial(buyer.chooses, "Pay")))
    link = await buyer.payment_link()
    purchase.steps += await measured.each(way, partial(buyer.pays, way, link))
    return purchase


@dataclass(frozen=True, slots=True)
class _Measured:
    """Runs an action, and returns what it has cost."""

    system: System

    async def one(self, name: str, act: Callable[[], Awaitable[object]]) -> Step:
        """Return an action as one step."""
        readings, provider_calls = await self._around(act)
        calls: dict[str, int] = {}
        for reading in readings:
            for call, times in reading.calls.items():
                calls[call] = calls.get(call, 0) + times
        return Step(name, sum((reading.cost for reading in readings), Cost()), calls, provider_calls)

    async def each(self, way: str, act: Callable[[], Awaitable[object]]) -> Sequence[Step]:
        """Return each invocation that an action leads to as a step; the provider is asked in the first of them."""
        readings, provider_calls = await self._around(act)
        names = iter(_FIRST_NAMES.get(way, ()))
        steps = []
        for number, reading in enumerate(readings):
            name = next(names, _NAMES.get(reading.function, reading.function))
            steps.append(Step(name, reading.cost, reading.calls, 0 if number else provider_calls))
        return steps

    async def _around(self, act: Callable[[], Awaitable[object]]) -> tuple[Sequence[Reading], int]:
        readings, asked = self.system.meter.readings, self._provider_calls()
        last = readings[-1]
        await act()
        await self.system.settle()
        new = list(takewhile(lambda reading: reading is not last, reversed(readings)))
        return new[::-1], self._provider_calls() - asked

    def _provider_calls(self) -> int:
        providers = self.system.providers
        return len(providers.yookassa.api.calls) + len(providers.crypto_pay.calls)


def purchase_table(purchases: Sequence[Purchase]) -> str:
    """Return a table of the steps of purchases."""
    rows = []
    for purchase in purchases:
        way = purchase.way
        rows += [[f"{way}: {step.name}", *_figures(step.cost, step.provider_calls)] for step in purchase.steps]
        rows.append([f"**{way}: in all**", *_figures(purchase.cost, purchase.provider_calls)])
    return table(_HEAD, rows)


_HEAD = ("step", "reads", "writes", "read units", "write units", "Telegram", "provider", "millionths of a dollar")


def _figures(cost: Cost, provider_calls: int) -> list[str]:
    dollars = (
        cost.read_units * PRICES.read_unit
        + cost.write_units * PRICES.write_unit
        + cost.queue_calls * PRICES.queue_request
        + cost.invocations * PRICES.invocation
    )
    return [
        str(cost.reads),
        str(cost.writes),
        f"{cost.read_units:g}",
        f"{cost.write_units:g}",
        str(cost.telegram_calls),
        str(provider_calls),
        f"{dollars * 1e6:.2f}",
    ]
