"""Local queues deliver as Lambda's event source mapping does; AWS calls are attributed to the calling environment."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from local.queues import QueuePump
from local.schedules import ScheduleTimer
from tests.integration.local_sample import Sample, running


def pump_of(sample: Sample) -> QueuePump:
    (mapping,) = sample.template.queue_mappings
    queue = next(queue for queue in sample.template.queues if queue.url == mapping.queue_url)
    return QueuePump(mapping, queue, sample.aws, sample.runtime, sample.clock.now)


def bodies(sample: Sample, name: str) -> list[str]:
    sqs = sample.aws.client("sqs")
    url = next(queue.url for queue in sample.template.queues if queue.logical_id == name)
    found: list[Any] = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [message["Body"] for message in found]


def send(sample: Sample, *texts: str) -> None:
    for text in texts:
        sample.aws.client("sqs").send_message(QueueUrl=sample.template.queue_mappings[0].queue_url, MessageBody=text)


def test_messages_are_delivered_in_batches_and_deleted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            send(sample, "a", "b", "c")
            assert await pump_of(sample).drain() == 3
            assert await pump_of(sample).drain() == 0
            assert bodies(sample, "Work") == []

    asyncio.run(scenario())


def test_only_the_failed_message_of_a_batch_is_retried_and_then_dead_lettered(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            pump = pump_of(sample)
            send(sample, "fine", "fail")
            assert await pump.drain() == 2
            assert await pump.drain() == 0, "the message is invisible during its visibility timeout"
            sample.clock.advance(timedelta(seconds=301))
            assert await pump.drain() == 1
            sample.clock.advance(timedelta(seconds=301))
            assert await pump.drain() == 0
            assert bodies(sample, "Dead") == ["fail"]

    asyncio.run(scenario())


def test_a_crash_makes_the_whole_batch_visible_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            pump = pump_of(sample)
            send(sample, "crash")
            assert await pump.drain() == 1
            assert pump.next_visible_at is not None
            sample.clock.move_to(pump.next_visible_at)
            assert await pump.drain() == 1

    asyncio.run(scenario())


def test_a_schedule_starts_its_function_with_virtual_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            sample.clock.advance(timedelta(days=400))
            timer = ScheduleTimer(sample.template.schedules[0], sample.runtime, sample.clock.now)
            outcome = await timer.fire()
            assert f'"time": "{sample.clock.now():%Y-%m-%dT%H:}' in outcome.payload["body"]

    asyncio.run(scenario())


def test_dynamodb_calls_are_attributed_to_the_environment_that_made_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            outcome = await sample.runtime.invoke("Web", {"body": "put"})
            assert outcome.error is None, outcome.error
            (call,) = [call for call in sample.calls if call.service == "dynamodb"]
            assert (call.caller, call.operation, call.status) == (outcome.environment, "PutItem", 200)
            assert call.request["Item"]["pk"] == {"S": "p"}

    asyncio.run(scenario())
