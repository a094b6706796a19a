"""The registrar's door over real HTTP: Telegram on one side, CloudFormation on the other."""

import json
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from functions.webhook_registrar import app
from tests.infrastructure.transformed_template import ROOT
from tests.integration.bot_api_double import BOT_ID, TOKEN, BotApiDouble, running
from vpnbot.aws.custom_resource import NEVER_MADE
from vpnbot.errors import Misconfigured, Retryable, TelegramUnavailable
from vpnbot.telegram.bot_api.client import BotApi, CallRejected
from vpnbot.telegram.bot_api.transport import Transport


class Context:
    """Lambda's context with a minute left."""

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


def test_missing_secrets_are_reported_and_nothing_hangs(
    telegram: BotApiDouble, event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    app.handler(event, Context())
    (report,) = telegram.reports
    assert (report["Status"], report["PhysicalResourceId"]) == ("FAILED", NEVER_MADE)
    assert "configure" in report["Reason"]
    assert telegram.calls == []


def test_a_revoked_token_is_reported_without_being_shown(
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
def test_an_answer_that_cannot_be_delivered_is_a_failed_run(
    telegram: BotApiDouble, event: dict[str, Any], where: str, why: str
) -> None:
    with pytest.raises(Retryable, match=why):
        app.handler({**event, "ResponseURL": where.format(telegram.base)}, Context())


def test_a_throttled_call_tells_when_to_come_back(telegram: BotApiDouble) -> None:
    words = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 7}}
    telegram.troubles = [(429, words)]
    with pytest.raises(TelegramUnavailable) as caught:
        BotApi(TOKEN, Transport(telegram.base)).call("getMe")
    assert caught.value.after.total_seconds() == 7


@pytest.mark.parametrize("answer", [{}, {"ok": False}])
def test_an_answer_that_is_not_the_bot_apis_may_pass(telegram: BotApiDouble, answer: dict[str, Any]) -> None:
    telegram.troubles = [(502, answer)]
    with pytest.raises(TelegramUnavailable, match="502"):
        BotApi(TOKEN, Transport(telegram.base)).call("getMe")


def test_a_refused_call_keeps_telegrams_words(telegram: BotApiDouble) -> None:
    telegram.troubles = [(400, {"ok": False, "error_code": 400, "description": "Bad Request: bad webhook"})]
    with pytest.raises(CallRejected, match="bad webhook") as caught:
        BotApi(TOKEN, Transport(telegram.base)).call("setWebhook", url="ftp://")
    assert caught.value.code == 400


def test_an_address_that_does_not_answer_never_shows_the_token() -> None:
    with pytest.raises(TelegramUnavailable) as caught:
        BotApi(TOKEN, Transport("http://127.0.0.1:1")).call("getMe")
    assert TOKEN.partition(":")[2] not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("text", ["", "token", "12:", "12:a/b", "12:a b", "a12:abc"])
def test_what_is_no_token_is_refused_before_it_becomes_an_address(text: str) -> None:
    with pytest.raises(Misconfigured):
        BotApi(text, Transport())
