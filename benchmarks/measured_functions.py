"""Measures functions, cold and warm, each in environments of the real Lambda runtime."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

from benchmarks.cpu_limit import CpuLimit
from benchmarks.doubles import Dynamo
from benchmarks.effort import Effort
from benchmarks.emulator import Emulator
from benchmarks.replay import Answers

_LEFT_OUT = 2
"""The first event, and the next: it builds objects that only later events need."""


@dataclass(frozen=True, slots=True)
class Replay:
    """An event of a function, and the answers of DynamoDB to the calls that it makes."""

    event: Mapping[str, Any]
    answers: Answers


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: a function, its first event, and its later ones, two at least.

    `repeats`: it does the same again when it receives an event again, which is not so for payments.
    `makes_recorded_calls`: it must make the writes that were recorded, and no read that was not.
    """

    name: str
    folder: Path
    packages: list[Path]
    environment: Mapping[str, str]
    first: Replay
    warm: Sequence[Replay]
    limit: CpuLimit | None = None
    repeats: bool = True
    makes_recorded_calls: bool = True


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one subject: times in milliseconds by the clock and of the CPU, memory in megabytes."""

    init_ms: float
    init_cpu_ms: float
    first_ms: float
    first_cpu_ms: float
    warm_ms: Sequence[float]
    warm_cpu_ms: float
    peak_megabytes: float

    @property
    def cold_ms(self) -> float:
        """The time from the start of the environment to the first answer."""
        return self.init_ms + self.first_ms

    @property
    def cold_cpu_ms(self) -> float:
        """The CPU time from the start of the environment to the first answer."""
        return self.init_cpu_ms + self.first_cpu_ms

    @property
    def median_ms(self) -> float:
        """The median of warm events."""
        return median(self.warm_ms)

    @property
    def p99_ms(self) -> float:
        """The 99th percentile of warm events; of few events, about the longest."""
        return quantiles(self.warm_ms, n=100, method="inclusive")[98]


@dataclass(slots=True)
class _Rounds:
    """What the environments of one subject reported so far."""

    init: list[tuple[float, float]] = field(default_factory=list)
    first: list[tuple[float, float]] = field(default_factory=list)
    warm_ms: list[float] = field(default_factory=list)
    warm_cpu_ms: list[float] = field(default_factory=list)
    peak_megabytes: float = 0.0

    def figures(self) -> Figures:
        """Return the figures, of the starts those of the one with the least CPU time: other work only adds to it."""
        starts = zip(self.init, self.first, strict=True)
        init, first = min(starts, key=lambda start: start[0][1] + start[1][1])
        return Figures(*init, *first, self.warm_ms, mean(self.warm_cpu_ms), self.peak_megabytes)


def measure(subjects: Iterable[Subject], dynamo: Dynamo, effort: Effort) -> dict[str, Figures]:
    """Measure the subjects in turns, so that other load on the machine affects all of them alike.

    Raises:
        RuntimeError: a subject failed, or did not make the calls that were recorded.
    """
    rounds = {subject.name: _Rounds() for subject in subjects}
    for start in range(effort.cold_starts):
        for subject in subjects:
            _one_environment(subject, dynamo, rounds[subject.name], effort.warm_events if start == 0 else 0)
    return {name: found.figures() for name, found in rounds.items()}


def _one_environment(subject: Subject, dynamo: Dynamo, found: _Rounds, warm_events: int) -> None:
    environment = Emulator(subject.folder, subject.packages, subject.environment, subject.limit)
    with environment as function:
        dynamo.replay(subject.first.answers)
        function.invoke(subject.first.event)
        _check_calls(subject, subject.first, dynamo)
        count = max(warm_events, _LEFT_OUT)
        for later in islice(cycle(subject.warm), count if subject.repeats else min(count, len(subject.warm))):
            dynamo.replay(later.answers)
            function.invoke(later.event)
            _check_calls(subject, later, dynamo)
        times, cpu = function.durations_ms(), function.cpu_ms()
        found.init.append((function.init_ms(), function.init_cpu_ms()))
        found.first.append((times[0], cpu[0]))
        found.peak_megabytes = max(found.peak_megabytes, function.peak_megabytes())
        found.warm_ms += times[_LEFT_OUT:] if warm_events else []
        found.warm_cpu_ms += cpu[_LEFT_OUT:] if warm_events else []


def _check_calls(subject: Subject, replay: Replay, dynamo: Dynamo) -> None:
    """Compare the writes; no read may get a guessed answer. What all people share is read again in time."""
    if not subject.makes_recorded_calls:
        return
    made, recorded = dynamo.writes(), replay.answers.writes()
    if dynamo.guessed or made != recorded:
        raise RuntimeError(f"{subject.name}: writes {made}, recorded {recorded}; unknown reads: {dynamo.guessed}")
