"""Updates reach the webhook as Telegram's own server brings them."""

import asyncio
from datetime import timedelta

from tests.integration.telegram_harness import WEBHOOK_SECRET, Answer, Harness, in_harness

KEYBOARD = {"inline_keyboard": [[{"text": "🎁 Try free", "callback_data": "trial"}]]}


async def with_button(harness: Harness) -> int:
    """Let a person write and the bot show a button; return the chat."""
    anna = harness.telegram.person("Anna")
    await anna.sends("/start")
    await harness.call("sendMessage", chat_id=anna.user_id, text="Welcome", reply_markup=KEYBOARD)
    return anna.user_id


def test_a_message_arrives_once_with_the_secret_and_the_command_marked() -> None:
    async def play(harness: Harness) -> None:
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

    in_harness(play)


def test_any_2xx_is_success() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        harness.answers.append(Answer(204))
        await harness.telegram.person("Anna").sends("hello")
        assert len(harness.received) == 1
        assert (await harness.call("getWebhookInfo")).result["pending_update_count"] == 0

    in_harness(play)


def test_a_failure_is_repeated_at_once_then_after_2_4_8_seconds() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        harness.answers.extend([Answer(500), Answer(502), Answer(500), Answer(301), Answer(200)])
        await harness.telegram.person("Anna").sends("hello")
        waits = [delivery.retry_in_seconds for delivery in harness.telegram.journal.deliveries]
        assert waits == [0, 2, 4, 8, None]
        assert [d.attempt for d in harness.telegram.journal.deliveries] == [1, 2, 3, 4, 5]
        last_error = (await harness.call("getWebhookInfo")).result["last_error_message"]
        assert last_error == "Wrong response from the webhook: 301 Moved Permanently"

    in_harness(play)


def test_retry_after_replaces_the_delay_and_its_wait_ends_when_time_is_moved() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        harness.answers.append(Answer(503, {"Retry-After": "30"}))
        await harness.telegram.person("Anna").sends("hello")
        assert harness.telegram.journal.deliveries[0].retry_in_seconds == 30
        assert len(harness.received) == 1
        assert (await harness.call("getWebhookInfo")).result["pending_update_count"] == 1
        harness.move(timedelta(seconds=31))
        await harness.telegram.idle()
        await harness.until(lambda: len(harness.received) == 2)
        await harness.telegram.idle()
        assert (await harness.call("getWebhookInfo")).result["pending_update_count"] == 0

    in_harness(play, retry_delay_factor=1)


def test_a_tap_expires_after_150_seconds_and_a_message_after_a_day() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        chat_id = await with_button(harness)
        anna = harness.telegram.person_by_id(chat_id)
        harness.received.clear()
        harness.answers.extend([Answer(503, {"Retry-After": "100"}), Answer(503, {"Retry-After": "100"})])
        await anna.taps("Try free")
        await anna.sends("hello")
        harness.move(timedelta(seconds=151))
        await harness.until(lambda: len(harness.telegram.updates) == 0)
        kinds = [delivery.kind for delivery in harness.telegram.journal.deliveries]
        assert kinds.count("callback_query") == 1
        assert kinds.count("message") == 3

    in_harness(play, retry_delay_factor=1)


def test_messages_of_a_chat_keep_their_order_while_one_is_held() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna")
        gate = harness.hold("message")
        await asyncio.gather(anna.sends("one", wait=False), anna.sends("two", wait=False))
        await harness.until(lambda: bool(harness.received))
        assert len(harness.received) == 1
        gate.set()
        await harness.telegram.idle()
        assert [update["message"]["text"] for update in harness.received] == ["one", "two"]  # type: ignore[index]  # JSON
        assert harness.most_at_once == 1

    in_harness(play)


def test_a_message_and_a_tap_of_the_same_person_run_at_once() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person_by_id(await with_button(harness))
        message_gate, tap_gate = harness.hold("message"), harness.hold("callback_query")
        both = asyncio.gather(anna.sends("hello"), anna.taps("Try free"))
        await harness.until(lambda: harness.most_at_once >= 2)
        message_gate.set()
        tap_gate.set()
        await both
        assert harness.most_at_once == 2

    in_harness(play)


