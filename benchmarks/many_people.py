"""Many people tap, one after another, in one environment of the real runtime: each has a partition of their own."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from benchmarks.doubles import Dynamo
from benchmarks.emulator import Emulator
from benchmarks.measured_functions import Replay
from benchmarks.replay import Answers

_WARM_UP = 20
"""Taps that are not measured."""


@dataclass(frozen=True, slots=True)
class ManyPeople:
    """The figures: time by the clock as the caller waits, and CPU time of the process with the runtime client."""

    people: int
    seconds: float
    invocations_ms: Sequence[float]
    cpu_ms: Sequence[float]
    peak_megabytes: float

    @property
    def taps(self) -> int:
        """Return how many taps were measured."""
        return len(self.cpu_ms)

    @property
    def by_the_clock(self) -> float:
        """Return the updates a second of one caller who waits for each answer."""
        return self.taps / self.seconds

    @property
    def a_core(self) -> float:
        """Return the updates in a second of CPU."""
        return 1000 * self.taps / sum(self.cpu_ms)

    @property
    def median_ms(self) -> float:
        """Return the median of the durations of invocations."""
        return median(self.invocations_ms)

    @property
    def p99_ms(self) -> float:
        """Return the 99th percentile of the durations of invocations."""
        return quantiles(self.invocations_ms, n=100)[98]

    @property
    def median_cpu_ms(self) -> float:
        """Return the median of the CPU times."""
        return median(self.cpu_ms)

    @property
    def p99_cpu_ms(self) -> float:
        """Return the 99th percentile of the CPU times."""
        return quantiles(self.cpu_ms, n=100)[98]


def measure_people(
    function: Emulator, dynamo: Dynamo, taps: Sequence[Sequence[Replay]], taps_of_each: int
) -> ManyPeople:
    """Let each person tap this often, all people in turns.

    Raises:
        RuntimeError: a tap failed, wrote something, or read what was not recorded.
    """
    everything = Answers()
    for of_person in taps:
        for one in of_person:
            everything = one.answers.or_else(everything)
    dynamo.replay(Answers({}, everything.by_read))
    for number in range(_WARM_UP):
        function.invoke(taps[number % len(taps)][0].event)
    began = time.perf_counter()
    for round_ in range(taps_of_each):
        for of_person in taps:
            function.invoke(of_person[round_ % len(of_person)].event)
    seconds = time.perf_counter() - began
    if dynamo.guessed or dynamo.writes():
        raise RuntimeError(f"writes {dynamo.writes()}, unknown reads: {dynamo.guessed}")
    function.invoke(taps[0][0].event)
    return ManyPeople(
        len(taps),
        seconds,
        function.durations_ms()[_WARM_UP:-1],
        function.cpu_ms()[_WARM_UP:],
        function.peak_megabytes(),
    )
