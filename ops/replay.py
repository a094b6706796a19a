"""Deliver quarantined updates to the webhook again, as Telegram would."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import urllib3

from ops.deployment import Deployment
from vpnbot.errors import Rejected

ANSWER_SECONDS = 30.0
"""API Gateway gives up after as long."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result for one update: why it was quarantined, and the HTTP status that the webhook answers now."""

    update_id: int
    reason: str
    status: int

    @property
    def taken(self) -> bool:
        """Whether the webhook took it; what it did not take stays quarantined."""
        return 200 <= self.status < 300


def replay(deployment: Deployment, webhook_secret: str) -> Iterator[Replayed]:
    """Deliver what is quarantined now, in the order of SQS; an update that is quarantined again ends the run.

    Delivering twice does no harm: what an update decided is decided once.

    Raises:
        Rejected: what is quarantined is no update.
    """
    client, queue_url = boto3.client("sqs"), deployment.outputs["ParkingQueueUrl"]
    seen: set[int] = set()
    while messages := client.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            quarantined = _quarantined(message["Body"])
            if quarantined.update_id in seen:
                return
            seen.add(quarantined.update_id)
            status = _deliver(deployment.webhook_url, quarantined.update, webhook_secret)
            replayed = Replayed(quarantined.update_id, quarantined.reason, status)
            if replayed.taken:
                client.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            yield replayed


@dataclass(frozen=True, slots=True)
class _Quarantined:
    update_id: int
    update: str
    reason: str


def _quarantined(body: str) -> _Quarantined:
    """Read what `vpnbot.aws.sqs.SqsParking` has written."""
    try:
        quarantined = json.loads(body)
        return _Quarantined(
            int(quarantined["update"]["update_id"]), json.dumps(quarantined["update"]), str(quarantined["reason"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Rejected("a quarantined message is not an update; look at the parking queue") from error


def _deliver(url: str, body: str, secret: str) -> int:
    headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": secret}
    try:
        response = urllib3.request("POST", url, body=body, headers=headers, timeout=ANSWER_SECONDS, retries=False)
    except urllib3.exceptions.HTTPError:
        return 0
    return response.status
