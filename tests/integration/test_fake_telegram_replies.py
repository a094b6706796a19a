"""Replies, an operator's chat, and taps that overtake each other, as the fake Telegram has them."""

from local.control_panel.update_summary import summary_of
from local.telegram.updates import Update
from tests.integration.telegram_harness import Harness, in_harness

KEYBOARD = {"inline_keyboard": [[{"text": "🎁 Try free", "callback_data": "trial"}]]}


def found(harness: Harness, update_id: int) -> Update:
    update = harness.telegram.updates.find(update_id)
    assert update is not None
    return update


def test_a_reply_brings_the_message_that_it_answers_and_that_one_alone() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna", started=True)
        question = (await harness.call("sendMessage", chat_id=anna.user_id, text="A question")).result
        first, asked = anna.messages[-1].message_id, question["message_id"]
        assert first == asked
        await anna.sends("An answer", reply_to=first)
        message = harness.received[-1]["message"]
        assert isinstance(message, dict)
        assert message["reply_to_message"]["text"] == "A question"
        await anna.sends("And another", reply_to=message["message_id"])
        again = harness.received[-1]["message"]
        assert isinstance(again, dict)
        assert "reply_to_message" not in again["reply_to_message"]

    in_harness(play)


def test_the_page_replies_only_to_what_stands_in_the_chat_and_shows_what_was_quoted() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        support = harness.telegram.person("Support", started=True, operator=True)
        chat = f"{harness.base}/chat/api/people/{support.user_id}"
        sent = (await harness.call("sendMessage", chat_id=support.user_id, text="A question")).result
        for nothing in (999, "1"):
            async with harness.http.post(f"{chat}/messages", json={"text": "Hm", "reply_to": nothing}) as response:
                assert response.status == 400
        async with harness.http.post(
            f"{chat}/messages", json={"text": "Hm", "reply_to": sent["message_id"]}
        ) as response:
            assert response.status == 200
        async with harness.http.get(f"{chat}/messages") as response:
            shown = (await response.json())[-1]
        assert shown["reply_to"] == {"message_id": sent["message_id"], "text": "A question"}
        async with harness.http.get(f"{harness.base}/chat/api/state") as response:
            state = await response.json()
        assert [person["operator"] for person in state["people"]] == [True]
        assert state["control_panel"] is False

    in_harness(play)


def test_taps_at_once_overtake_each_other_and_taps_in_turn_do_not() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna", started=True)
        sent = (await harness.call("sendMessage", chat_id=anna.user_id, text="Hi", reply_markup=KEYBOARD)).result
        place = {"message_id": sent["message_id"], "row": 0, "column": 0}
        queues = []
        for at_once in (False, False, True, True):
            taps = f"{harness.base}/chat/api/people/{anna.user_id}/taps"
            async with harness.http.post(taps, json={**place, "at_once": at_once}) as response:
                update_id = (await response.json())["update_id"]
            queues.append(found(harness, update_id).queue)
        assert queues[0] == queues[1]
        assert len(set(queues)) == 3
        await harness.telegram.idle()
        assert summary_of(found(harness, update_id)) == {
            "user_id": anna.user_id,
            "name": "Anna",
            "what": "🎁 Try free",
            "tap": True,
        }

    in_harness(play)


def test_an_update_that_is_forgotten_has_no_words() -> None:
    assert summary_of(None)["what"] == ""


def test_faults_to_order_are_counted_until_they_have_met_their_call() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna", started=True)
        harness.telegram.faults.next_calls_fail(429, retry_after=1)
        harness.telegram.faults.lose_answers()
        assert harness.telegram.faults.waiting == {"refusals": 1, "lost_answers": 1}
        assert (await harness.call("sendMessage", chat_id=anna.user_id, text="Hi")).status == 429
        assert harness.telegram.faults.waiting == {"refusals": 0, "lost_answers": 1}

    in_harness(play)
