"""The webhook registrar over HTTP: it calls the Bot API, and reports the result to CloudFormation."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.webhook_registrar import app
from tests.infrastructure.transformed_template import ROOT
from tests.integration.bot_api_double import BOT_ID, TOKEN, BotApiDouble, running
from vpnbot.aws.custom_resource import NEVER_MADE
from vpnbot.errors import Retryable


class Context:
    """Lambda's context with one minute left."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def telegram() -> Iterator[BotApiDouble]:
    with running() as double:
        yield double


@pytest.fixture
def event(telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    for name, value in {
        "STAGE": "demo",
        "TABLE_NAME": "table",
        "TELEGRAM_API_BASE": telegram.base,
        "BOT_TOKEN": TOKEN,
        "WEBHOOK_SECRET": "sample-webhook-secret",
    }.items():
        monkeypatch.setenv(name, value)
    sample: dict[str, Any] = json.loads((ROOT / "events/webhook_registrar.json").read_text())
    return {**sample, "ResponseURL": f"{telegram.base}/answer?signature=1"}


def test_the_sample_event_sets_the_webhook_and_reports_it(telegram: BotApiDouble, event: dict[str, Any]) -> None:
    app.handler(event, Context())
    assert telegram.webhook["url"] == event["ResourceProperties"]["Url"]
    assert telegram.webhook["secret_token"] == "sample-webhook-secret"
    (report,) = telegram.reports
    assert (report["Status"], report["PhysicalResourceId"]) == ("SUCCESS", str(BOT_ID))
    assert report["RequestId"] == event["RequestId"]


def test_missing_secrets_are_reported_as_failed_without_a_call(
    telegram: BotApiDouble, event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    app.handler(event, Context())
    (report,) = telegram.reports
    assert (report["Status"], report["PhysicalResourceId"]) == ("FAILED", NEVER_MADE)
    assert "configure" in report["Reason"]
    assert telegram.calls == []


def test_a_revoked_token_is_reported_as_failed_without_the_token(
    telegram: BotApiDouble, event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "4242:revoked")
    app.handler(event, Context())
    (report,) = telegram.reports
    assert report["Status"] == "FAILED"
    assert "BotFather" in report["Reason"]
    assert "revoked" not in report["Reason"]


@pytest.mark.parametrize(
    ("where", "why"), [("{}/expired?signature=1", "403"), ("http://127.0.0.1:1/closed", "answer")]
)
def test_a_report_that_cannot_be_delivered_fails_the_invocation(
    telegram: BotApiDouble, event: dict[str, Any], where: str, why: str
) -> None:
    with pytest.raises(Retryable, match=why):
        app.handler({**event, "ResponseURL": where.format(telegram.base)}, Context())
