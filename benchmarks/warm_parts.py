"""Measures a warm tap and its unavoidable parts in one process. `parts.py` runs it in the environment of a function.

The parts: aiogram dispatches the same update to one handler that answers with the same screen, in a session without
a connection; botocore's client of DynamoDB, and our own, make as many calls of the same kind, with prepared answers;
the same call to Telegram is made over a persistent connection. All are measured alternately, over loopback.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

import app  # type: ignore[import-not-found]  # the function's own folder is the working directory
import boto3
import urllib3
from aiogram import Bot, Dispatcher, Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup
from botocore.config import Config

from vpnbot.storage.table import connection
from vpnbot.telegram.aiogram_runtime.bot_session import TransportSession
from vpnbot.telegram.bot_api.transport import HttpResponse, Transport, Upload

WARM_UP_ITERATIONS = 30
"""Iterations that are not measured, because they build objects that later ones use again."""


class Context:
    """The part of Lambda's context that the handler reads."""

    def get_remaining_time_in_millis(self) -> int:
        """Return 25 seconds."""
        return 25_000


class PreparedTransport(Transport):
    """Answers every call to Telegram at once, without a connection."""

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        uploads: Sequence[Upload] = (),
        *,
        timeout_seconds: float | None = None,
    ) -> HttpResponse:
        """Return a message, as sendMessage and editMessageText do."""
        return HttpResponse(200, PREPARED_MESSAGE)


PREPARED_MESSAGE = b"""{"ok":true,"result": {"message_id": 2, "date": 1795348800, "text": "A screen.",
    "chat": {"id": 100200300, "type": "private", "first_name": "Anna"},
    "from": {"id": 42, "is_bot": true, "first_name": "VPN"}}}"""


def only_dispatch(update: dict[str, Any], form: dict[str, str]) -> Callable[[], object]:
    """Return a function that does aiogram's part: parse the update, find one handler, answer with the same screen."""
    router = Router()
    keyboard = form.get("reply_markup", '{"inline_keyboard": []}')

    async def tapped(query: CallbackQuery) -> None:
        markup = InlineKeyboardMarkup.model_validate_json(keyboard)
        await query.message.edit_text(form["text"], reply_markup=markup)  # type: ignore[union-attr]  # the query has a message

    router.callback_query.register(tapped)
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    bot = Bot("42:benchmark", session=TransportSession(PreparedTransport()))
    loop = asyncio.new_event_loop()
    return lambda: loop.run_until_complete(dispatcher.feed_raw_update(bot, update))


def requests(operations: dict[str, int]) -> list[tuple[str, dict[str, Any]]]:
    """Return as many calls of the same kind as the tap makes: the operation and what is asked for."""
    key = {"pk": {"S": "person"}, "sk": {"S": "USER"}}
    item = {**key, "body": {"M": {"language": {"S": "en"}}}, "version": {"N": "1"}}
    table = {"TableName": "benchmark"}
    asked: dict[str, dict[str, Any]] = {
        "Query": {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": "person"}},
            "ConsistentRead": True,
            **table,
        },
        "GetItem": {"Key": key, **table},
        "PutItem": {"Item": item, "ConditionExpression": "attribute_not_exists(pk)", **table},
        "UpdateItem": {
            "Key": key,
            "UpdateExpression": "SET version = :v",
            "ExpressionAttributeValues": {":v": {"N": "1"}},
            **table,
        },
        "TransactWriteItems": {"TransactItems": [{"Put": {"Item": item, **table}}]},
    }
    return [(operation, asked[operation]) for operation, times in operations.items() for _ in range(times)]


def only_dynamodb(client: Any, operations: dict[str, int]) -> Callable[[], object]:
    """Return a function that makes these calls with a client, whose prepared answers are those of the tap."""
    made = requests(operations)
    return lambda: [client._make_api_call(operation, dict(asked)) for operation, asked in made]


def only_telegram(forms: list[dict[str, str]], methods: list[str]) -> Callable[[], object]:
    """Return a function that makes only the calls to Telegram, over one persistent connection."""
    pool = urllib3.PoolManager(maxsize=1)
    base = os.environ["TELEGRAM_API_BASE"]
    addresses = [f"{base}/bot42:benchmark/{method}" for method in methods]
    return lambda: [
        pool.request_encode_body("POST", address, fields=form, encode_multipart=False).data
        for address, form in zip(addresses, forms, strict=True)
    ]


def main() -> None:
    """Read the task from standard input; print medians of wall and CPU time in microseconds to standard error."""
    task = json.load(sys.stdin)
    botocore = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    parts = {
        "ours": lambda: app.handler(task["event"], Context()),
        "aiogram": only_dispatch(json.loads(task["event"]["body"]), task["forms"][0]),
        "botocore": only_dynamodb(botocore, task["operations"]),
        "own_client": only_dynamodb(connection().client, task["operations"]),
        "telegram": only_telegram(task["forms"], task["methods"]),
    }
    wall: dict[str, list[float]] = {name: [] for name in parts}
    cpu: dict[str, list[float]] = {name: [] for name in parts}
    for iteration in range(task["iterations"] + WARM_UP_ITERATIONS):
        for name, part in parts.items():
            began, began_cpu = time.perf_counter(), time.process_time()
            part()
            if iteration >= WARM_UP_ITERATIONS:
                wall[name].append((time.perf_counter() - began) * 1e6)
                cpu[name].append((time.process_time() - began_cpu) * 1e6)
    figures = {name: {"wall": median(wall[name]), "cpu": median(cpu[name])} for name in parts}
    print(json.dumps(figures), file=sys.stderr)


if __name__ == "__main__":
    main()
