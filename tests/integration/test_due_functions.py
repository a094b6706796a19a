"""The clock's two doors: the dispatcher that hands claims out, and the worker that does what is due."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.functional.conversation.bot_session import Refusal
from tests.integration.lambda_functions import Context, LambdaFunctions
from vpnbot import clock
from vpnbot.errors import Misconfigured
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.subscriptions.start_trial import start_trial

ROOT = Path(__file__).parents[2]
USER_ID = 42


class Time:
    """The clock of all functions, moved by the test."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Time that the test moves."""
    moved = Time()
    monkeypatch.setattr(clock, "now", moved)
    return moved


@pytest.fixture
def worker(lambda_functions: LambdaFunctions) -> ModuleType:
    """The worker's module, with somebody on trial in its table."""
    module = lambda_functions.load("due_worker")
    lambda_functions.armed(module.worker)
    return module


@pytest.fixture
def dispatcher(lambda_functions: LambdaFunctions) -> ModuleType:
    """The dispatcher's module."""
    return lambda_functions.load("due_dispatcher")


def on_trial(worker: ModuleType) -> Any:
    """Let somebody take the trial; return their session."""
    container = worker.worker
    session = container.people.open(container.fleet.ring().person_id(USER_ID))
    ensure_user(session, container.context, "update:1:1", USER_ID, "en", None)
    start_trial(session, container.fleet, container.context, container.settings.trial, "update:1:1")
    return session


def works(worker: ModuleType, records: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Hand records to the worker; return what failed."""
    failures: list[dict[str, str]] = worker.handler({"Records": records}, Context())["batchItemFailures"]
    return failures


def test_what_is_due_goes_through_the_queue_to_the_worker_and_to_the_person(
    lambda_functions: LambdaFunctions, dispatcher: ModuleType, worker: ModuleType, time: Time
) -> None:
    on_trial(worker)
    assert dispatcher.handler({}, Context()) == {"handed_out": 0}
    time.now += timedelta(hours=48, minutes=1)
    assert dispatcher.handler({}, Context()) == {"handed_out": 1}
    records = lambda_functions.handed_out()
    assert works(worker, records) == []
    (reminder,) = lambda_functions.telegram.messages(USER_ID)
    assert reminder.words.startswith("⏳ VPN switches off on")
    assert works(worker, records) == [], "a claim that comes twice is done once"
    assert len(lambda_functions.telegram.messages(USER_ID)) == 1
    assert dispatcher.handler({}, Context()) == {"handed_out": 0}


def test_a_failure_that_may_pass_is_set_for_later_by_the_worker_itself(
    lambda_functions: LambdaFunctions, dispatcher: ModuleType, worker: ModuleType, time: Time
) -> None:
    on_trial(worker)
    time.now += timedelta(hours=48, minutes=1)
    dispatcher.handler({}, Context())
    lambda_functions.telegram.refuse("sendMessage", Refusal(429, "Too Many Requests", retry_after=90))
    assert works(worker, lambda_functions.handed_out()) == []
    assert lambda_functions.telegram.messages(USER_ID) == []
    time.now += timedelta(seconds=91)
    assert dispatcher.handler({}, Context()) == {"handed_out": 1}
    assert works(worker, lambda_functions.handed_out()) == []
    assert len(lambda_functions.telegram.messages(USER_ID)) == 1


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"person": "x", "item": "SUB", "due_at": "yesterday"}'])
def test_a_message_that_is_no_claim_is_reported_and_the_others_are_worked(worker: ModuleType, body: str) -> None:
    good = '{"person": "x", "item": "SUB", "due_at": "2026-01-01T00:00:00+00:00", "attempts": 1}'
    records = [{"messageId": "bad", "body": body}, {"messageId": "good", "body": good}]
    assert works(worker, records) == [{"itemIdentifier": "bad"}]


def test_the_log_names_the_work_that_failed_and_why(
    lambda_functions: LambdaFunctions, dispatcher: ModuleType, worker: ModuleType, time: Time
) -> None:
    session = on_trial(worker)
    time.now += timedelta(hours=48, minutes=1)
    dispatcher.handler({}, Context())
    lambda_functions.telegram.refuse("sendMessage", Refusal(429, "Too Many Requests: retry after 5", retry_after=5))
    (handler,) = worker.worker.observer._log.handlers
    before = handler.setStream(log := StringIO())
    try:
        works(worker, [*lambda_functions.handed_out(), {"messageId": "odd", "body": "{}"}])
    finally:
        handler.setStream(before)
    deferred, failed = [json.loads(line) for line in log.getvalue().splitlines() if "level" in json.loads(line)]
    assert deferred["correlation_id"] == f"due:{session.person.id}:SUB"
    assert (deferred["work"], deferred["reason"]) == ("SUB", "Telegram asks to wait")
    assert (failed["correlation_id"], failed["error"]) == ("message:odd", "KeyError")
    assert "from_message" in failed["stack"]


def test_the_dispatcher_needs_a_queue_to_hand_claims_to(lambda_functions: LambdaFunctions) -> None:
    with pytest.raises(Misconfigured, match="DUE_QUEUE_URL"):
        lambda_functions.load("due_dispatcher", DUE_QUEUE_URL=None)


def test_what_the_dispatcher_found_is_counted(
    dispatcher: ModuleType, worker: ModuleType, time: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    on_trial(worker)
    time.now += timedelta(hours=1, minutes=1)
    dispatcher.handler({}, Context())
    published = capsys.readouterr().out
    assert '"Due":[1.0]' in published.replace(" ", "")
    assert '"ClockLag":[60.0]' in published.replace(" ", "")


@pytest.mark.parametrize("function", ["due_dispatcher", "subscription_page"])
def test_doors_that_never_speak_to_telegram_never_load_aiogram(
    lambda_functions: LambdaFunctions, function: str
) -> None:
    assert lambda_functions.due_url
    code = f"import sys, functions.{function}.app; sys.exit('aiogram' in sys.modules)"
    path = f"{ROOT / 'layers/vpnbot'}:{ROOT}"
    done = subprocess.run(  # noqa: S603 - our own code, by our own interpreter
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path.split(':')!r}; {code}"],
        timeout=60,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
