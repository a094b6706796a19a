"""The two functions of due work: the dispatcher that puts claims into the queue, and the worker that does them."""

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
from vpnbot.correlation import id_of_work
from vpnbot.domain.bot_profile import PROFILE, PROFILE_KEY
from vpnbot.errors import Misconfigured, StorageUnavailable
from vpnbot.storage.table import Record
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.subscriptions.start_trial import start_trial

ROOT = Path(__file__).parents[2]
USER_ID = 42


class Time:
    """The clock of all functions, set by the test."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The time, set by the test."""
    time = Time()
    monkeypatch.setattr(clock, "now", time)
    return time


@pytest.fixture
def worker(lambda_functions: LambdaFunctions) -> ModuleType:
    """The worker's module, with the fake Telegram."""
    module = lambda_functions.load("due_worker")
    lambda_functions.use_fake_telegram(module.worker)
    return module


@pytest.fixture
def dispatcher(lambda_functions: LambdaFunctions) -> ModuleType:
    """The dispatcher's module, after its first run, in which the profile of the bot was due."""
    module = lambda_functions.load("due_dispatcher")
    module.handler({}, Context())
    lambda_functions.due_records()
    Record(PROFILE, PROFILE_KEY).delete()
    return module


def start_trial_of_customer(worker: ModuleType) -> Any:
    """Start the trial of a new customer; return the session."""
    container = worker.worker
    session = container.people.open(container.fleet.ring().person_id(USER_ID))
    ensure_user(session, container.context, "update:1:1", USER_ID, "en", None)
    start_trial(session, container.fleet, container.sales, container.context, container.settings.trial, "update:1:1")
    return session


