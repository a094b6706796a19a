"""Topics of a forum in the fake Telegram; texts as in Telegram's own server."""

import pytest
from aiogram.types import ForumTopic, Message

from tests.integration.telegram_groups import NO_RIGHTS, last_message, message_id, new_topic, send, support_group
from tests.integration.telegram_harness import KEYBOARD, Harness, delivered, run_scenario


def test_a_topic_is_created_written_in_renamed_closed_opened_and_deleted() -> None:
    async def scenario(harness: Harness) -> None:
        group, _ = await support_group(harness)
        created = (await harness.call("createForumTopic", chat_id=group.chat_id, name="Anna · #1")).result
        assert ForumTopic.model_validate(created).name == "Anna · #1"
        topic = {"chat_id": group.chat_id, "message_thread_id": created["message_thread_id"]}
        sent = (await harness.call("sendMessage", **topic, text="Hi")).result
        assert Message.model_validate(sent).is_topic_message is True
        assert sent["message_thread_id"] == created["message_thread_id"]
        assert (await harness.call("editForumTopic", **topic, name="Anna, paid")).body["result"] is True
        same = await harness.call("editForumTopic", **topic, name="Anna, paid")
        assert same.description == "Bad Request: TOPIC_NOT_MODIFIED"
        assert (await harness.call("closeForumTopic", **topic)).status == 200
        assert (await harness.call("closeForumTopic", **topic)).description == "Bad Request: TOPIC_NOT_MODIFIED"
        assert (await harness.call("reopenForumTopic", **topic)).status == 200
        stored = group.group.topics[int(str(created["message_thread_id"]))]
        assert (stored.name, stored.closed) == ("Anna, paid", False)
        assert (await harness.call("deleteForumTopic", **topic)).status == 200
        assert group.messages(stored.thread_id) == []
        gone = await harness.call("sendMessage", **topic, text="Hi")
        assert (gone.status, gone.description) == (400, "Bad Request: message thread not found")
        for method in ("closeForumTopic", "reopenForumTopic", "deleteForumTopic"):
            assert (await harness.call(method, **topic)).description == "Bad Request: TOPIC_ID_INVALID"

    run_scenario(scenario)


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("createForumTopic", "not enough rights to create a topic"),
        ("editForumTopic", "not enough rights to edit the topic"),
        ("closeForumTopic", "not enough rights to close or open the topic"),
        ("reopenForumTopic", "not enough rights to close or open the topic"),
        ("deleteForumTopic", "not enough rights to delete the topic"),
    ],
)
def test_each_change_of_a_topic_needs_the_right(method: str, reason: str) -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness, NO_RIGHTS)
        thread = await group.opens_topic(olga, "Olga's")
        response = await harness.call(method, chat_id=group.chat_id, message_thread_id=thread, name="x")
        assert (response.status, response.description) == (400, f"Bad Request: {reason}")

    run_scenario(scenario)


@pytest.mark.parametrize("method", ["createForumTopic", "editForumTopic", "closeForumTopic", "deleteForumTopic"])
def test_a_group_without_topics_is_no_forum(method: str) -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness, forum=False)
        arguments = {"message_thread_id": 1, "name": "x"}
        response = await harness.call(method, chat_id=group.chat_id, **arguments)
        assert (response.status, response.description) == (400, "Bad Request: the chat is not a forum")
        private = await harness.call(method, chat_id=olga.user_id, **arguments)
        assert private.description == "Bad Request: the chat is not a forum"

    run_scenario(scenario)


def test_topics_that_were_turned_off_again_take_no_new_ones() -> None:
    async def scenario(harness: Harness) -> None:
        group, _ = await support_group(harness)
        await new_topic(harness, group)
        await group.becomes_forum(False)
        response = await harness.call("createForumTopic", chat_id=group.chat_id, name="x")
        assert response.description == "Bad Request: the chat is not a forum"

    run_scenario(scenario)


