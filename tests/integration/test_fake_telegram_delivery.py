"""Updates reach the webhook as Telegram's own server brings them."""

import asyncio
from datetime import timedelta

from tests.integration.telegram_stage import WEBHOOK_SECRET, Answer, Stage, on_stage

KEYBOARD = {"inline_keyboard": [[{"text": "🎁 Try free", "callback_data": "trial"}]]}


async def with_button(stage: Stage) -> int:
    """Let a person write and the bot show a button; return the chat."""
    anna = stage.telegram.person("Anna")
    await anna.sends("/start")
    await stage.call("sendMessage", chat_id=anna.user_id, text="Welcome", reply_markup=KEYBOARD)
    return anna.user_id


def test_a_message_arrives_once_with_the_secret_and_the_command_marked() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        anna = stage.telegram.person("Anna", language="ru")
        (update_id,) = await anna.sends("/start friend-7")
        (update,) = stage.received
        message = update["message"]
        assert isinstance(message, dict)
        assert update["update_id"] == update_id
        assert message["text"] == "/start friend-7"
        assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
        assert message["from"]["language_code"] == "ru"
        assert stage.secrets == [WEBHOOK_SECRET]

    on_stage(play)


def test_any_2xx_is_success() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        stage.answers.append(Answer(204))
        await stage.telegram.person("Anna").sends("hello")
        assert len(stage.received) == 1
        assert (await stage.call("getWebhookInfo")).result["pending_update_count"] == 0

    on_stage(play)


def test_a_failure_is_repeated_at_once_then_after_2_4_8_seconds() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        stage.answers.extend([Answer(500), Answer(502), Answer(500), Answer(301), Answer(200)])
        await stage.telegram.person("Anna").sends("hello")
        waits = [delivery.retry_in_seconds for delivery in stage.telegram.journal.deliveries]
        assert waits == [0, 2, 4, 8, None]
        assert [d.attempt for d in stage.telegram.journal.deliveries] == [1, 2, 3, 4, 5]
        last_error = (await stage.call("getWebhookInfo")).result["last_error_message"]
        assert last_error == "Wrong response from the webhook: 301 Moved Permanently"

    on_stage(play)


def test_retry_after_replaces_the_delay_and_its_wait_ends_when_time_is_moved() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        stage.answers.append(Answer(503, {"Retry-After": "30"}))
        await stage.telegram.person("Anna").sends("hello")
        assert stage.telegram.journal.deliveries[0].retry_in_seconds == 30
        assert len(stage.received) == 1
        assert (await stage.call("getWebhookInfo")).result["pending_update_count"] == 1
        stage.move(timedelta(seconds=31))
        await stage.telegram.idle()
        await stage.until(lambda: len(stage.received) == 2)
        await stage.telegram.idle()
        assert (await stage.call("getWebhookInfo")).result["pending_update_count"] == 0

    on_stage(play, retry_delay_factor=1)


def test_a_tap_expires_after_150_seconds_and_a_message_after_a_day() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        chat_id = await with_button(stage)
        anna = stage.telegram.person_by_id(chat_id)
        stage.received.clear()
        stage.answers.extend([Answer(503, {"Retry-After": "100"}), Answer(503, {"Retry-After": "100"})])
        await anna.taps("Try free")
        await anna.sends("hello")
        stage.move(timedelta(seconds=151))
        await stage.until(lambda: len(stage.telegram.updates) == 0)
        kinds = [delivery.kind for delivery in stage.telegram.journal.deliveries]
        assert kinds.count("callback_query") == 1
        assert kinds.count("message") == 3

    on_stage(play, retry_delay_factor=1)


def test_messages_of_a_chat_keep_their_order_while_one_is_held() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        anna = stage.telegram.person("Anna")
        gate = stage.hold("message")
        await asyncio.gather(anna.sends("one", wait=False), anna.sends("two", wait=False))
        await stage.until(lambda: bool(stage.received))
        assert len(stage.received) == 1
        gate.set()
        await stage.telegram.idle()
        assert [update["message"]["text"] for update in stage.received] == ["one", "two"]  # type: ignore[index]  # JSON
        assert stage.most_at_once == 1

    on_stage(play)


def test_a_message_and_a_tap_of_the_same_person_run_at_once() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        anna = stage.telegram.person_by_id(await with_button(stage))
        message_gate, tap_gate = stage.hold("message"), stage.hold("callback_query")
        both = asyncio.gather(anna.sends("hello"), anna.taps("Try free"))
        await stage.until(lambda: stage.most_at_once >= 2)
        message_gate.set()
        tap_gate.set()
        await both
        assert stage.most_at_once == 2

    on_stage(play)


def test_two_taps_queue_unless_told_to_overtake() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        anna = stage.telegram.person_by_id(await with_button(stage))
        stage.most_at_once = 0
        gate = stage.hold("callback_query")
        gate.set()
        outcome = await anna.taps("Try free", times=2)
        assert len(outcome.update_ids) == 2
        assert stage.most_at_once == 1
        gate.clear()
        racing = asyncio.create_task(anna.taps("Try free", times=5, at_once=True))
        await stage.until(lambda: stage.most_at_once >= 5)
        gate.set()
        await racing

    on_stage(play)


