"""Lambda's event source mapping: delivers a queue's messages to its function, with partial failures and retries."""

import asyncio
import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws import LocalAws
from local.invocation import Outcome
from local.runtime import Runtime
from local.stack import ACCOUNT_ID, REGION, Queue, QueueMapping

_POLL_SECONDS = 1.0
_CONCURRENCY = 2
"""The largest number of batches that run at the same time: a local run has few cores."""


class QueuePump:
    """One event source mapping. A message whose batch failed becomes visible again in virtual time."""

    def __init__(
        self, mapping: QueueMapping, queue: Queue, aws: LocalAws, runtime: Runtime, now: Callable[[], datetime]
    ) -> None:
        self._mapping = mapping
        self._arn = f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{queue.name}"
        self._visibility = timedelta(seconds=int(queue.attributes.get("VisibilityTimeout", "30")))
        self._sqs = aws.client("sqs")
        self._runtime = runtime
        self._now = now
        self._invisible: list[tuple[datetime, str]] = []
        self._wake = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self.enabled = True
        """Whether messages are delivered, as of an event source mapping that an operator can disable."""

    @property
    def next_visible_at(self) -> datetime | None:
        """When the next failed message becomes visible again, in virtual time."""
        return self._invisible[0][0] if self._invisible else None

    def wake(self) -> None:
        """Poll the queue now. Must be called on the event loop."""
        self._wake.set()

    async def run(self) -> None:
        """Poll until cancelled; a failed poll is tried again."""
        while True:
            try:
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                await self.drain()
            except (BotoCoreError, ClientError):
                continue

    async def drain(self) -> int:
        """Deliver everything that is visible now; return how many messages were delivered."""
        async with self._one_at_a_time:
            delivered = 0
            if not self.enabled:
                return delivered
            await self._make_visible()
            while batches := await self._receive_batches():
                await asyncio.gather(*(self._deliver(batch) for batch in batches))
                delivered += sum(len(batch) for batch in batches)
            return delivered

    async def _receive_batches(self) -> list[list[dict[str, Any]]]:
        batches = []
        for _ in range(min(self._mapping.maximum_concurrency or _CONCURRENCY, _CONCURRENCY)):
            answer = await asyncio.to_thread(
                self._sqs.receive_message,
                QueueUrl=self._mapping.queue_url,
                MaxNumberOfMessages=min(self._mapping.batch_size, 10),
                WaitTimeSeconds=0,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            if not answer.get("Messages"):
                break
            batches.append(answer["Messages"])
        return batches

    async def _deliver(self, batch: list[dict[str, Any]]) -> None:
        outcome = await self._runtime.invoke(
            self._mapping.function, {"Records": [self._record(message) for message in batch]}
        )
        failed = self._failed(batch, outcome)
        for message in batch:
            receipt = message["ReceiptHandle"]
            if message["MessageId"] in failed:
                heapq.heappush(self._invisible, (self._now() + self._visibility, receipt))
            else:
                await asyncio.to_thread(
                    self._sqs.delete_message, QueueUrl=self._mapping.queue_url, ReceiptHandle=receipt
                )

    def _failed(self, batch: list[dict[str, Any]], outcome: Outcome) -> set[str]:
        """Return the ids to deliver again: all of them when the function failed or names an id that was not sent."""
        everything = {str(message["MessageId"]) for message in batch}
        if outcome.error:
            return everything
        if not self._mapping.partial_failures or not outcome.payload:
            return set()
        try:
            named = {str(item["itemIdentifier"]) for item in outcome.payload.get("batchItemFailures") or []}
        except (AttributeError, KeyError, TypeError):
            return everything
        return everything if named - everything else named

    async def _make_visible(self) -> None:
        """Make failed messages visible whose timeout has passed in virtual time: moto measures it in real time."""
        while self._invisible and self._invisible[0][0] <= self._now():
            _, receipt = heapq.heappop(self._invisible)
            try:
                await asyncio.to_thread(
                    self._sqs.change_message_visibility,
                    QueueUrl=self._mapping.queue_url,
                    ReceiptHandle=receipt,
                    VisibilityTimeout=0,
                )
            except ClientError:  # it became visible by real time and has another receipt by now
                continue

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": message.get("MessageAttributes", {}),
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": REGION,
        }