def test_in_a_closed_topic_only_those_who_manage_topics_write() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        thread = await new_topic(harness, group)
        await group.closes_topic(olga, thread)
        assert (await send(harness, group.chat_id, message_thread_id=thread)).status == 200
        await group.promotes_bot(olga, NO_RIGHTS)
        closed = await send(harness, group.chat_id, message_thread_id=thread)
        assert (closed.status, closed.description) == (400, "Bad Request: TOPIC_CLOSED")
        await group.closes_topic(olga, thread, closed=False)
        assert (await send(harness, group.chat_id, message_thread_id=thread)).status == 200

    run_scenario(scenario)


def test_the_first_topic_of_a_new_group_is_not_taken_for_the_general_one() -> None:
    async def scenario(harness: Harness) -> None:
        olga = harness.telegram.person("Olga", started=True)
        group = harness.telegram.group_of_operators(olga)
        thread = await new_topic(harness, group)
        assert thread > 1
        assert (await send(harness, group.chat_id, message_thread_id=thread)).status == 200

    run_scenario(scenario)


def test_the_general_topic_is_no_thread() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        named = await send(harness, group.chat_id, message_thread_id=1)
        assert named.description == "Bad Request: message thread not found"
        sent = (await send(harness, group.chat_id)).result
        assert not sent.keys() & {"message_thread_id", "is_topic_message", "reply_to_message"}
        private = await send(harness, olga.user_id, message_thread_id=7)
        assert private.description == "Bad Request: message thread not found"

    run_scenario(scenario)


def test_each_kind_of_message_goes_into_the_topic_named() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        thread = await new_topic(harness, group)
        await olga.sends("text", wait=False)
        await olga.sends("second", wait=False)
        ids = [message.message_id for message in olga.messages]
        place = {"chat_id": group.chat_id, "message_thread_id": thread}
        origin = {"from_chat_id": olga.user_id}
        for method, arguments in (
            ("sendMessage", {"text": "x", "reply_markup": KEYBOARD}),
            ("sendLocation", {"latitude": 1.5, "longitude": 2}),
            ("sendContact", {"phone_number": "+1", "first_name": "x"}),
            ("sendPoll", {"question": "?", "options": ["a", "b"]}),
            ("copyMessage", {**origin, "message_id": ids[0]}),
            ("copyMessages", {**origin, "message_ids": ids}),
            ("forwardMessage", {**origin, "message_id": ids[0]}),
        ):
            before = len(group.messages(thread))
            response = await harness.call(method, **place, **arguments)
            assert response.status == 200, response.body
            assert len(group.messages(thread)) == before + (2 if method == "copyMessages" else 1), method

    run_scenario(scenario)


def test_what_is_written_in_a_topic_answers_its_first_message_unless_it_answers_another() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        await harness.set_webhook()
        thread = await new_topic(harness, group)
        question = message_id(await send(harness, group.chat_id, "A question", message_thread_id=thread))
        await group.by(olga).text("plain", thread=thread)
        plain = last_message(harness)
        assert plain["reply_to_message"]["forum_topic_created"]["name"] == "Anna · #1"
        assert (plain["message_thread_id"], plain["is_topic_message"]) == (thread, True)
        await group.by(olga).text("an answer", reply_to=question)
        answer = last_message(harness)
        assert answer["reply_to_message"]["message_id"] == question
        assert (answer["message_thread_id"], answer["is_topic_message"]) == (thread, True)

    run_scenario(scenario)


def test_a_reply_in_a_group_without_topics_has_a_thread_that_is_no_topic() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness, forum=False)
        await harness.set_webhook()
        question = message_id(await send(harness, group.chat_id, "A question"))
        await group.by(olga).text("an answer", reply_to=question)
        answer = last_message(harness)
        assert answer["message_thread_id"] == question
        assert "is_topic_message" not in answer

    run_scenario(scenario)


def test_the_bot_hears_about_topics_that_people_open_and_close() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        await harness.set_webhook()
        thread = await group.opens_topic(olga, "Olga's")
        await group.closes_topic(olga, thread)
        await group.closes_topic(olga, thread, closed=False)
        opened = delivered(harness, "forum_topic_created")[0]
        assert (opened["message_thread_id"], opened["message_id"]) == (thread, thread)
        assert len(delivered(harness, "forum_topic_closed")) == 1
        assert len(delivered(harness, "forum_topic_reopened")) == 1

    run_scenario(scenario)
