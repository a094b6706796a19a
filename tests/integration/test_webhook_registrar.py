"""The webhook registrar over HTTP: it calls the Bot API, and reports the result to CloudFormation."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

from functions.webhook_registrar import app
from tests.infrastructure.transformed_template import REGION, ROOT
from tests.integration.aws_clients import BOTOCORES, use_client
from tests.integration.bot_api_double import BOT_ID, TOKEN, BotApiDouble, running
from tests.integration.panels.raw_server import RawServer
from vpnbot.aws.custom_resource import ANSWER_SECONDS, NEVER_MADE
from vpnbot.aws.secret_sources import SsmParameters, retried_while_denied
from vpnbot.errors import Retryable


@dataclass(frozen=True)
class Context:
    """Lambda's context with one minute left, or less."""

    milliseconds: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


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


def asking_for_the_name(event: dict[str, Any], kind: str = "Create") -> dict[str, Any]:
    """Return the request of the resource `Bot`."""
    return {**event, "RequestType": kind, "LogicalResourceId": "Bot", "ResourceProperties": {"Asks": "username"}}


def test_the_name_of_the_bot_is_reported_and_its_webhook_is_not_touched(
    telegram: BotApiDouble, event: dict[str, Any]
) -> None:
    app.handler(asking_for_the_name(event), Context())
    (report,) = telegram.reports
    assert (report["Status"], report["Data"]) == ("SUCCESS", {"Username": "sample_bot"})
    assert [method for method, _ in telegram.calls] == ["getMe"]


def test_an_update_keeps_the_resource_with_the_name_and_a_deletion_calls_nobody(
    telegram: BotApiDouble, event: dict[str, Any]
) -> None:
    for kind in ("Create", "Update", "Delete"):
        app.handler(asking_for_the_name(event, kind), Context())
    assert len({report["PhysicalResourceId"] for report in telegram.reports}) == 1
    assert [method for method, _ in telegram.calls] == ["getMe", "getMe"]


def test_a_short_failure_of_telegram_does_not_fail_the_deployment_and_a_missing_name_does(
    telegram: BotApiDouble, event: dict[str, Any]
) -> None:
    telegram.planned_responses = [(502, {"ok": False, "error_code": 502, "description": "Bad Gateway"})]
    app.handler(asking_for_the_name(event), Context())
    telegram.planned_responses = [(200, {"ok": True, "result": {"id": BOT_ID, "username": "a b"}})]
    app.handler(asking_for_the_name(event), Context())
    first, second = telegram.reports
    assert (first["Status"], second["Status"]) == ("SUCCESS", "FAILED")
    assert "no username" in second["Reason"]


