"""The fake Telegram delivers updates as Telegram does: order, retries, expiry, connections, webhook and polling."""

import asyncio
from datetime import timedelta

from tests.integration.telegram_harness import KEYBOARD, WEBHOOK_SECRET, Harness, WebhookResponse, run_scenario


async def chat_with_button(harness: Harness) -> int:
    """Make a person start the chat and the bot send a button; return the id of the chat."""
    anna = harness.telegram.person("Anna")
    await anna.sends("/start")
    await harness.call("sendMessage", chat_id=anna.user_id, text="Welcome", reply_markup=KEYBOARD)
    return anna.user_id


def test_a_message_is_delivered_once_with_the_secret_and_its_command_entity() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna", language="ru")
        (update_id,) = await anna.sends("/start friend-7")
        (update,) = harness.received
        message = update["message"]
        assert isinstance(message, dict)
        assert update["update_id"] == update_id
        assert message["text"] == "/start friend-7"
        assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
        assert message["from"]["language_code"] == "ru"
        assert harness.secrets == [WEBHOOK_SECRET]

    run_scenario(scenario)


def test_any_2xx_response_is_success() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        harness.responses.append(WebhookResponse(204))
        await harness.telegram.person("Anna").sends("hello")
        assert len(harness.received) == 1
        assert (await harness.call("getWebhookInfo")).result["pending_update_count"] == 0

    run_scenario(scenario)


def test_a_failed_delivery_is_retried_at_once_then_after_2_4_and_8_seconds() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        harness.responses.extend(
            [
                WebhookResponse(500),
                WebhookResponse(502),
                WebhookResponse(500),
                WebhookResponse(301),
                WebhookResponse(200),
            ]
        )
        await harness.telegram.person("Anna").sends("hello")
        waits = [delivery.retry_in_seconds for delivery in harness.telegram.journal.deliveries]
        assert waits == [0, 2, 4, 8, None]
        assert [d.attempt for d in harness.telegram.journal.deliveries] == [1, 2, 3, 4, 5]
        last_error = (await harness.call("getWebhookInfo")).result["last_error_message"]
        assert last_error == "Wrong response from the webhook: 301 Moved Permanently"

    run_scenario(scenario)


def test_retry_after_replaces_the_delay_and_ends_when_the_clock_is_advanced() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        harness.responses.append(WebhookResponse(503, {"Retry-After": "30"}))
        await harness.telegram.person("Anna").sends("hello")
        assert harness.telegram.journal.deliveries[0].retry_in_seconds == 30
        assert len(harness.received) == 1
        assert (await harness.call("getWebhookInfo")).result["pending_update_count"] == 1
        harness.advance(timedelta(seconds=31))
        await harness.telegram.idle()
        await harness.wait_until(lambda: len(harness.received) == 2)
        await harness.telegram.idle()
        assert (await harness.call("getWebhookInfo")).result["pending_update_count"] == 0

    run_scenario(scenario, retry_delay_factor=1)


def test_a_tap_expires_after_150_seconds_and_a_message_does_not() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        chat_id = await chat_with_button(harness)
        anna = harness.telegram.person_by_id(chat_id)
        harness.received.clear()
        harness.responses.extend(
            [WebhookResponse(503, {"Retry-After": "100"}), WebhookResponse(503, {"Retry-After": "100"})]
        )
        await anna.taps("Try free")
        await anna.sends("hello")
        harness.advance(timedelta(seconds=151))
        await harness.wait_until(lambda: len(harness.telegram.updates) == 0)
        kinds = [delivery.kind for delivery in harness.telegram.journal.deliveries]
        assert kinds.count("callback_query") == 1
        assert kinds.count("message") == 3

    run_scenario(scenario, retry_delay_factor=1)


def test_a_message_expires_after_a_day() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        harness.responses.append(WebhookResponse(503, {"Retry-After": "3600"}))
        await harness.telegram.person("Anna").sends("hello")
        assert len(harness.telegram.updates) == 1
        harness.advance(timedelta(hours=24, seconds=1))
        await harness.wait_until(lambda: len(harness.telegram.updates) == 0)
        assert len(harness.received) == 1

    run_scenario(scenario, retry_delay_factor=1)


def test_messages_of_a_chat_are_delivered_in_order_one_at_a_time() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna")
        gate = harness.hold("message")
        await asyncio.gather(anna.sends("one", wait=False), anna.sends("two", wait=False))
        await harness.wait_until(lambda: bool(harness.received))
        assert len(harness.received) == 1
        gate.set()
        await harness.telegram.idle()
        assert [update["message"]["text"] for update in harness.received] == ["one", "two"]  # type: ignore[index]  # JSON
        assert harness.max_concurrent == 1

    run_scenario(scenario)


def test_a_message_and_a_tap_of_one_person_are_delivered_concurrently() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person_by_id(await chat_with_button(harness))
        message_gate, tap_gate = harness.hold("message"), harness.hold("callback_query")
        both = asyncio.gather(anna.sends("hello"), anna.taps("Try free"))
        await harness.wait_until(lambda: harness.max_concurrent >= 2)
        message_gate.set()
        tap_gate.set()
        await both
        assert harness.max_concurrent == 2

    run_scenario(scenario)


