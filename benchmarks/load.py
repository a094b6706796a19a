"""Many people at once through the whole local system: gateway, real runtime, emulated table, fake Telegram."""

import asyncio
import time
from dataclasses import dataclass
from statistics import median, quantiles

from local.system import System
from local.telegram.person import Person

PEOPLE = 40


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it; latency is from a person's act to the end of its delivery."""

    people: int
    updates: int
    seconds: float
    median_ms: float
    p99_ms: float

    @property
    def updates_per_second(self) -> float:
        """Return the throughput."""
        return self.updates / self.seconds


async def drive(people: int = PEOPLE) -> tuple[Load, Load]:
    """Let a crowd in while nothing runs yet, then another when the environments are warm.

    Everybody starts, takes the trial and chooses a platform, all at the same time.
    """
    async with System() as system:
        return await _crowd(system, people, "Early"), await _crowd(system, people, "Late")


async def _crowd(system: System, people: int, name: str) -> Load:
    crowd = [system.person(f"{name} {number}") for number in range(people)]
    latencies: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_visit(person, latencies) for person in crowd))
    seconds = time.perf_counter() - began
    return Load(people, len(latencies), seconds, median(latencies), quantiles(latencies, n=100)[98])


async def _visit(person: Person, latencies: list[float]) -> None:
    for act in (person.sends("/start"), person.taps("Try free"), person.taps("Android")):
        began = time.perf_counter()
        await act
        latencies.append((time.perf_counter() - began) * 1000)
