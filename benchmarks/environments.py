"""Cold and warm, ours beside the plain handler, each in environments of the real runtime."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from benchmarks.doubles import BotApi, Dynamo
from benchmarks.emulator import Emulator
from benchmarks.scenario import MOVING_TAP, NEW_PERSON, Recorded, variables

COLD_STARTS = 5
WARM_TAPS = 300


@dataclass(frozen=True, slots=True)
class Measured:
    """One handler's figures: times in milliseconds, memory in megabytes."""

    init_ms: float
    first_answer_ms: float
    peak_megabytes: float
    warm_median_ms: float
    warm_p99_ms: float

    @property
    def cold_ms(self) -> float:
        """From nothing to the first answer."""
        return self.init_ms + self.first_answer_ms


@dataclass(frozen=True, slots=True)
class Contender:
    """A handler, where its code is and what is on its path."""

    name: str
    folder: Path
    packages: list[Path]


def race(contenders: list[Contender], recorded: Mapping[str, Recorded]) -> dict[str, Measured]:
    """Start each contender's environments in turns, so that whatever else the machine does hits all alike."""
    cold: dict[str, list[tuple[float, float]]] = {contender.name: [] for contender in contenders}
    warm: dict[str, list[float]] = {}
    peaks: dict[str, float] = {}
    dynamo, bot_api = Dynamo(), BotApi()
    with dynamo.double() as dynamodb, bot_api.double() as telegram:
        environment = variables("benchmark", dynamodb.url, telegram.url)
        for turn in range(COLD_STARTS):
            for contender in contenders:
                dynamo.replay(recorded[NEW_PERSON].answers)
                with Emulator(contender.folder, contender.packages, environment) as function:
                    function.invoke(recorded[NEW_PERSON].event)
                    cold[contender.name].append((function.init_ms(), function.durations_ms()[0]))
                    if turn == COLD_STARTS - 1:
                        dynamo.replay(recorded[MOVING_TAP].answers)
                        for _ in range(WARM_TAPS):
                            function.invoke(recorded[MOVING_TAP].event)
                        # The first tap after a /start still builds what only taps need.
                        warm[contender.name] = function.durations_ms()[2:]
                        peaks[contender.name] = function.peak_megabytes()
    return {name: _figures(cold[name], warm[name], peaks[name]) for name in cold}


def _figures(cold: list[tuple[float, float]], warm: list[float], peak: float) -> Measured:
    return Measured(
        init_ms=median(init for init, _ in cold),
        first_answer_ms=median(first for _, first in cold),
        peak_megabytes=peak,
        warm_median_ms=median(warm),
        warm_p99_ms=quantiles(warm, n=100)[98],
    )
