"""Deployments set the webhook, deletions take only our own away, and CloudFormation always hears of it."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from vpnbot.aws.custom_resource import NEVER_MADE, Outcome, Request, RequestKind, answer
from vpnbot.errors import Misconfigured, Rejected, TelegramUnavailable
from vpnbot.telegram.bot_api.incoming import ALLOWED_UPDATES
from vpnbot.telegram.bot_api.webhook_registration import register

URL = "https://api.example/telegram"
PROPERTIES = {"Url": URL, "MaxConnections": "40", "ReservedConcurrency": ""}


class Telegram:
    """A bot's webhook in memory, which fails as often as it is told to."""

    bot_id = 42

    def __init__(self, url: str = "", failures: int = 0) -> None:
        self.webhook: dict[str, Any] = {"url": url}
        self.failures = failures
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def call(self, method: str, **parameters: Any) -> Any:
        self.calls.append((method, parameters))
        if self.failures:
            self.failures -= 1
            raise TelegramUnavailable("down", after=timedelta(seconds=30))
        match method:
            case "setWebhook":
                self.webhook = parameters
            case "deleteWebhook":
                self.webhook = {"url": ""}
            case "getWebhookInfo":
                return {"url": self.webhook["url"]}
        return True


class Pauses(list[float]):
    """Pauses that are counted, not waited for."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def wish(kind: str, physical_id: str | None = None, **properties: str) -> Request:
    return Request(RequestKind(kind), physical_id, {**PROPERTIES, **properties})


def secret() -> str:
    return "secret-of-the-webhook"


@pytest.mark.parametrize(("kind", "physical_id"), [("Create", None), ("Update", "42")])
def test_a_deployment_sets_the_webhook_with_its_secret(kind: str, physical_id: str | None) -> None:
    telegram = Telegram(url="https://old.example/telegram")
    outcome = register(wish(kind, physical_id), telegram, secret)
    assert telegram.webhook == {
        "url": URL,
        "secret_token": secret(),
        "max_connections": 40,
        "allowed_updates": list(ALLOWED_UPDATES),
    }
    assert outcome == "42"


def test_updates_that_wait_at_telegram_are_never_dropped() -> None:
    telegram = Telegram()
    register(wish("Create"), telegram, secret)
    register(wish("Delete", "42"), telegram, secret)
    assert not any("drop_pending_updates" in parameters for _, parameters in telegram.calls)


@pytest.mark.parametrize(("reserved", "asked"), [("", 40), ("5", 5), ("200", 40)])
def test_telegram_never_opens_more_connections_than_there_is_concurrency(reserved: str, asked: int) -> None:
    telegram = Telegram()
    register(wish("Create", ReservedConcurrency=reserved), telegram, secret)
    assert telegram.webhook["max_connections"] == asked


def test_a_deletion_removes_our_webhook() -> None:
    telegram = Telegram(url=URL)
    register(wish("Delete", "42"), telegram, secret)
    assert telegram.webhook["url"] == ""


def test_a_deletion_leaves_a_webhook_that_somebody_else_has_set() -> None:
    telegram = Telegram(url="https://other.example/telegram")
    register(wish("Delete", "42"), telegram, secret)
    assert telegram.webhook["url"] == "https://other.example/telegram"


def test_a_deletion_of_another_bots_webhook_calls_nobody() -> None:
    telegram = Telegram(url=URL)
    register(wish("Delete", "41"), telegram, secret)
    assert telegram.calls == []


def test_a_webhook_that_vanishes_at_once_is_not_called_a_success() -> None:
    class Stolen(Telegram):
        def call(self, method: str, **parameters: Any) -> Any:
            return {"url": ""} if method == "getWebhookInfo" else True

    with pytest.raises(Rejected, match="another program"):
        register(wish("Create"), Stolen(), secret)


def test_telegram_may_fail_twice() -> None:
    telegram, pauses = Telegram(failures=2), Pauses()
    register(wish("Create"), telegram, secret, pauses)
    assert telegram.webhook["url"] == URL
    assert pauses == [3.0, 3.0], "however long Telegram asks for, CloudFormation waits"


def test_telegram_that_stays_down_is_reported() -> None:
    with pytest.raises(TelegramUnavailable):
        register(wish("Create"), Telegram(failures=99), secret, Pauses())


def report(
    kind: str, carry_out: Callable[[Request], Outcome], seconds_left: float = 60, physical_id: str | None = None
) -> dict[str, Any]:
    """Return what CloudFormation hears."""
    event = {
        "RequestType": kind,
        "ResponseURL": "https://cloudformation.example/answer",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Webhook",
        "ResourceProperties": PROPERTIES,
    }
    heard: list[bytes] = []
    event |= {"PhysicalResourceId": physical_id} if physical_id else {}
    answer(event, seconds_left, carry_out, lambda url, body: heard.append(body))
    (body,) = heard
    told: dict[str, Any] = json.loads(body)
    assert (told["StackId"], told["RequestId"], told["LogicalResourceId"]) == ("stack", "request", "Webhook")
    return told


def failing(error: Exception) -> Callable[[Request], Outcome]:
    def carry_out(request: Request) -> Outcome:
        raise error

    return carry_out


def test_cloudformation_hears_of_success() -> None:
    told = report("Create", lambda request: Outcome("42", {"a": "b"}))
    assert (told["Status"], told["PhysicalResourceId"], told["Data"]) == ("SUCCESS", "42", {"a": "b"})


def test_cloudformation_hears_what_to_mend() -> None:
    told = report("Create", failing(Misconfigured("bot_token", "not set; run configure")))
    assert told["Status"] == "FAILED"
    assert told["Reason"] == "bot_token: not set; run configure"
    assert told["PhysicalResourceId"] == NEVER_MADE


def test_cloudformation_hears_of_a_bug_but_not_what_it_says() -> None:
    told = report("Update", failing(KeyError("123:token")), physical_id="42")
    assert told["Status"] == "FAILED"
    assert "123:token" not in told["Reason"]
    assert told["PhysicalResourceId"] == "42", "another id would make CloudFormation delete the old one"


def test_a_failed_deletion_does_not_keep_the_stack() -> None:
    told = report("Delete", failing(TelegramUnavailable("down")), physical_id="42")
    assert (told["Status"], told["PhysicalResourceId"]) == ("SUCCESS", "42")


def test_cloudformation_hears_in_time_from_what_hangs() -> None:
    never = threading.Event()

    def hang(request: Request) -> Outcome:
        never.wait()
        return Outcome("42")

    told = report("Create", hang, seconds_left=8.01)
    never.set()
    assert told["Status"] == "FAILED"
    assert "time ran out" in told["Reason"]
