"""Lambda functions as Lambda loads them: a fresh module in an environment of its own, called with events."""

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties

from local.aws import AwsCall, LocalAws
from tests.functional.conversation.bot_session import BOT_ID, TOKEN, BotSession
from vpnbot.errors import Misconfigured

SECRET = "current-webhook-secret"
PREVIOUS = "previous-webhook-secret"
KEY_RING = '{"1": "Zmlyc3Qgc2VjcmV0LCBvZiB0aGlydHktdHdvIGJ5dGVz"}'

BASE = {
    "STAGE": "demo",
    "PANEL": "demo",
    "BOT_TOKEN": f"{BOT_ID}:sample",
    "WEBHOOK_SECRET": SECRET,
    "WEBHOOK_SECRET_PREVIOUS": PREVIOUS,
    "KEY_SECRET": KEY_RING,
    "SUPPORT_URL": "https://t.me/sample_support",
}


@dataclass
class Context:
    """What Lambda hands to a handler, as far as we look at it."""

    milliseconds: int = 20_000

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the invocation may still run."""
        return self.milliseconds


@dataclass
class LambdaFunctions:
    """Queues and environment around the doors, and what they were told over AWS APIs."""

    aws: LocalAws
    monkeypatch: pytest.MonkeyPatch
    parking_url: str
    due_url: str
    telegram: BotSession = field(default_factory=BotSession)
    opened: list[Any] = field(default_factory=list)

    def load(self, name: str, **environment: str | None) -> ModuleType:
        """Import `functions/<name>/app.py` anew, with these variables more or (None) fewer."""
        for variable, value in environment.items():
            if value is None:
                self.monkeypatch.delenv(variable, raising=False)
            else:
                self.monkeypatch.setenv(variable, value)
        module = f"functions.{name}.app"
        sys.modules.pop(module, None)
        return importlib.import_module(module)

    def armed(self, shop: Any) -> None:
        """Let a door speak to chats in memory instead of to a server."""
        properties = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
        shop.__dict__["bot"] = Bot(TOKEN, session=self.telegram, default=properties)

    def webhook(self, **environment: str | None) -> ModuleType:
        """Return the webhook's module, ready to speak."""
        module = self.load("telegram_webhook", **environment)
        self.armed(module.webhook)
        self.opened.append(module.webhook)
        return module

    def close(self) -> None:
        """Close the webhooks that were opened."""
        for webhook in self.opened:
            with suppress(Misconfigured):
                webhook.close()

    def parked(self) -> list[dict[str, Any]]:
        """Return what was parked."""
        return [json.loads(body) for body in self._bodies(self.parking_url)]

    def handed_out(self) -> list[dict[str, Any]]:
        """Return the SQS records a worker would be called with."""
        return [{"messageId": str(n), "body": body} for n, body in enumerate(self._bodies(self.due_url))]

    def _bodies(self, url: str) -> list[str]:
        bodies = []
        while (
            messages := self.aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages")
        ):
            for message in messages:
                self.aws.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                bodies.append(message["Body"])
        return bodies

    @contextmanager
    def with_counter(self) -> Iterator[list[AwsCall]]:
        """Collect the AWS calls made meanwhile."""
        calls: list[AwsCall] = []
        self.monkeypatch.setattr(self.aws, "_on_call", calls.append)
        yield calls
        self.monkeypatch.setattr(self.aws, "_on_call", None)


def request(body: str | bytes, *, secret: str | None = SECRET, **event: Any) -> dict[str, Any]:
    """Return an API Gateway event (HTTP API, payload 2.0)."""
    headers = {"content-type": "application/json"}
    if secret is not None:
        headers["x-telegram-bot-api-secret-token"] = secret
    return {
        "version": "2.0",
        "routeKey": "POST /telegram",
        "rawPath": "/telegram",
        "headers": headers,
        "requestContext": {"domainName": "api.example", "http": {"method": "POST", "path": "/telegram"}},
        "body": body if isinstance(body, str) else body.decode(),
        "isBase64Encoded": False,
    } | event
