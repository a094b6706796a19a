"""Delivers quarantined updates to the webhook again, in the same way as Telegram."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import urllib3

from ops.deployment import Deployment
from vpnbot.errors import Rejected

ANSWER_SECONDS = 30.0
"""API Gateway's time limit for an answer."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result for one update: why it was quarantined, and the HTTP status that the webhook answers now."""

    update_id: int
    reason: str
    status: int

    @property
    def handled(self) -> bool:
        """Whether the webhook answered with success; any other update stays quarantined."""
        return 200 <= self.status < 300


def replay(deployment: Deployment, webhook_secret: str) -> Iterator[Replayed]:
    """Deliver the quarantined updates in the order of SQS; stop when an update is received a second time.

    A second delivery of the same update changes nothing: its cause is in the ledger.

    Raises:
        Rejected: a message in the queue is not an update.
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
            if replayed.handled:
                client.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            yield replayed


@dataclass(frozen=True, slots=True)
class _Quarantined:
    update_id: int
    update: str
    reason: str


def _quarantined(body: str) -> _Quarantined:
    """Parse a message of `vpnbot.aws.sqs.SqsQuarantine`."""
    try:
        quarantined = json.loads(body)
        return _Quarantined(
            int(quarantined["update"]["update_id"]), json.dumps(quarantined["update"]), str(quarantined["reason"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Rejected("a quarantined message is not an update; read the messages of the queue in SQS") from error


def _deliver(url: str, body: str, secret: str) -> int:
    headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": secret}
    try:
        response = urllib3.request("POST", url, body=body, headers=headers, timeout=ANSWER_SECONDS, retries=False)
    except urllib3.exceptions.HTTPError:
        return 0
    return response.status
