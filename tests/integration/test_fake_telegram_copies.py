"""Copies, forwarded messages and reactions in the fake Telegram."""

from typing import Any

import pytest
from aiogram.types import Message

from local.telegram.writer import Attachment
from tests.integration.telegram_groups import last_message, message_id, new_topic, send, support_group
from tests.integration.telegram_harness import Harness, delivered, person_with_chat, run_scenario


def test_a_copy_has_no_origin_and_a_forwarded_message_names_it() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        group, olga = await support_group(harness)
        await anna.writes.sends(Attachment("voice", caption="listen"), wait=False)
        source = {"from_chat_id": anna.user_id, "message_id": anna.messages[-1].message_id}
        copied = await harness.call("copyMessage", chat_id=group.chat_id, **source)
        assert copied.body["result"] == {"message_id": group.messages()[-1].message_id}
        assert group.messages()[-1].text == "listen"
        forwarded: dict[str, Any] = (await harness.call("forwardMessage", chat_id=group.chat_id, **source)).result
        Message.model_validate(forwarded)
        assert forwarded["forward_origin"]["sender_user"]["id"] == anna.user_id
        again = {"from_chat_id": group.chat_id, "message_id": forwarded["message_id"]}
        further: dict[str, Any] = (await harness.call("forwardMessage", chat_id=olga.user_id, **again)).result
        assert further["forward_origin"] == forwarded["forward_origin"]
        anna.account.hides_forwards = True
        hidden: dict[str, Any] = (await harness.call("forwardMessage", chat_id=group.chat_id, **source)).result
        assert hidden["forward_origin"]["type"] == "hidden_user"
        assert hidden["forward_origin"]["sender_user_name"] == "Anna"

    run_scenario(scenario)


def test_a_person_forwards_what_another_wrote() -> None:
    async def scenario(harness: Harness) -> None:
        anna, boris = await person_with_chat(harness), harness.telegram.person("Boris")
        await harness.set_webhook()
        await anna.writes.forwards("Help me", boris.account)
        assert last_message(harness)["forward_origin"]["sender_user"]["id"] == boris.user_id
        boris.account.hides_forwards = True
        await anna.writes.forwards("Help me", boris.account)
        assert last_message(harness)["forward_origin"] == {
            "type": "hidden_user",
            "sender_user_name": "Boris",
            "date": int(harness.now.timestamp()),
        }

    run_scenario(scenario)


def test_copies_of_several_messages_leave_out_what_cannot_be_copied_and_keep_albums() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        group, _ = await support_group(harness)
        thread = await new_topic(harness, group)
        await anna.writes.album([Attachment("photo", caption="one"), Attachment("photo")], wait=False)
        await anna.sends("gone", wait=False)
        anna.writes.deletes(anna.messages[-1].message_id)
        await anna.writes.shares({"users_shared": {"request_id": 1, "users": []}}, wait=False)
        await anna.writes.location(1, 2, wait=False)
        first = anna.messages[1].message_id
        place = {"chat_id": group.chat_id, "message_thread_id": thread, "from_chat_id": anna.user_id}
        ids = list(range(first, first + 5))
        response = await harness.call("copyMessages", **place, message_ids=ids)
        copies = group.messages(thread)[1:]
        assert response.body["result"] == [{"message_id": message.message_id} for message in copies]
        assert [message.text for message in copies] == ["one", "", ""]
        assert copies[0].album
        assert [message.album == copies[0].album for message in copies] == [True, True, False]
        assert copies[0].album != anna.messages[1].album
        button = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
        edit = {"chat_id": group.chat_id, "message_id": copies[0].message_id, "reply_markup": button}
        changed = await harness.call("editMessageCaption", **edit, caption="first")
        assert "reply_markup" not in str(changed.body), "a message of an album gets no buttons"
        same = await harness.call("editMessageCaption", **edit, caption="first")
        assert "message is not modified" in same.description
        bare = await harness.call("copyMessages", **place, message_ids=ids[:1], remove_caption=True)
        assert bare.status == 200
        assert group.messages(thread)[-1].text == ""
        private = {"chat_id": anna.user_id, "message_thread_id": None}
        for wrong, reason in (
            ([], "message identifiers are not specified"),
            ([first, first], "message identifiers must be in a strictly increasing order"),
            (list(range(1, 102)), "too many message identifiers specified"),
        ):
            refused = await harness.call("copyMessages", **{**place, **private}, message_ids=wrong)
            assert refused.description == f"Bad Request: {reason}"
        nothing = await harness.call("copyMessages", **{**place, **private}, message_ids=[901, 902])
        assert nothing.description == "Bad Request: messages to copy not found"

    run_scenario(scenario)


def test_missing_and_service_messages_cannot_be_copied() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        source = {"chat_id": olga.user_id, "from_chat_id": group.chat_id}
        gone = await harness.call("copyMessage", **source, message_id=999)
        assert gone.description == "Bad Request: message to copy not found"
        thread = await new_topic(harness, group)
        service = await harness.call("copyMessage", **source, message_id=thread)
        assert service.description == "Bad Request: message can't be copied"
        service = await harness.call("forwardMessage", **source, message_id=thread)
        assert service.description == "Bad Request: message can't be forwarded"
        gone = await harness.call("forwardMessage", **source, message_id=999)
        assert gone.description == "Bad Request: message to forward not found"

    run_scenario(scenario)


def test_the_bot_sets_one_reaction_and_removes_it() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        group, olga = await support_group(harness)
        await group.by(olga).text("An answer")
        target = {"chat_id": group.chat_id, "message_id": group.messages()[-1].message_id}

        async def react(*emoji: str) -> str:
            reaction = [{"type": "emoji", "emoji": one} for one in emoji]
            response = await harness.call("setMessageReaction", **target, reaction=reaction)
            return "done" if response.body.get("result") is True else response.description

        assert await react("👌") == "done"
        assert await react("❤️") == "done"
        group.by(olga).reacts(target["message_id"], "👍")
        assert set(group.messages()[-1].reactions) == {"❤", "👍"}
        assert group.messages()[-1].edited_at is None
        assert await react() == "done"
        assert group.messages()[-1].reactions == ("👍",)
        assert await react("✅") == "Bad Request: REACTION_INVALID"
        assert await react("👌", "👍") == "Bad Request: REACTIONS_TOO_MANY"
        assert not delivered(harness, "message_reaction")

    run_scenario(scenario)


@pytest.mark.parametrize("allowed", [(), ("👍",)])
def test_a_group_may_allow_few_reactions_or_none(allowed: tuple[str, ...]) -> None:
    async def scenario(harness: Harness) -> None:
        group, _ = await support_group(harness)
        group.group.available_reactions = allowed
        target = {"chat_id": group.chat_id, "message_id": message_id(await send(harness, group.chat_id))}
        refused = await harness.call("setMessageReaction", **target, reaction=[{"type": "emoji", "emoji": "👌"}])
        assert refused.description == "Bad Request: REACTION_INVALID"
        chat: dict[str, Any] = (await harness.call("getChat", chat_id=group.chat_id)).result
        assert [one["emoji"] for one in chat["available_reactions"]] == list(allowed)
        missing = {**target, "message_id": 999}
        gone = await harness.call("setMessageReaction", **missing, reaction=[])
        assert gone.description == "Bad Request: message to react not found"

    run_scenario(scenario)