@pytest.fixture
def stored_secrets(event: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], set[str]]]:
    """Secrets in Parameter Store, with a previous webhook secret; returns their names."""
    for name in ("BOT_TOKEN", "WEBHOOK_SECRET"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("SECRETS_PATH", "/vpnbot-demo")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    use_client(monkeypatch, BOTOCORES)  # moto does not see the calls of ours
    with mock_aws():
        ssm = boto3.client("ssm")
        values = {"bot_token": TOKEN, "webhook_secret": "new-secret", "webhook_secret_previous": "old-secret"}
        for name, value in values.items():
            ssm.put_parameter(Name=f"/vpnbot-demo/{name}", Value=value, Type="SecureString")
        yield lambda: {
            parameter["Name"].rpartition("/")[2]
            for parameter in ssm.get_parameters_by_path(Path="/vpnbot-demo")["Parameters"]
        }


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_the_previous_webhook_secret_ends_when_telegram_has_the_new_one(
    telegram: BotApiDouble, event: dict[str, Any], stored_secrets: Callable[[], set[str]], kind: str
) -> None:
    app.handler({**event, "RequestType": kind, "PhysicalResourceId": str(BOT_ID)}, Context())
    assert telegram.webhook["secret_token"] == "new-secret"
    assert stored_secrets() == {"bot_token", "webhook_secret"}


def test_the_previous_webhook_secret_stays_when_only_the_name_is_asked_for(
    event: dict[str, Any], stored_secrets: Callable[[], set[str]]
) -> None:
    app.handler(asking_for_the_name(event), Context())
    assert "webhook_secret_previous" in stored_secrets()


def test_the_previous_webhook_secret_stays_when_the_webhook_could_not_be_set(
    telegram: BotApiDouble, event: dict[str, Any], stored_secrets: Callable[[], set[str]]
) -> None:
    rejected = {"ok": False, "error_code": 400, "description": "Bad Request: bad webhook"}
    telegram.planned_responses = [(400, rejected)]
    app.handler(event, Context())
    assert telegram.reports[0]["Status"] == "FAILED"
    assert "webhook_secret_previous" in stored_secrets()


def test_a_previous_secret_that_cannot_be_deleted_does_not_fail_the_deployment(
    telegram: BotApiDouble,
    event: dict[str, Any],
    stored_secrets: Callable[[], set[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unavailable(_: SsmParameters, name: str) -> bool:
        raise Retryable(f"{name} could not be deleted")

    monkeypatch.setattr(SsmParameters, "delete", unavailable)
    app.handler(event, Context())
    assert telegram.reports[0]["Status"] == "SUCCESS"


def denied(operation: str) -> ClientError:
    message = f"not authorized to perform: ssm:{operation}"
    return ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, operation)


@pytest.mark.parametrize("times", [1, 3])
def test_permissions_that_take_effect_late_delay_the_registration(
    telegram: BotApiDouble,
    event: dict[str, Any],
    stored_secrets: Callable[[], set[str]],
    monkeypatch: pytest.MonkeyPatch,
    times: int,
) -> None:
    calls, call = [], BaseClient._make_api_call  # the one method behind all calls

    def deny_at_first(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        calls.append(operation)
        if len(calls) <= times:
            raise denied(operation)
        return call(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", deny_at_first)
    monkeypatch.setattr(app, "retried_while_denied", partial(retried_while_denied, pause=lambda _: None))
    app.handler(event, Context(95_000))
    (report,) = telegram.reports
    assert report["Status"] == "SUCCESS", report
    assert calls[:times] == ["GetParameters"] * times


def test_a_missing_permission_is_reported_while_cloudformation_still_waits(
    telegram: BotApiDouble,
    event: dict[str, Any],
    stored_secrets: Callable[[], set[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def deny(_: BaseClient, operation: str, __: dict[str, Any]) -> Any:
        raise denied(operation)

    monkeypatch.setattr(BaseClient, "_make_api_call", deny)
    app.handler(event, Context(milliseconds=round((ANSWER_SECONDS + app.REGISTRATION_SECONDS) * 1000) + 1500))
    (report,) = telegram.reports
    assert (report["Status"], report["PhysicalResourceId"]) == ("FAILED", NEVER_MADE)
    assert "SECRETS_PATH: Parameter Store refuses the function (AccessDeniedException)" in report["Reason"]
    assert telegram.calls == []


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


def test_a_telegram_that_hangs_is_reported_in_time_and_nothing_runs_on_after_the_report(
    telegram: BotApiDouble, event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dribble() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
        while not server.stopped.wait(0.05):
            yield b" "

    with RawServer(dribble) as server:
        monkeypatch.setenv("TELEGRAM_API_BASE", server.address)
        app.handler(event, Context(milliseconds=round(ANSWER_SECONDS * 1000) + 700))
        (report,) = telegram.reports
        assert (report["Status"], report["PhysicalResourceId"]) == ("FAILED", NEVER_MADE)
        assert "the Bot API" in report["Reason"]
        asked = len(server.requests)
        assert asked >= 1
        time.sleep(1)
        assert len(server.requests) == asked


@pytest.mark.parametrize(
    ("where", "why"), [("{}/expired?signature=1", "403"), ("http://127.0.0.1:1/closed", "answer")]
)
def test_a_report_that_cannot_be_delivered_fails_the_invocation(
    telegram: BotApiDouble, event: dict[str, Any], where: str, why: str
) -> None:
    with pytest.raises(Retryable, match=why):
        app.handler({**event, "ResponseURL": where.format(telegram.base)}, Context())