def test_taps_are_delivered_one_at_a_time_unless_at_once_is_requested() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person_by_id(await chat_with_button(harness))
        harness.max_concurrent = 0
        gate = harness.hold("callback_query")
        gate.set()
        outcome = await anna.taps("Try free", times=2)
        assert len(outcome.update_ids) == 2
        assert harness.max_concurrent == 1
        gate.clear()
        racing = asyncio.create_task(anna.taps("Try free", times=5, at_once=True))
        await harness.wait_until(lambda: harness.max_concurrent >= 5)
        gate.set()
        await racing

    run_scenario(scenario)


def test_twice_max_connections_waiting_queues_block_every_delivery() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook(max_connections=1)
        harness.responses.extend(WebhookResponse(503, {"Retry-After": "60"}) for _ in range(2))
        for name in ("one", "two"):
            await harness.telegram.person(name).sends("hello")
        await harness.telegram.person("three").sends("hello")
        assert len(harness.received) == 2
        harness.advance(timedelta(seconds=61))
        await harness.wait_until(lambda: len(harness.received) >= 5)

    run_scenario(scenario, retry_delay_factor=1)


def test_a_method_in_the_response_is_executed_unless_it_is_a_getter() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person_by_id(await chat_with_button(harness))
        tapping = asyncio.create_task(anna.taps("Try free"))
        gate = harness.hold("callback_query")
        await harness.wait_until(lambda: "callback_query" in harness.received[-1])
        query = harness.received[-1]["callback_query"]
        assert isinstance(query, dict)
        body = {"method": "answerCallbackQuery", "callback_query_id": query["id"], "text": "Done", "show_alert": True}
        harness.responses.append(WebhookResponse(body=body))
        gate.set()
        outcome = await tapping
        assert (outcome.answered, outcome.text, outcome.alert) == (True, "Done", True)
        assert harness.telegram.journal.calls_of("answerCallbackQuery")[0].by_webhook
        harness.responses.append(WebhookResponse(body={"method": "getMe"}))
        await anna.sends("hello")
        assert harness.telegram.journal.calls_of("getMe") == []

    run_scenario(scenario)


def test_an_update_can_be_redelivered_and_a_response_can_be_lost() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna")
        (update_id,) = await anna.sends("hello")
        harness.telegram.deliver_again(update_id)
        await harness.telegram.idle()
        assert [update["update_id"] for update in harness.received] == [update_id, update_id]
        harness.telegram.faults.lose_webhook_answers()
        (second,) = await anna.sends("again")
        assert [delivery.error for delivery in harness.telegram.journal.deliveries_of(second)] == [
            "Webhook connection closed",
            "",
        ]

    run_scenario(scenario)


def test_only_allowed_updates_are_created() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook(allowed_updates=["callback_query"])
        assert await harness.telegram.person("Anna").sends("hello") == ()
        assert harness.received == []

    run_scenario(scenario)


def test_a_block_is_reported_and_a_deleted_webhook_keeps_pending_updates() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna")
        await anna.sends("/start")
        await anna.blocks_bot()
        change = harness.received[-1]["my_chat_member"]
        assert isinstance(change, dict)
        assert change["new_chat_member"]["status"] == "kicked"
        await harness.call("deleteWebhook")
        await anna.sends("hello")
        assert (await harness.call("getWebhookInfo")).result["pending_update_count"] == 2
        await harness.set_webhook()
        await harness.telegram.idle()
        assert "message" in harness.received[-1]

    run_scenario(scenario)


def test_an_unreachable_webhook_is_reported_in_the_last_error() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.call("setWebhook", url="http://127.0.0.1:1/hook")
        sending = asyncio.create_task(harness.telegram.person("Anna").sends("hello", wait=False))
        await sending
        await harness.wait_until(lambda: bool(harness.telegram.journal.deliveries))
        info = (await harness.call("getWebhookInfo")).result
        assert info["last_error_message"] == "Connection refused"
        await harness.call("deleteWebhook")

    run_scenario(scenario, retry_delay_factor=1)


def test_polling_returns_confirms_and_reports_conflicts() -> None:
    async def scenario(harness: Harness) -> None:
        anna = harness.telegram.person("Anna")
        waiting = asyncio.create_task(harness.call("getUpdates", timeout=20))
        await harness.wait_until(lambda: harness.telegram.polling.open)
        await anna.sends("hello", wait=False)
        updates = (await waiting).body["result"]
        assert isinstance(updates, list)
        update_id = updates[0]["update_id"]
        first = asyncio.create_task(harness.call("getUpdates", offset=update_id + 1, timeout=20))
        await harness.wait_until(lambda: harness.telegram.polling.open)
        await harness.telegram.idle()
        second = await harness.call("getUpdates")
        assert second.body["result"] == []
        expected = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        assert ((await first).status, (await first).description) == (409, expected)
        third = asyncio.create_task(harness.call("getUpdates", timeout=20))
        await harness.wait_until(lambda: harness.telegram.polling.open)
        await harness.set_webhook()
        assert (await third).description == "Conflict: terminated by setWebhook request"
        rejected = await harness.call("getUpdates")
        assert rejected.status == 409
        assert "can't use getUpdates method while webhook is active" in rejected.description

    run_scenario(scenario)
