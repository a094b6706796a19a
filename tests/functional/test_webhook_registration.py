"""Deployments set the webhook, and deletions remove only the webhook of the deployment itself."""

import itertools
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from vpnbot.aws.custom_resource import NEVER_MADE, Request, RequestKind
from vpnbot.errors import Rejected, TelegramUnavailable
from vpnbot.telegram.bot_api.incoming_update import ALLOWED_UPDATES
from vpnbot.telegram.bot_api.webhook_registration import ATTEMPTS, register

URL = "https://api.example/telegram"
PROPERTIES = {"Url": URL, "MaxConnections": "40", "ReservedConcurrency": ""}


class Telegram:
    """A bot's webhook in memory; the first `failures` calls fail."""

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
    """Records pauses instead of waiting."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def request_of(kind: str, physical_id: str | None = None, **properties: str) -> Request:
    """Return a request of CloudFormation."""
    return Request(RequestKind(kind), physical_id, {**PROPERTIES, **properties})


def secret() -> str:
    return "secret-of-the-webhook"


@pytest.mark.parametrize(("kind", "physical_id"), [("Create", None), ("Update", "42")])
def test_a_deployment_sets_the_webhook_with_its_secret(kind: str, physical_id: str | None) -> None:
    telegram = Telegram(url="https://old.example/telegram")
    outcome = register(request_of(kind, physical_id), telegram, secret)
    assert telegram.webhook == {
        "url": URL,
        "secret_token": secret(),
        "max_connections": 40,
        "allowed_updates": list(ALLOWED_UPDATES),
    }
    assert outcome == "42"


def test_pending_updates_at_telegram_are_never_dropped() -> None:
    telegram = Telegram()
    register(request_of("Create"), telegram, secret)
    register(request_of("Delete", "42"), telegram, secret)
    assert not any("drop_pending_updates" in parameters for _, parameters in telegram.calls)


@pytest.mark.parametrize(("reserved", "max_connections"), [("", 40), ("5", 5), ("200", 40)])
def test_telegram_opens_no_more_connections_than_the_reserved_concurrency(
    reserved: str, max_connections: int
) -> None:
    telegram = Telegram()
    register(request_of("Create", ReservedConcurrency=reserved), telegram, secret)
    assert telegram.webhook["max_connections"] == max_connections


def test_a_deletion_removes_the_webhook_of_this_deployment() -> None:
    telegram = Telegram(url=URL)
    register(request_of("Delete", "42"), telegram, secret)
    assert telegram.webhook["url"] == ""


def test_a_deletion_keeps_a_webhook_that_another_program_has_set() -> None:
    telegram = Telegram(url="https://other.example/telegram")
    register(request_of("Delete", "42"), telegram, secret)
    assert telegram.webhook["url"] == "https://other.example/telegram"


class UnreliableTelegram(Telegram):
    """A bot whose next calls have these outcomes: done, failed before acting, or acted and the answer lost."""

    def __init__(self, outcomes: Iterable[str]) -> None:
        super().__init__()
        self.outcomes = iter(outcomes)

    def call(self, method: str, **parameters: Any) -> Any:
        outcome = next(self.outcomes, "done")
        if outcome == "failed":
            raise TelegramUnavailable("down")
        result = super().call(method, **parameters)
        if outcome == "lost":
            raise TelegramUnavailable("cut")
        return result


OUTCOMES = ("done", "failed", "lost")
MOST_CALLS = 2 * ATTEMPTS


@pytest.mark.parametrize("outcomes", list(itertools.product(OUTCOMES, repeat=MOST_CALLS)), ids="-".join)
def test_a_creation_that_is_rolled_back_leaves_no_webhook_of_the_deleted_stack(outcomes: tuple[str, ...]) -> None:
    telegram = UnreliableTelegram(outcomes)
    try:
        created = register(request_of("Create"), telegram, secret, Pauses())
    except TelegramUnavailable:
        telegram.outcomes = iter(())
        register(request_of("Delete", NEVER_MADE), telegram, secret)
        assert telegram.webhook["url"] == ""
    else:
        assert (created, telegram.webhook["url"]) == ("42", URL)


def test_the_rollback_of_a_creation_that_gave_no_report_deletes_its_webhook() -> None:
    telegram = Telegram(url=URL)
    register(request_of("Delete", "vpnbot-demo-Webhook-1AB2CD3EF4GH"), telegram, secret)
    assert telegram.webhook["url"] == ""


def test_a_deletion_of_another_bots_webhook_makes_no_call() -> None:
    telegram = Telegram(url=URL)
    register(request_of("Delete", "41"), telegram, secret)
    assert telegram.calls == []


def test_a_webhook_that_another_program_removes_at_once_is_an_error() -> None:
    class TelegramWithARival(Telegram):
        def call(self, method: str, **parameters: Any) -> Any:
            return {"url": ""} if method == "getWebhookInfo" else True

    with pytest.raises(Rejected, match="another program"):
        register(request_of("Create"), TelegramWithARival(), secret)


def test_two_failures_of_telegram_are_retried_after_short_pauses() -> None:
    telegram, pauses = Telegram(failures=2), Pauses()
    register(request_of("Create"), telegram, secret, pauses)
    assert telegram.webhook["url"] == URL
    assert pauses == [3.0, 3.0], "shorter than Telegram asks for, because CloudFormation waits"


def test_a_telegram_that_stays_down_is_an_error() -> None:
    with pytest.raises(TelegramUnavailable):
        register(request_of("Create"), Telegram(failures=99), secret, Pauses())
