"""Delivers quarantined updates to the webhook again, in the same way as Telegram."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import urllib3

from ops.deployment import Deployment
from vpnbot.storage.people.quarantine import Reference, quarantined_update, remove_quarantined
from vpnbot.storage.table import bind
from vpnbot.telegram.updates.webhook_response import QUARANTINED_HEADER

ANSWER_SECONDS = 30.0
"""API Gateway's time limit for an answer."""
HIDDEN_SECONDS = 900
"""How long a message is hidden from other runs; what stays in the queue is visible again when the run ends."""
WAIT_SECONDS = 1
"""A waiting call asks all servers of SQS; one that does not wait may find nothing although messages are there."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result for one message: the update (None: it is not an update), why it was quarantined, and the outcome.

    `status` is the HTTP status that the webhook answers now, 0: no answer. `quarantined`: it was quarantined again.
    """

    update_id: int | None
    reason: str = ""
    status: int = 0
    quarantined: bool = False

    @property
    def handled(self) -> bool:
        """Whether the webhook has handled it; any other update stays quarantined."""
        return 200 <= self.status < 300 and not self.quarantined

    def __str__(self) -> str:
        if self.update_id is None:
            return "a message that is not an update stays; read it in SQS"
        outcome = "quarantined again" if self.quarantined else self.status or "no answer"
        return f"update {self.update_id} ({self.reason}): {outcome}"


class Replay:
    """One run over the queue of quarantined updates."""

    def __init__(self, deployment: Deployment, webhook_secret: str) -> None:
        self._client = boto3.client("sqs")
        self._queue_url = deployment.output("ParkingQueueUrl")
        self._webhook_url = deployment.webhook_url
        self._secret = webhook_secret
        self._again: set[int] = set()
        self._left: list[str] = []
        bind(deployment.output("TableName"))

    def run(self) -> Iterator[Replayed]:
        """Deliver every update in the order of SQS until the queue is empty; yield the result for each.

        A second delivery of the same update changes nothing: its cause is in the ledger. An update that is
        quarantined again is a new message in the queue: the run leaves it there. What stays is visible at the end. A
        reference to an update that was erased with the data of its sender is removed without a word.
        """
        try:
            while messages := self._received():
                for message in messages:
                    yield from self._replayed(message)
        finally:
            for receipt in self._left:
                self._client.change_message_visibility(
                    QueueUrl=self._queue_url, ReceiptHandle=receipt, VisibilityTimeout=0
                )

    def hidden(self) -> int:
        """Return about how many messages another run has received, and not decided about yet."""
        name = "ApproximateNumberOfMessagesNotVisible"
        found = self._client.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=[name])["Attributes"]
        return int(found[name])

    def _received(self) -> list[Any]:
        found = self._client.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
        )
        return list(found.get("Messages", []))

    def _replayed(self, message: Any) -> Iterator[Replayed]:
        quarantined = _quarantined(message["Body"])
        if quarantined is None:
            self._left.append(message["ReceiptHandle"])
            yield Replayed(None)
        elif quarantined.update_id in self._again:
            self._left.append(message["ReceiptHandle"])
        else:
            update = quarantined.content()
            if update is None:
                self._delete(message)
                return
            replayed = self._delivered(quarantined, update)
            if replayed.quarantined:
                self._again.add(quarantined.update_id)
            if replayed.handled or replayed.quarantined:
                self._delete(message)
            else:
                self._left.append(message["ReceiptHandle"])
            if replayed.handled and quarantined.stored is not None:
                remove_quarantined(quarantined.stored)
            yield replayed

    def _delete(self, message: Any) -> None:
        self._client.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])

    def _delivered(self, quarantined: "_Quarantined", update: str) -> Replayed:
        headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": self._secret}
        try:
            answer = urllib3.request(
                "POST",
                self._webhook_url,
                body=update,
                headers=headers,
                timeout=ANSWER_SECONDS,
                retries=False,
            )
        except urllib3.exceptions.HTTPError:
            return Replayed(quarantined.update_id, quarantined.reason)
        again = QUARANTINED_HEADER in answer.headers
        return Replayed(quarantined.update_id, quarantined.reason, answer.status, again)


@dataclass(frozen=True, slots=True)
class _Quarantined:
    """A message of the queue: the update itself, or where it is stored."""

    update_id: int
    reason: str
    update: str | None = None
    stored: Reference | None = None

    def content(self) -> str | None:
        """Return the update; None if it was erased with the data of its sender, or replayed before."""
        return self.update if self.stored is None else quarantined_update(self.stored)


def _quarantined(body: str) -> _Quarantined | None:
    """Parse a message of `vpnbot.aws.sqs.SqsQuarantine`; None if it is none."""
    try:
        found = json.loads(body)
        reason = str(found["reason"])
        if "stored" in found:
            stored = Reference(str(found["stored"]["partition"]), str(found["stored"]["key"]))
            return _Quarantined(int(found["update_id"]), reason, stored=stored)
        return _Quarantined(int(found["update"]["update_id"]), reason, json.dumps(found["update"]))
    except (ValueError, KeyError, TypeError):
        return None
