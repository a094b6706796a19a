"""Planned faults of the fake Telegram, and waiting until it is idle."""

import asyncio

import aiohttp
import pytest

from tests.integration.telegram_harness import Harness, person_with_chat, run_scenario


def test_each_planned_fault_affects_only_the_planned_number_of_calls() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        harness.telegram.faults.next_calls_fail(429, retry_after=7, method="sendMessage")
        assert (await harness.call("getMe")).status == 200
        rejected = await harness.call("sendMessage", chat_id=anna.user_id, text="x")
        assert rejected.status == 429
        assert rejected.body == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }
        harness.telegram.faults.next_calls_fail(500)
        assert (await harness.call("sendMessage", chat_id=anna.user_id, text="x")).status == 500
        harness.telegram.faults.lose_answers()
        with pytest.raises(aiohttp.ClientError):
            await harness.call("sendMessage", chat_id=anna.user_id, text="executed")
        assert anna.sees("executed")
        assert harness.telegram.journal.calls[-1].answer_lost
        assert (await harness.call("sendMessage", chat_id=anna.user_id, text="x")).status == 200

    run_scenario(scenario)


def test_planned_faults_are_counted_until_a_call_meets_them() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna", started=True)
        harness.telegram.faults.next_calls_fail(429, retry_after=1)
        harness.telegram.faults.lose_answers()
        assert harness.telegram.faults.waiting == {"refusals": 1, "lost_answers": 1}
        assert (await harness.call("sendMessage", chat_id=anna.user_id, text="Hi")).status == 429
        assert harness.telegram.faults.waiting == {"refusals": 0, "lost_answers": 1}

    run_scenario(scenario)


def test_idle_waits_for_calls_in_flight() -> None:
    async def scenario(harness: Harness) -> None:
        harness.telegram.bot_api.calls_in_flight += 1
        waiting = asyncio.create_task(harness.telegram.idle())
        await asyncio.sleep(0)
        assert not waiting.done()
        harness.telegram.bot_api.calls_in_flight -= 1
        harness.telegram.feed.changed.notify()
        await waiting

    run_scenario(scenario)
