"""Many people at the same time use the whole local system: gateway, real runtime, emulated table, fake Telegram."""

import asyncio
import time
from dataclasses import dataclass
from statistics import median, quantiles

from local.system import System
from local.telegram.person import Person


@dataclass(frozen=True, slots=True)
class Load:
    """The results. Latency is the time from a person's action to the end of the delivery of its update."""

    people: int
    updates: int
    seconds: float
    median_ms: float
    p99_ms: float

    @property
    def updates_per_second(self) -> float:
        """Return the throughput."""
        return self.updates / self.seconds


async def measure_load(people: int) -> tuple[Load, Load]:
    """Measure a first group of people before any environment runs, and a second group when the environments are warm.

    All people of a group open the bot, start the trial and choose a platform at the same time.
    """
    async with System() as system:
        return await _load(system, people, "Early"), await _load(system, people, "Late")


async def _load(system: System, people: int, name: str) -> Load:
    group = [system.person(f"{name} {number}") for number in range(people)]
    latencies: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_use(person, latencies) for person in group))
    seconds = time.perf_counter() - began
    return Load(people, len(latencies), seconds, median(latencies), quantiles(latencies, n=100)[98])


async def _use(person: Person, latencies: list[float]) -> None:
    for action in (person.sends("/start"), person.taps("Try free"), person.taps("Android")):
        began = time.perf_counter()
        await action
        latencies.append((time.perf_counter() - began) * 1000)
