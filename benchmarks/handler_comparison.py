"""Compares handlers, cold and warm, each in environments of the real Lambda runtime."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from benchmarks.doubles import BotApi, Dynamo
from benchmarks.emulator import Emulator
from benchmarks.recorded_updates import NEW_PERSON, SCREEN_TAP, RecordedUpdate, function_environment

COLD_STARTS = 5
WARM_TAPS = 300


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one handler: times in milliseconds, memory in megabytes."""

    init_ms: float
    first_answer_ms: float
    peak_megabytes: float
    warm_median_ms: float
    warm_p99_ms: float

    @property
    def cold_ms(self) -> float:
        """The time from the start of the environment to the first answer."""
        return self.init_ms + self.first_answer_ms


@dataclass(frozen=True, slots=True)
class Handler:
    """A handler: the folder of its code, and the packages on its path."""

    name: str
    folder: Path
    packages: list[Path]


def compare(handlers: list[Handler], recorded: Mapping[str, RecordedUpdate]) -> dict[str, Measured]:
    """Measure the handlers alternately, so that other load on the machine affects all of them alike."""
    cold: dict[str, list[tuple[float, float]]] = {handler.name: [] for handler in handlers}
    warm: dict[str, list[float]] = {}
    peaks: dict[str, float] = {}
    dynamo, bot_api = Dynamo(), BotApi()
    with dynamo.server() as dynamodb, bot_api.server() as telegram:
        environment = function_environment("benchmark", dynamodb.url, telegram.url)
        for start in range(COLD_STARTS):
            for handler in handlers:
                dynamo.replay(recorded[NEW_PERSON].answers)
                with Emulator(handler.folder, handler.packages, environment) as function:
                    function.invoke(recorded[NEW_PERSON].event)
                    cold[handler.name].append((function.init_ms(), function.durations_ms()[0]))
                    if start == COLD_STARTS - 1:
                        dynamo.replay(recorded[SCREEN_TAP].answers)
                        for _ in range(WARM_TAPS):
                            function.invoke(recorded[SCREEN_TAP].event)
                        # The first tap after /start is left out: it builds objects that only taps need.
                        warm[handler.name] = function.durations_ms()[2:]
                        peaks[handler.name] = function.peak_megabytes()
    return {name: _figures(cold[name], warm[name], peaks[name]) for name in cold}


def _figures(cold: list[tuple[float, float]], warm: list[float], peak: float) -> Measured:
    return Measured(
        init_ms=median(init for init, _ in cold),
        first_answer_ms=median(first for _, first in cold),
        peak_megabytes=peak,
        warm_median_ms=median(warm),
        warm_p99_ms=quantiles(warm, n=100)[98],
    )
