"""A trial of a new version of the webhook or of the due worker, before it gets the update of any person.

The version is called as AWS calls it, with an event that changes nothing, so that its imports, settings, secrets,
permissions, table, texts and parsing are tried, and no person notices anything:

- The webhook gets a pre-checkout query about an order that does not exist. It reads the person, writes nothing,
  and refuses in the response itself, without a call to Telegram. Its sender is Telegram's own account for service
  messages, which never buys. The event is not special for the webhook: it proves itself by the webhook secret, like
  each update of Telegram, so that no other way into the function exists.
- The worker gets two claims on a subscription that does not exist: one that it may act on, and one that has expired,
  which it tries to extend.
"""

import base64
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vpnbot import clock
from vpnbot.aws.secret_names import WEBHOOK_SECRETS
from vpnbot.aws.secret_sources import source_for
from vpnbot.aws.secrets import Secrets
from vpnbot.aws.sqs import to_message
from vpnbot.domain.orders.payload import OrderPayload
from vpnbot.domain.scheduling import LONGEST_RUN, DueItem
from vpnbot.errors import Misconfigured
from vpnbot.settings import Settings

SECRET_NAMES = WEBHOOK_SECRETS
"""The secrets that the check of the webhook reads; its role allows no other. The check of the worker reads none."""
SERVICE_ACCOUNT = 777000
"""The Telegram account that sends service messages; nobody uses it, so it buys nothing."""
NO_PERSON = "0" * 32
REPORT_SECONDS = 10.0
"""The part of the invocation's time that is kept for the report."""
_BAD_LEVELS = frozenset({"WARNING", "ERROR", "CRITICAL"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a version returned, or the error that it ended with; `log` is the end of its log."""

    payload: Any
    error: str | None
    log: str

    def faults(self) -> Iterator[str]:
        """Yield what shows in every answer that something is wrong: an error, or a warning in the log."""
        if self.error is not None:
            yield f"it ended with {self.error}: {_reason(self.payload)}"
        for line in self.log.splitlines():
            if (entry := _entry(line)).get("level") in _BAD_LEVELS:
                words = (entry.get(name) for name in ("message", "error", "reason"))
                yield f"it logged: {', '.join(str(word) for word in words if word)}"


def faults_of_release(seconds: float) -> list[str]:
    """Try the version that the environment names, within this time; return what is wrong with it.

    CHECKED_FUNCTION is `webhook` or `worker`, and CHECKED_VERSION the ARN of its new version.

    Raises:
        Misconfigured, Retryable: this check lacks a setting or its secret.
        BotoCoreError, ClientError: Lambda did not accept the call, or the version did not answer in time.
    """
    settings = Settings.from_environment()
    version, now = os.environ["CHECKED_VERSION"], clock.now()
    match os.environ["CHECKED_FUNCTION"]:
        case "webhook":
            secret = Secrets(source_for(settings, SECRET_NAMES)).get("webhook_secret")
            event, faults_of = synthetic_update(secret, now), webhook_faults
        case "worker":
            event, faults_of = synthetic_work(now), worker_faults
        case other:
            raise Misconfigured("CHECKED_FUNCTION", f"webhook or worker, not {other}")
    return list(faults_of(call(version, event, seconds - REPORT_SECONDS)))


def call(version: str, event: Mapping[str, Any], seconds: float) -> Answer:
    """Call a version of a function once, and wait for its answer for so many seconds.

    Raises:
        BotoCoreError, ClientError: as `faults_of_release`.
    """
    import boto3
    from botocore.config import Config

    limits = Config(connect_timeout=2, read_timeout=max(seconds, 1), retries={"total_max_attempts": 1})
    answer = boto3.client("lambda", config=limits).invoke(
        FunctionName=version, Payload=json.dumps(event).encode(), LogType="Tail"
    )
    payload = json.loads(answer["Payload"].read() or b"null")
    log = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")
    return Answer(payload, answer.get("FunctionError"), log)


def synthetic_update(secret: str, now: datetime) -> dict[str, Any]:
    """Return the event with which API Gateway would deliver the synthetic update."""
    query = {
        "id": "1",
        "from": {"id": SERVICE_ACCOUNT, "is_bot": False, "first_name": "Release check", "language_code": "ru"},
        "currency": "XTR",
        "total_amount": 1,
        "invoice_payload": OrderPayload(NO_PERSON, "0" * 26).text,
    }
    http = {"method": "POST", "path": "/telegram", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": ""}
    return {
        "version": "2.0",
        "routeKey": "POST /telegram",
        "rawPath": "/telegram",
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "x-telegram-bot-api-secret-token": secret},
        "requestContext": {"http": http, "timeEpoch": int(now.timestamp() * 1000)},
        "body": json.dumps({"update_id": 1, "pre_checkout_query": query}),
        "isBase64Encoded": False,
    }


def synthetic_work(now: datetime) -> dict[str, Any]:
    """Return the event with which SQS would deliver the synthetic claims."""
    held = DueItem(NO_PERSON, "SUB", now + 2 * LONGEST_RUN, attempts=1, due_since=now - timedelta(minutes=1))
    expired = DueItem(NO_PERSON, "SUB", now - timedelta(minutes=5), attempts=1)
    return {
        "Records": [
            {"messageId": name, "body": to_message(item), "attributes": {"ApproximateReceiveCount": "1"}}
            for name, item in (("held", held), ("expired", expired))
        ]
    }


def webhook_faults(answer: Answer) -> Iterator[str]:
    """Yield what is wrong with the answer to the synthetic update: it has to refuse the checkout, in words."""
    yield from answer.faults()
    if answer.error is None:
        response = answer.payload if isinstance(answer.payload, dict) else {}
        method = _entry(str(response.get("body", "")))
        refused = method.get("method") == "answerPreCheckoutQuery" and method.get("ok") is False
        if response.get("statusCode") != 200 or not refused or not method.get("error_message"):
            yield f"it answered the synthetic update with status {response.get('statusCode')}, not with a refusal"


def worker_faults(answer: Answer) -> Iterator[str]:
    """Yield what is wrong with the answer to the synthetic claims: no message may be left to SQS."""
    yield from answer.faults()
    if answer.error is None and answer.payload != {"batchItemFailures": []}:
        yield "it could not handle the synthetic claims"


def _reason(payload: Any) -> str:
    details = payload if isinstance(payload, dict) else {}
    return f"{details.get('errorType')}: {details.get('errorMessage')}"[:500]


def _entry(line: str) -> dict[str, Any]:
    """Return a log line or a body in JSON; an empty dict for anything else."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}
