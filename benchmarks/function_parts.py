"""The parts of the benchmarks that measure functions: each returns its tables."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks import reported_functions
from benchmarks.cpu_limit import CpuLimit, NotPossibleError, cores_of, cpu_limit
from benchmarks.doubles import BotApi, Dynamo, LoopbackServer
from benchmarks.effort import Effort
from benchmarks.emulator import Emulator
from benchmarks.many_people import measure_people
from benchmarks.measured_functions import Figures, Replay, Subject, measure
from benchmarks.packages import layer_packages
from benchmarks.parts import warm_parts
from benchmarks.progress import report_progress
from benchmarks.recorded_system import record_system
from benchmarks.recorded_updates import (
    NEW_PERSON,
    SCREEN_TAP,
    RecordedUpdate,
    function_environment,
    record_updates,
)

ROOT = Path(__file__).parents[1]
OURS, PLAIN = ROOT / "functions/telegram_webhook", ROOT / "benchmarks/plain"
MEMORIES_MB = (1024, 512)
"""The sizes of functions whose share of a core is measured."""


def cold(effort: Effort) -> list[str]:
    """Measure our handler beside the plain one, and count the calls of each kind of update."""
    with _packages() as packages:
        recorded = _recorded(packages)
        report_progress("cold starts and warm taps, our handler and the plain handler in turns")
        with _doubles() as (dynamo, environment):
            subjects = [
                _bot("ours", OURS, packages, environment, recorded),
                _bot("plain", PLAIN, packages, environment, recorded),
            ]
            measured = measure(subjects, dynamo, effort)
    return [
        reported_functions.beside_plain(measured["ours"], measured["plain"]),
        reported_functions.calls(recorded),
    ]


def less_cpu(effort: Effort) -> list[str]:
    """Measure our handler with the share of a core that Lambda gives it after INIT, by its memory."""
    measured: dict[int, Figures | str] = {}
    with _packages() as packages:
        recorded = _recorded(packages)
        for memory in MEMORIES_MB:
            report_progress(f"{cores_of(memory):.2f} of a core after INIT, as with {memory} MB")
            try:
                with _doubles() as (dynamo, environment), cpu_limit(cores_of(memory)) as limit:
                    subject = _bot("limited", OURS, packages, environment, recorded, limit)
                    measured[memory] = measure([subject], dynamo, effort)["limited"]
                    if not limit.was_in_force():
                        raise RuntimeError(f"{limit.members}: no process was a member")
            except NotPossibleError as error:
                measured[memory] = str(error)
    return [reported_functions.limited(measured)]


def tap(effort: Effort) -> list[str]:
    """Measure a warm tap beside its parts, in one process."""
    with _packages() as packages:
        recorded = _recorded(packages)
        report_progress("a warm tap and its parts")
        taps = warm_parts(OURS, packages, recorded[SCREEN_TAP], effort.taps_in_one_process)
    return [reported_functions.unavoidable(taps)]


def other_functions(effort: Effort) -> list[str]:
    """Measure the functions behind links, payments and due work."""
    report_progress("recording a purchase in the local system")
    recorded = asyncio.run(record_system(effort.buyers, 0))
    report_progress("cold starts and later events of each function, in turns")
    provider = LoopbackServer(lambda request: recorded.payments[request.path.rpartition("/")[2]])
    dynamo, bot_api = Dynamo(), BotApi()
    with _packages() as packages, dynamo.server() as dynamodb, bot_api.server() as telegram, provider as yookassa:
        subjects = [
            Subject(
                name,
                ROOT / "functions" / name,
                packages,
                recorded.environment(name, dynamodb.url, telegram.url, yookassa.url),
                replays[0],
                replays[1:],
                repeats=name != "payment_webhook",
            )
            for name, replays in recorded.events.items()
        ]
        measured = measure(subjects, dynamo, effort)
    return [reported_functions.side_by_side(measured), reported_functions.due_items(measured["due_worker"])]


def people(effort: Effort) -> list[str]:
    """Measure the taps of many people in one environment."""
    report_progress(f"recording the taps of {effort.people} people in the local system")
    recorded = asyncio.run(record_system(0, effort.people))
    report_progress(f"{effort.taps_of_each} taps of each, one after another")
    dynamo, bot_api = Dynamo(), BotApi()
    with _packages() as packages, dynamo.server() as dynamodb, bot_api.server() as telegram:
        environment = recorded.environment("telegram_webhook", dynamodb.url, telegram.url, telegram.url)
        with Emulator(OURS, packages, environment) as function:
            found = measure_people(function, dynamo, recorded.taps, effort.taps_of_each)
    return [reported_functions.many_people(found)]


@contextmanager
def _packages() -> Iterator[list[Path]]:
    with tempfile.TemporaryDirectory(prefix="vpnbot-benchmarks-") as folder:
        yield layer_packages(Path(folder))


def _recorded(packages: list[Path]) -> Mapping[str, RecordedUpdate]:
    report_progress("recording every kind of update once")
    return record_updates(OURS, packages)


@contextmanager
def _doubles() -> Iterator[tuple[Dynamo, Mapping[str, str]]]:
    """Serve the doubles of DynamoDB and Telegram; yield the former and the variables of a function."""
    dynamo, bot_api = Dynamo(), BotApi()
    with dynamo.server() as dynamodb, bot_api.server() as telegram:
        yield dynamo, function_environment("benchmark", dynamodb.url, telegram.url)


def _bot(
    name: str,
    folder: Path,
    packages: list[Path],
    environment: Mapping[str, str],
    recorded: Mapping[str, RecordedUpdate],
    limit: CpuLimit | None = None,
) -> Subject:
    """Return a handler of updates: first a new person's `/start`, then taps that move screens."""
    first, warm = (Replay(recorded[kind].event, recorded[kind].answers) for kind in (NEW_PERSON, SCREEN_TAP))
    return Subject(name, folder, packages, environment, first, [warm], limit, makes_recorded_calls=folder == OURS)
