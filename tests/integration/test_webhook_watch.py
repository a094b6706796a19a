"""The watch of the webhook over HTTP: what it publishes follows from what Telegram answers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.webhook_watch import app
from tests.infrastructure.transformed_template import ROOT
from tests.integration.bot_api_double import BotApiDouble, running
from tests.integration.lambda_functions import Context
from vpnbot import clock

EVENT: dict[str, Any] = json.loads((ROOT / "events/webhook_watch.json").read_text())
URL = "https://api.example/telegram/secret"


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[BotApiDouble]:
    with running() as double:
        for name, value in {
            **double.settings,
            "WEBHOOK_HOST": "api.example",
            "POWERTOOLS_SERVICE_NAME": "vpnbot-demo",
        }.items():
            monkeypatch.setenv(name, value)
        double.webhook = {"url": URL}
        yield double


def published(capsys: pytest.CaptureFixture[str]) -> list[float]:
    """Run the function; return the values of its metric that it has published."""
    capsys.readouterr()
    app.handler(EVENT, Context())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    values = [line["UpdatesNotDelivered"] for line in lines if "UpdatesNotDelivered" in line and "_aws" in line]
    return [float(value) for listed in values for value in (listed if isinstance(listed, list) else [listed])]


def test_while_updates_arrive_nothing_is_published(
    telegram: BotApiDouble, capsys: pytest.CaptureFixture[str]
) -> None:
    assert published(capsys) == []
    assert [method for method, _ in telegram.calls] == ["getWebhookInfo"]


def test_the_updates_that_wait_after_a_failure_are_published(
    telegram: BotApiDouble, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = int(clock.now().timestamp()) - 60
    telegram.info = {"pending_update_count": 7, "last_error_date": failed, "last_error_message": "503"}
    assert published(capsys) == [7]


@pytest.mark.parametrize("url", ["", "https://other.example/telegram"], ids=["none", "another"])
def test_a_webhook_that_is_not_ours_is_published(
    telegram: BotApiDouble, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    telegram.webhook = {"url": url}
    assert published(capsys) == [1]


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_refusal_and_a_failure_of_telegram_are_published(
    telegram: BotApiDouble, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    answer = {"ok": False, "error_code": status, "description": "no", "parameters": {"retry_after": 60}}
    telegram.planned_responses = [(status, answer)] * 20
    assert published(capsys) == [1]


def test_a_telegram_that_cannot_be_reached_is_published(
    telegram: BotApiDouble, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_API_BASE", "http://127.0.0.1:1")
    assert published(capsys) == [1]