def test_two_taps_queue_unless_told_to_overtake() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person_by_id(await with_button(harness))
        harness.most_at_once = 0
        gate = harness.hold("callback_query")
        gate.set()
        outcome = await anna.taps("Try free", times=2)
        assert len(outcome.update_ids) == 2
        assert harness.most_at_once == 1
        gate.clear()
        racing = asyncio.create_task(anna.taps("Try free", times=5, at_once=True))
        await harness.until(lambda: harness.most_at_once >= 5)
        gate.set()
        await racing

    in_harness(play)


def test_twice_max_connections_blocked_queues_block_the_whole_bot() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook(max_connections=1)
        harness.answers.extend(Answer(503, {"Retry-After": "60"}) for _ in range(2))
        for name in ("one", "two"):
            await harness.telegram.person(name).sends("hello")
        await harness.telegram.person("three").sends("hello")
        assert len(harness.received) == 2
        harness.move(timedelta(seconds=61))
        await harness.until(lambda: len(harness.received) >= 5)

    in_harness(play, retry_delay_factor=1)


def test_a_method_in_the_response_is_done_and_a_getter_is_not() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person_by_id(await with_button(harness))
        tapping = asyncio.create_task(anna.taps("Try free"))
        gate = harness.hold("callback_query")
        await harness.until(lambda: "callback_query" in harness.received[-1])
        query = harness.received[-1]["callback_query"]
        assert isinstance(query, dict)
        body = {"method": "answerCallbackQuery", "callback_query_id": query["id"], "text": "Done", "show_alert": True}
        harness.answers.append(Answer(body=body))
        gate.set()
        outcome = await tapping
        assert (outcome.answered, outcome.text, outcome.alert) == (True, "Done", True)
        assert harness.telegram.journal.calls_of("answerCallbackQuery")[0].by_webhook
        harness.answers.append(Answer(body={"method": "getMe"}))
        await anna.sends("hello")
        assert harness.telegram.journal.calls_of("getMe") == []

    in_harness(play)


def test_an_update_can_be_delivered_again_and_an_answer_can_be_lost() -> None:
    async def play(harness: Harness) -> None:
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

    in_harness(play)


def test_only_allowed_updates_are_made() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook(allowed_updates=["callback_query"])
        assert await harness.telegram.person("Anna").sends("hello") == ()
        assert harness.received == []

    in_harness(play)


def test_blocking_is_told_and_a_deleted_webhook_keeps_what_waits() -> None:
    async def play(harness: Harness) -> None:
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

    in_harness(play)


def test_an_unreachable_webhook_is_named_in_the_last_error() -> None:
    async def play(harness: Harness) -> None:
        await harness.call("setWebhook", url="http://127.0.0.1:1/hook")
        sending = asyncio.create_task(harness.telegram.person("Anna").sends("hello", wait=False))
        await sending
        await harness.until(lambda: bool(harness.telegram.journal.deliveries))
        info = (await harness.call("getWebhookInfo")).result
        assert info["last_error_message"] == "Connection refused"
        await harness.call("deleteWebhook")

    in_harness(play, retry_delay_factor=1)


def test_polling_hands_out_confirms_and_conflicts() -> None:
    async def play(harness: Harness) -> None:
        anna = harness.telegram.person("Anna")
        waiting = asyncio.create_task(harness.call("getUpdates", timeout=20))
        await harness.until(lambda: harness.telegram.polling.open)
        await anna.sends("hello", wait=False)
        updates = (await waiting).body["result"]
        assert isinstance(updates, list)
        update_id = updates[0]["update_id"]
        first = asyncio.create_task(harness.call("getUpdates", offset=update_id + 1, timeout=20))
        await harness.until(lambda: harness.telegram.polling.open)
        await harness.telegram.idle()
        second = await harness.call("getUpdates")
        assert second.body["result"] == []
        expected = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        assert ((await first).status, (await first).description) == (409, expected)
        third = asyncio.create_task(harness.call("getUpdates", timeout=20))
        await harness.until(lambda: harness.telegram.polling.open)
        await harness.set_webhook()
        assert (await third).description == "Conflict: terminated by setWebhook request"
        refused = await harness.call("getUpdates")
        assert refused.status == 409
        assert "can't use getUpdates method while webhook is active" in refused.description

    in_harness(play)
