"""What each function has loaded after its first event: that is what a person waits for after INIT.

The events and the answers of DynamoDB, Telegram and YooKassa are those of the benchmarks, from the local system.
"""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.doubles import BotApi, Dynamo, LoopbackServer
from benchmarks.packages import layer_packages
from benchmarks.recorded_system import RecordedSystem, record_system

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, sys, time
import app
init_seconds = time.process_time()
before, parsed = set(sys.modules), []
messages = sys.modules.get("vpnbot.localization.messages")
if messages is not None:
    parse = messages.FluentResource
    messages.FluentResource = lambda text: [parsed.append(text), parse(text)][1]
class Context:
    def get_remaining_time_in_millis(self): return 25_000
event, began = json.load(sys.stdin), time.process_time()
answer = app.handler(event, Context())
first_seconds = time.process_time() - began
print(json.dumps({"answer": answer, "init": sorted(before), "later": sorted(set(sys.modules) - before),
                  "parsed": parsed, "init_seconds": init_seconds, "first_seconds": first_seconds}))
"""


@dataclass(frozen=True, slots=True)
class Budget:
    """The largest number of modules after the first event, and of those that are loaded only then."""

    modules: int
    later: int


BUDGETS = {
    "telegram_webhook": Budget(950, 20),
    "due_worker": Budget(990, 20),
    "payment_webhook": Budget(620, 20),
    "subscription_page": Budget(625, 20),
}
"""After INIT a function has a share of a core: what its first event loads takes two to four times as long."""
LONGEST_PARSED = 2000
"""Characters of messages that the first event may parse: 2 ms. All files of a language have 130,000."""
LARGEST_SHARE = 0.75
"""The CPU time until the payment webhook has handled its first notification, INIT included, as a share of what the
Telegram webhook takes until its first answer."""
LARGEST_FIRST_SHARE = 0.25
"""The CPU time of the first notification, as a share of that of INIT."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a function answered to its first event, and the modules of its process."""

    answer: dict[str, object]
    init: list[str]
    later: list[str]
    parsed: list[str]
    """The messages that were parsed for the first event."""
    init_seconds: float
    """CPU time, like the next."""
    first_seconds: float
    writes_as_recorded: bool

    @property
    def modules(self) -> set[str]:
        """Return all modules."""
        return {*self.init, *self.later}


@pytest.fixture(scope="module")
def recorded() -> RecordedSystem:
    """The events and the answers of the benchmarks."""
    return asyncio.run(record_system(1, 0))


@pytest.fixture(scope="module")
def loaded(recorded: RecordedSystem) -> dict[str, Loaded]:
    """Each function after its first event, in an interpreter of its own."""
    return {function: _after_first_event(function, recorded) for function in BUDGETS}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our package as it is built."""
    folder, *_ = layer_packages(tmp_path_factory.mktemp("layer"))
    assert (folder / "vpnbot/startup/compiled_texts.bin").exists()
    return folder


def _after_first_event(function: str, recorded: RecordedSystem, package: Path = ROOT / "layers/vpnbot") -> Loaded:
    (first,) = recorded.events[function]
    dynamo, bot_api = Dynamo(), BotApi()
    dynamo.replay(first.answers)
    provider = LoopbackServer(lambda request: recorded.payments[request.path.rpartition("/")[2]])
    with dynamo.server() as dynamodb, bot_api.server() as telegram, provider:
        done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT / "functions" / function,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(package),
                "POWERTOOLS_SERVICE_NAME": "test",
                "POWERTOOLS_METRICS_NAMESPACE": "test",
                **recorded.environment(function, dynamodb.url, telegram.url, provider.url),
            },
            input=json.dumps(first.event),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    as_recorded = not dynamo.guessed and dynamo.writes() == first.answers.writes()
    return Loaded(**json.loads(done.stdout.splitlines()[-1]), writes_as_recorded=as_recorded)


@pytest.mark.parametrize("function", BUDGETS)
def test_the_first_event_was_answered_with_the_calls_that_were_recorded(
    loaded: dict[str, Loaded], function: str
) -> None:
    expected: dict[str, object] = {"batchItemFailures": []} if function == "due_worker" else {"statusCode": 200}
    assert expected.items() <= loaded[function].answer.items()
    assert loaded[function].writes_as_recorded


@pytest.mark.parametrize("function", BUDGETS)
def test_the_package_that_is_built_answers_as_its_sources(
    loaded: dict[str, Loaded], recorded: RecordedSystem, package: Path, function: str
) -> None:
    """With the code of dataclasses and of texts that the build compiles."""
    built = _after_first_event(function, recorded, package)
    assert built.writes_as_recorded
    assert built.answer == loaded[function].answer
    assert built.modules == loaded[function].modules


@pytest.mark.parametrize("function", BUDGETS)
def test_the_modules_after_the_first_event_stay_within_the_budget(loaded: dict[str, Loaded], function: str) -> None:
    found, budget = loaded[function], BUDGETS[function]
    assert len(found.modules) <= budget.modules
    assert len(found.later) <= budget.later, found.later


@pytest.mark.parametrize("function", ["payment_webhook", "subscription_page"])
def test_a_function_without_chat_answers_its_first_event_without_aiogram(
    loaded: dict[str, Loaded], function: str
) -> None:
    assert not {"aiogram", "pydantic", "magic_filter"} & loaded[function].modules


def test_the_payment_webhook_has_handled_its_first_notification_before_the_telegram_webhook_answers(
    recorded: RecordedSystem,
) -> None:
    """The best of eight pairs of runs: on a busy machine the load is not the same from one minute to the next."""
    functions = ("payment_webhook", "telegram_webhook")
    runs = [[_after_first_event(function, recorded) for function in functions] for _ in range(8)]
    shares = [_seconds(payment) / _seconds(telegram) for payment, telegram in runs]
    assert min(shares) <= LARGEST_SHARE, shares
    init, first = (min(getattr(found, part) for found, _ in runs) for part in ("init_seconds", "first_seconds"))
    assert first <= LARGEST_FIRST_SHARE * init


def _seconds(found: Loaded) -> float:
    return found.init_seconds + found.first_seconds


@pytest.mark.parametrize("function", BUDGETS)
def test_the_first_event_loads_neither_boto3_nor_modules_of_administrators(
    loaded: dict[str, Loaded], function: str
) -> None:
    unwanted = ("vpnbot.telegram.admin.", "boto3.", "s3transfer", "aiohttp", "moto")
    assert not [name for name in loaded[function].later if name.startswith(unwanted)]
    assert "boto3.session" not in loaded[function].modules


@pytest.mark.parametrize("function", ["telegram_webhook", "subscription_page"])
def test_who_waits_for_the_first_answer_does_not_wait_for_the_parsing_of_texts(
    loaded: dict[str, Loaded], function: str
) -> None:
    """Neither for files of texts, which are parsed message by message, nor for the messages of the first screen."""
    assert sum(map(len, loaded[function].parsed)) <= LONGEST_PARSED, loaded[function].parsed
