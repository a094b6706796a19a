"""Functions loaded as Lambda does: a newly imported module with its environment variables, called with events."""

import importlib
import json
import sys
import time
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
from vpnbot.storage.people.quarantine import Reference, quarantined_update

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
    """The part of Lambda's context that handlers use."""

    milliseconds: int = 20_000

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that is left for the invocation, in milliseconds."""
        return self.milliseconds


@dataclass
class LambdaFunctions:
    """Loads functions, and gives access to their queues, their AWS calls and their fake Telegram."""

    aws: LocalAws
    monkeypatch: pytest.MonkeyPatch
    quarantine_url: str
    due_url: str
    telegram: BotSession = field(default_factory=BotSession)
    loaded: list[Any] = field(default_factory=list)

    def load(self, name: str, **environment: str | None) -> ModuleType:
        """Import `functions/<name>/app.py` again, with these environment variables set or (None) deleted."""
        for variable, value in environment.items():
            if value is None:
                self.monkeypatch.delenv(variable, raising=False)
            else:
                self.monkeypatch.setenv(variable, value)
        module = f"functions.{name}.app"
        sys.modules.pop(module, None)
        return importlib.import_module(module)

    def use_fake_telegram(self, container: Any) -> None:
        """Replace the bot of a container by one whose chats are in memory."""
        properties = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
        container.__dict__["bot"] = Bot(TOKEN, session=self.telegram, default=properties)

    def webhook(self, **environment: str | None) -> ModuleType:
        """Return the module of the webhook function, with the fake Telegram."""
        module = self.load("telegram_webhook", **environment)
        self.use_fake_telegram(module.webhook)
        self.loaded.append(module.webhook)
        return module

    def close(self) -> None:
        """Close the webhooks that were loaded."""
        for webhook in self.loaded:
            with suppress(Misconfigured):
                webhook.close()

    def quarantined(self) -> list[dict[str, Any]]:
        """Take the quarantined updates from their queue, each with its reason."""
        return [_whole(json.loads(body)) for body in self._bodies(self.quarantine_url)]

    def due_records(self) -> list[dict[str, Any]]:
        """Take the claims from the due queue, as the SQS records of a worker's event."""
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
    def recorded_calls(self) -> Iterator[list[AwsCall]]:
        """Collect the AWS calls that are made within the context."""
        calls: list[AwsCall] = []
        self.monkeypatch.setattr(self.aws, "_on_call", calls.append)
        yield calls
        self.monkeypatch.setattr(self.aws, "_on_call", None)


USER = {"id": 42, "is_bot": False, "first_name": "A", "language_code": "en"}
CHAT = {"id": 42, "type": "private"}


def message(text: str = "/start", update_id: int = 1, user_id: int = 42) -> str:
    """Return an update with a message that was sent now."""
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    content = {"message_id": 1, "date": int(time.time()), "text": text, "entities": entities}
    sender = {"from": USER | {"id": user_id}, "chat": CHAT | {"id": user_id}}
    return json.dumps({"update_id": update_id, "message": content | sender})


def tap(data: str, update_id: int, message_id: int = 1001, user_id: int = 42) -> str:
    """Return an update with a tap on a button."""
    chat = CHAT | {"id": user_id}
    tapped = {"message_id": message_id, "date": 1_772_366_400, "chat": chat, "text": "…"}
    sender = USER | {"id": user_id}
    query = {"id": "777", "from": sender, "chat_instance": "1", "data": data, "message": tapped}
    return json.dumps({"update_id": update_id, "callback_query": query})


def call(webhook: ModuleType, body: str | bytes, **event: Any) -> dict[str, Any]:
    """Call the handler of the webhook; return the response for API Gateway."""
    response: dict[str, Any] = webhook.handler(request(body, **event), Context())
    return response


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


def _whole(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message of the quarantine with the update to which it refers."""
    if "stored" not in message:
        return message
    update = quarantined_update(Reference(message["stored"]["partition"], message["stored"]["key"]))
    return message if update is None else {**message, "update": json.loads(update)}
