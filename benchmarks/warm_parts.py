"""A warm tap beside its unavoidable parts, in one process: run by `parts.py`, in a function's place.

The parts: aiogram dispatching this very update to one handler that answers with the same screen, on a session
without a connection; botocore making as many calls of the same kind, with canned answers; the same call to Telegram
over a kept connection. All over loopback, in turns.
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

from vpnbot.telegram.aiogram_runtime.bot_session import TransportSession
from vpnbot.telegram.bot_api.transport import HttpResponse, Transport, Upload

WARM_UP_TURNS = 30
"""The first ones build what every later one has."""


class Context:
    """Lambda's context, as far as the handler reads it."""

    def get_remaining_time_in_millis(self) -> int:
        """Return plenty."""
        return 25_000


class CannedTransport(Transport):
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
        return HttpResponse(200, CANNED_MESSAGE)


CANNED_MESSAGE = b"""{"ok": true, "result": {"message_id": 2, "date": 1795348800, "text": "A screen.",
    "chat": {"id": 100200300, "type": "private", "first_name": "Anna"},
    "from": {"id": 42, "is_bot": true, "first_name": "VPN"}}}"""


def bare_dispatch(update: dict[str, Any], form: dict[str, str]) -> Callable[[], object]:
    """Return aiogram's own work for this update: parse it, find one handler, answer with the very same screen."""
    router = Router()
    keyboard = form.get("reply_markup", '{"inline_keyboard": []}')

    async def tapped(query: CallbackQuery) -> None:
        markup = InlineKeyboardMarkup.model_validate_json(keyboard)
        await query.message.edit_text(form["text"], reply_markup=markup)  # type: ignore[union-attr]  # it has one

    router.callback_query.register(tapped)
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    bot = Bot("42:benchmark", session=TransportSession(CannedTransport()))
    loop = asyncio.new_event_loop()
    return lambda: loop.run_until_complete(dispatcher.feed_raw_update(bot, update))


def bare_botocore(operations: dict[str, int]) -> Callable[[], object]:
    """Return botocore's work for as many calls of the same kind, whose answers the double has ready."""
    client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    key = {"pk": {"S": "person"}, "sk": {"S": "USER"}}
    item = {**key, "body": {"M": {"language": {"S": "en"}}}, "version": {"N": "1"}}
    table = "benchmark"
    calls: dict[str, Callable[[], object]] = {
        "Query": lambda: client.query(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "person"}},
            ConsistentRead=True,
        ),
        "GetItem": lambda: client.get_item(TableName=table, Key=key),
        "PutItem": lambda: client.put_item(
            TableName=table, Item=item, ConditionExpression="attribute_not_exists(pk)"
        ),
        "UpdateItem": lambda: client.update_item(
            TableName=table,
            Key=key,
            UpdateExpression="SET version = :v",
            ExpressionAttributeValues={":v": {"N": "1"}},
        ),
        "TransactWriteItems": lambda: client.transact_write_items(
            TransactItems=[{"Put": {"TableName": table, "Item": item}}]
        ),
    }
    made = [calls[operation] for operation, times in operations.items() for _ in range(times)]
    return lambda: [call() for call in made]


def bare_telegram(forms: list[dict[str, str]], methods: list[str]) -> Callable[[], object]:
    """Return the calls to Telegram alone, over one kept connection."""
    pool = urllib3.PoolManager(maxsize=1)
    base = os.environ["TELEGRAM_API_BASE"]
    addresses = [f"{base}/bot42:benchmark/{method}" for method in methods]
    return lambda: [
        pool.request_encode_body("POST", address, fields=form, encode_multipart=False).data
        for address, form in zip(addresses, forms, strict=True)
    ]


def main() -> None:
    """Read what to do from standard input, print medians in microseconds: by the clock, and of this process's CPU."""
    task = json.load(sys.stdin)
    parts = {
        "ours": lambda: app.handler(task["event"], Context()),
        "aiogram": bare_dispatch(json.loads(task["event"]["body"]), task["forms"][0]),
        "botocore": bare_botocore(task["operations"]),
        "telegram": bare_telegram(task["forms"], task["methods"]),
    }
    wall: dict[str, list[float]] = {name: [] for name in parts}
    cpu: dict[str, list[float]] = {name: [] for name in parts}
    for turn in range(task["turns"] + WARM_UP_TURNS):
        for name, part in parts.items():
            began, began_cpu = time.perf_counter(), time.process_time()
            part()
            if turn >= WARM_UP_TURNS:
                wall[name].append((time.perf_counter() - began) * 1e6)
                cpu[name].append((time.process_time() - began_cpu) * 1e6)
    figures = {name: {"wall": median(wall[name]), "cpu": median(cpu[name])} for name in parts}
    print(json.dumps(figures), file=sys.stderr)


if __name__ == "__main__":
    main()
