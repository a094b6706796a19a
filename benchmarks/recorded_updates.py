"""The kinds of updates that are measured: each is run once against an emulated DynamoDB and recorded for replays."""

import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.doubles import BotApi
from benchmarks.emulator import Emulator
from benchmarks.replay import Answers
from local.aws import FAKE_CREDENTIALS, AwsCall, LocalAws
from local.stack import REGION, Deployment
from local.template import load

ROOT = Path(__file__).parents[1]
TOKEN = "42:benchmark"  # noqa: S105 - of no real bot
WEBHOOK_SECRET = secrets.token_urlsafe(24)
SAMPLE_EVENT = json.loads((ROOT / "events/telegram_webhook.json").read_text())
PERSON = {"id": 100200300, "is_bot": False, "first_name": "Anna", "language_code": "en"}
CHAT = {"id": 100200300, "type": "private", "first_name": "Anna"}

STEPS: tuple[tuple[str, str | None], ...] = (
    ("/start, a new person", None),
    ("trial tap: the key is made", "Try free"),
    ("tap that moves screens: a platform", "Android"),
    ("tap that moves screens: home", "Home"),
    ("/start, a customer", None),
)
"""Each kind of update: a message `/start`, or a tap on the newest button with this label."""

NEW_PERSON, SCREEN_TAP = STEPS[0][0], STEPS[2][0]


@dataclass(frozen=True, slots=True)
class RecordedUpdate:
    """One kind of update: its event, the answers of DynamoDB to its calls, and the calls that it makes."""

    event: Mapping[str, Any]
    answers: Answers
    telegram_methods: Sequence[str]
    in_the_response: str | None
    forms: Sequence[Mapping[str, str]]


def function_environment(table: str, dynamodb: str, telegram: str) -> dict[str, str]:
    """Return the environment variables of a function in stage demo that calls only servers on this machine."""
    return {
        **FAKE_CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": dynamodb,
        "STAGE": "demo",
        "TABLE_NAME": table,
        "DUE_QUEUE_URL": f"{dynamodb}/123456789012/due",
        "PARKING_QUEUE_URL": f"{dynamodb}/123456789012/parking",
        "TELEGRAM_API_BASE": telegram,
        "BOT_TOKEN": TOKEN,
        "WEBHOOK_SECRET": WEBHOOK_SECRET,
        "KEY_SECRET": json.dumps({"1": urlsafe_b64encode(bytes(32)).decode()}),
        "POWERTOOLS_SERVICE_NAME": "benchmark",
        "POWERTOOLS_METRICS_NAMESPACE": "vpnbot",
    }


def record_updates(folder: Path, packages: list[Path]) -> dict[str, RecordedUpdate]:
    """Run every kind of update once with the real function and the emulated table; return the records by kind."""
    calls: list[AwsCall] = []
    bot_api = BotApi()
    with LocalAws(calls.append) as aws, bot_api.server() as telegram:
        template = load(ROOT / "template.yaml", Deployment(f"benchmark-{secrets.token_hex(4)}", aws.endpoint))
        aws.deploy(template)
        (table,) = template.tables
        with Emulator(folder, packages, function_environment(table.name, aws.endpoint, telegram.url)) as function:
            return dict(_recorded(function, calls, bot_api))


def _recorded(function: Emulator, calls: list[AwsCall], bot_api: BotApi) -> Iterator[tuple[str, RecordedUpdate]]:
    buttons: dict[str, str] = {}
    for number, (kind, label) in enumerate(STEPS):
        calls.clear()
        bot_api.calls.clear()
        event = webhook_event(number, None if label is None else buttons[_matching(label, buttons)])
        answer = function.invoke(event)
        for _, form in bot_api.calls:
            buttons.update(_buttons(form.get("reply_markup", "{}")))
        in_response = json.loads(answer["body"] or "{}").get("method")
        yield (
            kind,
            RecordedUpdate(
                event=event,
                answers=Answers.of(calls),
                telegram_methods=[method for method, _ in bot_api.calls],
                in_the_response=in_response,
                forms=[form for _, form in bot_api.calls],
            ),
        )


def _matching(label: str, buttons: Mapping[str, str]) -> str:
    found = [text for text in buttons if label in text]
    if not found:
        raise RuntimeError(f"no button {label!r} among {sorted(buttons)}: has the conversation changed?")
    return found[-1]


def _buttons(markup: str) -> dict[str, str]:
    rows = json.loads(markup).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row if "callback_data" in button}


def webhook_event(number: int, tapped: str | None) -> dict[str, Any]:
    """Return API Gateway's event for an update from Telegram: a tap with this callback data, or `/start` if None."""
    now = int(time.time())
    message: dict[str, Any] = {"message_id": 1 + number, "date": now, "chat": CHAT, "from": PERSON, "text": "/start"}
    if tapped is None:
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": 6}]
        content: dict[str, Any] = {"message": message}
    else:
        bot = {"id": 42, "is_bot": True, "first_name": "VPN"}
        screen = {**message, "message_id": 2, "from": bot, "text": "A screen."}
        query = {"id": str(number), "from": PERSON, "chat_instance": "1", "message": screen, "data": tapped}
        content = {"callback_query": query}
    headers = {**SAMPLE_EVENT["headers"], "x-telegram-bot-api-secret-token": WEBHOOK_SECRET}
    return {**SAMPLE_EVENT, "headers": headers, "body": json.dumps({"update_id": 1000 + number, **content})}