def run_worker(worker: ModuleType, records: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Invoke the worker with records; return the failed ones."""
    failures: list[dict[str, str]] = worker.handler({"Records": records}, Context())["batchItemFailures"]
    return failures


def test_a_new_process_of_the_dispatcher_makes_the_profile_due_and_again_after_a_gradual_release(
    lambda_functions: LambdaFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, running = lambda_functions.load("due_dispatcher"), timedelta(hours=9)
    monkeypatch.setattr(clock.Pace, "elapsed", lambda _: running)
    found = []
    for minutes in (0, 1, 19, 1, 1, 600):
        running += timedelta(minutes=minutes)
        found.append(module.handler({}, Context())["handed_out"])
        Record(PROFILE, PROFILE_KEY).delete()
    assert found == [1, 0, 1, 0, 0, 0]


def test_work_on_the_profile_that_waits_is_not_made_due_earlier(
    lambda_functions: LambdaFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = lambda_functions.load("due_dispatcher")
    monkeypatch.setattr(clock.Pace, "elapsed", lambda _: timedelta())
    assert module.handler({}, Context()) == {"handed_out": 1}
    claimed = Record.get(PROFILE, PROFILE_KEY).due_at
    assert lambda_functions.load("due_dispatcher").handler({}, Context()) == {"handed_out": 0}
    assert Record.get(PROFILE, PROFILE_KEY).due_at == claimed


def test_due_work_is_dispatched_and_the_customer_gets_one_reminder(
    lambda_functions: LambdaFunctions, dispatcher: ModuleType, worker: ModuleType, time: Time
) -> None:
    start_trial_of_customer(worker)
    assert dispatcher.handler({}, Context()) == {"handed_out": 0}
    time.now += timedelta(hours=48, minutes=1)
    assert dispatcher.handler({}, Context()) == {"handed_out": 1}
    records = lambda_functions.due_records()
    assert run_worker(worker, records) == []
    (reminder,) = lambda_functions.telegram.messages(USER_ID)
    assert reminder.words.startswith("⏳ VPN switches off on")
    assert run_worker(worker, records) == [], "a claim that is delivered twice is done once"
    assert len(lambda_functions.telegram.messages(USER_ID)) == 1
    assert dispatcher.handler({}, Context()) == {"handed_out": 0}


def test_a_temporary_failure_is_deferred_and_retried(
    lambda_functions: LambdaFunctions, dispatcher: ModuleType, worker: ModuleType, time: Time
) -> None:
    start_trial_of_customer(worker)
    time.now += timedelta(hours=48, minutes=1)
    dispatcher.handler({}, Context())
    lambda_functions.telegram.refuse("sendMessage", Refusal(429, "Too Many Requests", retry_after=90))
    assert run_worker(worker, lambda_functions.due_records()) == []
    assert lambda_functions.telegram.messages(USER_ID) == []
    time.now += timedelta(seconds=91)
    assert dispatcher.handler({}, Context()) == {"handed_out": 1}
    assert run_worker(worker, lambda_functions.due_records()) == []
    assert len(lambda_functions.telegram.messages(USER_ID)) == 1


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"person": "x", "item": "SUB", "due_at": "yesterday"}'])
def test_an_invalid_message_is_reported_as_failed_and_the_others_are_done(worker: ModuleType, body: str) -> None:
    good = '{"person": "x", "item": "SUB", "due_at": "2026-01-01T00:00:00+00:00", "attempts": 1}'
    records = [{"messageId": "bad", "body": body}, {"messageId": "good", "body": good}]
    assert run_worker(worker, records) == [{"itemIdentifier": "bad"}]


def test_the_log_contains_the_failed_work_and_the_reason(
    lambda_functions: LambdaFunctions,
    dispatcher: ModuleType,
    worker: ModuleType,
    time: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = start_trial_of_customer(worker)
    time.now += timedelta(hours=48, minutes=1)
    dispatcher.handler({}, Context())
    lambda_functions.telegram.refuse("sendMessage", Refusal(429, "Too Many Requests: retry after 5", retry_after=5))
    (handler,) = worker.worker.observer._log.handlers
    # Not `setStream`: it flushes the old stream, which is closed after a test that used `capsys`.
    monkeypatch.setattr(handler, "stream", log := StringIO())
    run_worker(worker, [*lambda_functions.due_records(), {"messageId": "odd", "body": "{}"}])
    deferred, first, failed, second = [
        json.loads(line) for line in log.getvalue().splitlines() if "level" in json.loads(line)
    ]
    assert (deferred["work"], deferred["reason"]) == ("SUB", "Telegram asks to wait")
    assert (failed["correlation_id"], failed["error"]) == ("message:odd", "KeyError")
    assert "from_message" in failed["stack"]
    assert {line["correlation_id"] for line in (deferred, first)} == {id_of_work(session.person.id, "SUB")}
    assert (first["kind"], first["work"], first["outcome"]) == ("work", "advance_subscription", "wait")
    assert first["person"] == session.person.id
    assert (second["correlation_id"], second["kind"]) == ("message:odd", "work")


def test_the_dispatcher_does_not_start_without_a_queue(lambda_functions: LambdaFunctions) -> None:
    with pytest.raises(Misconfigured, match="DUE_QUEUE_URL"):
        lambda_functions.load("due_dispatcher", DUE_QUEUE_URL=None)


def test_the_dispatcher_publishes_the_lag_and_logs_the_number_of_due_items(
    dispatcher: ModuleType,
    worker: ModuleType,
    time: Time,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start_trial_of_customer(worker)
    time.now += timedelta(hours=1, minutes=1)
    (handler,) = dispatcher.dispatcher.observer._log.handlers
    monkeypatch.setattr(handler, "stream", log := StringIO())
    dispatcher.handler({}, Context())
    published = capsys.readouterr().out.replace(" ", "")
    assert '"ClockLag":[60.0]' in published
    assert '"Due"' not in published, "no alarm and no dashboard uses it"
    line = json.loads(log.getvalue())
    assert (line["kind"], line["counts"]) == ("dispatch", {"Due": 1, "ClockLag": 60.0})


def test_a_run_of_the_dispatcher_that_finds_nothing_writes_no_line(
    dispatcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    (handler,) = dispatcher.dispatcher.observer._log.handlers
    monkeypatch.setattr(handler, "stream", log := StringIO())
    dispatcher.handler({}, Context())
    assert log.getvalue() == ""


@pytest.mark.parametrize("function", ["due_dispatcher", "subscription_page", "payment_webhook"])
def test_functions_that_never_call_telegram_do_not_import_aiogram(
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


def test_a_message_that_sqs_has_delivered_before_is_given_to_the_worker_as_such(
    worker: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = '{"person": "x", "item": "SUB", "due_at": "2026-01-01T00:00:00+00:00", "attempts": 1}'
    received: list[bool] = []
    monkeypatch.setattr(worker.worker, "work", lambda item: received.append(item.redelivered))
    counts: tuple[dict[str, str], ...] = ({}, {"ApproximateReceiveCount": "1"}, {"ApproximateReceiveCount": "2"})
    run_worker(worker, [{"messageId": str(n), "body": body, "attributes": count} for n, count in enumerate(counts)])
    assert received == [False, False, True]


def test_a_result_that_could_not_be_stored_is_a_warning_without_a_stack(
    worker: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(_: object) -> None:
        raise StorageUnavailable("throttled")

    body = '{"person": "x", "item": "SUB", "due_at": "2026-01-01T00:00:00+00:00", "attempts": 1}'
    monkeypatch.setattr(worker.worker, "work", throttled)
    (handler,) = worker.worker.observer._log.handlers
    monkeypatch.setattr(handler, "stream", log := StringIO())
    assert run_worker(worker, [{"messageId": "1", "body": body}]) == [{"itemIdentifier": "1"}]
    line, _activity = [json.loads(line) for line in log.getvalue().splitlines() if "level" in json.loads(line)]
    assert (line["level"], line["error"], "stack" in line) == ("WARNING", "StorageUnavailable", False)
