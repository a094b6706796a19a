"""Parked updates, delivered once more as if Telegram did it."""

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
    """What became of one parked update. `reason` is why it was parked, `status` what the webhook answers now."""

    update_id: int
    reason: str
    status: int

    @property
    def taken(self) -> bool:
        """Whether the webhook took it; what it did not take stays parked."""
        return 200 <= self.status < 300


def replay(deployment: Deployment, webhook_secret: str) -> Iterator[Replayed]:
    """Deliver what is parked now, oldest first as SQS has it; an update that is parked again is not taken twice.

    Delivering twice does no harm: what an update decided is decided once.

    Raises:
        Rejected: what is parked is no update.
    """
    client, queue_url = boto3.client("sqs"), deployment.outputs["ParkingQueueUrl"]
    seen: set[int] = set()
    while messages := client.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            parked = _parked(message["Body"])
            if parked.update_id in seen:
                return
            seen.add(parked.update_id)
            status = _deliver(deployment.webhook_url, parked.update, webhook_secret)
            replayed = Replayed(parked.update_id, parked.reason, status)
            if replayed.taken:
                client.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            yield replayed


@dataclass(frozen=True, slots=True)
class _Parked:
    update_id: int
    update: str
    reason: str


def _parked(body: str) -> _Parked:
    """Read what `vpnbot.aws.sqs.SqsParking` has written."""
    try:
        parked = json.loads(body)
        return _Parked(int(parked["update"]["update_id"]), json.dumps(parked["update"]), str(parked["reason"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Rejected("a parked message is not an update; look at the parking queue") from error


def _deliver(url: str, body: str, secret: str) -> int:
    headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": secret}
    try:
        response = urllib3.request("POST", url, body=body, headers=headers, timeout=ANSWER_SECONDS, retries=False)
    except urllib3.exceptions.HTTPError:
        return 0
    return response.status
