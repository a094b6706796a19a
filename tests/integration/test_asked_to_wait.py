"""After a 429 to whatever call, the function that made it lets the bulk jobs of all processes wait."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from tests.integration.bot_api_double import BotApiDouble, running
from tests.integration.lambda_functions import LambdaFunctions, call, message, tap
from vpnbot import clock
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.errors import StorageUnavailable, TelegramUnavailable
from vpnbot.storage.audience.turn import StoredTurn
from vpnbot.telegram.customer.notifications import run_to_completion
from vpnbot.telegram.messages.telegram_errors import translated

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time of all functions stand still."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def throttled(seconds: int) -> tuple[int, dict[str, Any]]:
    """Return an answer with which Telegram asks to wait."""
    parameters = {"retry_after": seconds}
    return 429, {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": parameters}


def sent() -> tuple[int, dict[str, Any]]:
    """Return the answer to a message that was sent."""
    result = {"message_id": 1001, "date": 1_700_000_000, "chat": {"id": 42, "type": "private"}, "text": "hi"}
    return 200, {"ok": True, "result": result}


@pytest.fixture
def telegram() -> Iterator[BotApiDouble]:
    """The Bot API, with planned answers."""
    with running() as double:
        yield double


@pytest.fixture
def webhook(lambda_functions: LambdaFunctions, telegram: BotApiDouble) -> ModuleType:
    """The webhook function, which calls this Bot API."""
    module = lambda_functions.load("telegram_webhook", TELEGRAM_API_BASE=telegram.base)
    lambda_functions.loaded.append(module.webhook)
    return module


def paused_until() -> datetime | None:
    """Return until when the bulk jobs wait, as the next process reads it."""
    return StoredTurn().current().paused_until


def test_a_429_to_a_tap_pauses_the_bulk_jobs_with_one_write_and_is_answered_as_before(
    lambda_functions: LambdaFunctions, telegram: BotApiDouble, webhook: ModuleType
) -> None:
    telegram.planned_responses = [sent(), throttled(35), throttled(35), sent()]
    call(webhook, message())
    assert paused_until() is None
    with lambda_functions.recorded_calls() as calls:
        first = call(webhook, tap("settings", 2))
    assert (first["statusCode"], first["headers"]["retry-after"]) == (503, "35")
    assert paused_until() == NOW + timedelta(seconds=35)
    assert Counter(each.operation for each in calls) == {"Query": 1, "UpdateItem": 1}

    with lambda_functions.recorded_calls() as calls:
        call(webhook, tap("settings", 2))
    assert Counter(each.operation for each in calls) == {"Query": 1}, "it is recorded already"
    with lambda_functions.recorded_calls() as calls:
        assert call(webhook, tap("settings", 2))["statusCode"] == 200
    assert Counter(each.operation for each in calls) == {"Query": 1}


def test_a_table_that_does_not_answer_then_changes_nothing_for_the_person(
    telegram: BotApiDouble, webhook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise StorageUnavailable("throttled")

    monkeypatch.setattr(StoredTurn, "pause", fails)
    telegram.planned_responses = [throttled(9)]
    answer = call(webhook, message())
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "9")


def test_a_429_to_a_payment_in_stars_pauses_them_too(telegram: BotApiDouble, webhook: ModuleType) -> None:
    stars = webhook.webhook._stars(webhook.webhook.known_settings())
    telegram.planned_responses = [throttled(20)]
    with pytest.raises(ProviderUnavailable):
        stars.since(NOW - timedelta(hours=1))
    assert paused_until() == NOW + timedelta(seconds=20)


def test_a_429_to_the_due_worker_pauses_them_too(lambda_functions: LambdaFunctions, telegram: BotApiDouble) -> None:
    worker = lambda_functions.load("due_worker", TELEGRAM_API_BASE=telegram.base).worker
    telegram.planned_responses = [throttled(50)]
    with pytest.raises(TelegramUnavailable):
        run_to_completion(translated(lambda: worker.bot.send_message(42, "hi")))
    assert paused_until() == NOW + timedelta(seconds=50)