def test_twice_max_connections_blocked_queues_block_the_whole_bot() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook(max_connections=1)
        stage.answers.extend(Answer(503, {"Retry-After": "60"}) for _ in range(2))
        for name in ("one", "two"):
            await stage.telegram.person(name).sends("hello")
        await stage.telegram.person("three").sends("hello")
        assert len(stage.received) == 2
        stage.move(timedelta(seconds=61))
        await stage.until(lambda: len(stage.received) >= 5)

    on_stage(play, retry_delay_factor=1)


def test_a_method_in_the_response_is_done_and_a_getter_is_not() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        anna = stage.telegram.person_by_id(await with_button(stage))
        tapping = asyncio.create_task(anna.taps("Try free"))
        gate = stage.hold("callback_query")
        await stage.until(lambda: "callback_query" in stage.received[-1])
        query = stage.received[-1]["callback_query"]
        assert isinstance(query, dict)
        body = {"method": "answerCallbackQuery", "callback_query_id": query["id"], "text": "Done", "show_alert": True}
        stage.answers.append(Answer(body=body))
        gate.set()
        outcome = await tapping
        assert (outcome.answered, outcome.text, outcome.alert) == (True, "Done", True)
        assert stage.telegram.journal.calls_of("answerCallbackQuery")[0].by_webhook
        stage.answers.append(Answer(body={"method": "getMe"}))
        await anna.sends("hello")
        assert stage.telegram.journal.calls_of("getMe") == []

    on_stage(play)


def test_an_update_can_be_delivered_again_and_an_answer_can_be_lost() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        anna = stage.telegram.person("Anna")
        (update_id,) = await anna.sends("hello")
        stage.telegram.deliver_again(update_id)
        await stage.telegram.idle()
        assert [update["update_id"] for update in stage.received] == [update_id, update_id]
        stage.telegram.faults.lose_webhook_answers()
        (second,) = await anna.sends("again")
        assert [delivery.error for delivery in stage.telegram.journal.deliveries_of(second)] == [
            "Webhook connection closed",
            "",
        ]

    on_stage(play)


def test_only_allowed_updates_are_made() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook(allowed_updates=["callback_query"])
        assert await stage.telegram.person("Anna").sends("hello") == ()
        assert stage.received == []

    on_stage(play)


def test_blocking_is_told_and_a_deleted_webhook_keeps_what_waits() -> None:
    async def play(stage: Stage) -> None:
        await stage.set_webhook()
        anna = stage.telegram.person("Anna")
        await anna.sends("/start")
        await anna.blocks_bot()
        change = stage.received[-1]["my_chat_member"]
        assert isinstance(change, dict)
        assert change["new_chat_member"]["status"] == "kicked"
        await stage.call("deleteWebhook")
        await anna.sends("hello")
        assert (await stage.call("getWebhookInfo")).result["pending_update_count"] == 2
        await stage.set_webhook()
        await stage.telegram.idle()
        assert "message" in stage.received[-1]

    on_stage(play)


def test_an_unreachable_webhook_is_named_in_the_last_error() -> None:
    async def play(stage: Stage) -> None:
        await stage.call("setWebhook", url="http://127.0.0.1:1/hook")
        sending = asyncio.create_task(stage.telegram.person("Anna").sends("hello", wait=False))
        await sending
        await stage.until(lambda: bool(stage.telegram.journal.deliveries))
        info = (await stage.call("getWebhookInfo")).result
        assert info["last_error_message"] == "Connection refused"
        await stage.call("deleteWebhook")

    on_stage(play, retry_delay_factor=1)


def test_polling_hands_out_confirms_and_conflicts() -> None:
    async def play(stage: Stage) -> None:
        anna = stage.telegram.person("Anna")
        waiting = asyncio.create_task(stage.call("getUpdates", timeout=20))
        await stage.until(lambda: stage.telegram.polling.open)
        await anna.sends("hello", wait=False)
        updates = (await waiting).body["result"]
        assert isinstance(updates, list)
        update_id = updates[0]["update_id"]
        first = asyncio.create_task(stage.call("getUpdates", offset=update_id + 1, timeout=20))
        await stage.until(lambda: stage.telegram.polling.open)
        await stage.telegram.idle()
        second = await stage.call("getUpdates")
        assert second.body["result"] == []
        expected = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        assert ((await first).status, (await first).description) == (409, expected)
        third = asyncio.create_task(stage.call("getUpdates", timeout=20))
        await stage.until(lambda: stage.telegram.polling.open)
        await stage.set_webhook()
        assert (await third).description == "Conflict: terminated by setWebhook request"
        refused = await stage.call("getUpdates")
        assert refused.status == 409
        assert "can't use getUpdates method while webhook is active" in refused.description

    on_stage(play)
