"""Groups of the fake Telegram: members, the bot's rights, privacy mode, migration; with the texts of Telegram."""

import pytest
from aiogram.types import ChatFullInfo, ChatMemberAdministrator, ChatMemberLeft, ChatMemberMember, ChatMemberOwner
from pydantic import BaseModel

from tests.integration.telegram_groups import NO_RIGHTS, last_message, message_id, parsed, send, support_group
from tests.integration.telegram_harness import KEYBOARD, Harness, delivered, run_scenario

KINDS: dict[str, type[BaseModel]] = {
    "creator": ChatMemberOwner,
    "administrator": ChatMemberAdministrator,
    "member": ChatMemberMember,
    "left": ChatMemberLeft,
}


def test_the_bot_hears_that_it_was_added_promoted_demoted_and_removed() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        olga = harness.telegram.person("Olga", started=True)
        group = harness.telegram.group("Support", olga)
        await group.adds_bot(olga)
        await group.promotes_bot(olga, "can_manage_topics")
        await group.demotes_bot(olga)
        await group.removes_bot(olga)
        changes = [update.my_chat_member for update in parsed(harness) if update.my_chat_member]
        assert [(one.old_chat_member.status, one.new_chat_member.status) for one in changes] == [
            ("left", "member"),
            ("member", "administrator"),
            ("administrator", "member"),
            ("member", "kicked"),
        ]
        promoted = harness.received[2]["my_chat_member"]
        assert isinstance(promoted, dict)
        assert promoted["new_chat_member"]["can_manage_topics"] is True
        assert promoted["new_chat_member"]["can_delete_messages"] is False
        assert promoted["chat"] == {
            "id": group.chat_id,
            "type": "supergroup",
            "title": "Support",
            "is_forum": True,
        }
        [joined] = delivered(harness, "new_chat_members")
        assert [user["id"] for user in joined["new_chat_members"]] == [harness.telegram.conversations.bot_id]

    run_scenario(scenario)


@pytest.mark.parametrize(
    ("basic", "kicked", "left"),
    [
        (False, "bot was kicked from the supergroup chat", "bot is not a member of the supergroup chat"),
        (True, "bot was kicked from the group chat", "bot is not a member of the group chat"),
    ],
)
def test_a_bot_outside_a_group_cannot_write_to_it(basic: bool, kicked: str, left: str) -> None:
    async def scenario(harness: Harness) -> None:
        olga = harness.telegram.person("Olga", started=True)
        group = harness.telegram.group("Support", olga, basic=basic)
        outside = await send(harness, group.chat_id)
        assert (outside.status, outside.description) == (403, f"Forbidden: {left}")
        await group.adds_bot(olga)
        assert (await send(harness, group.chat_id)).status == 200
        await group.removes_bot(olga)
        removed = await send(harness, group.chat_id)
        assert (removed.status, removed.description) == (403, f"Forbidden: {kicked}")
        unknown = await send(harness, -1_000_000_000_001)
        assert (unknown.status, unknown.description) == (400, "Bad Request: chat not found")

    run_scenario(scenario)


def test_the_group_its_members_and_its_administrators_can_be_read() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness, "can_manage_topics")
        boris, stranger = harness.telegram.person("Boris"), harness.telegram.person("Stranger")
        group.joins(boris)
        chat = (await harness.call("getChat", chat_id=group.chat_id)).result
        assert ChatFullInfo.model_validate(chat).is_forum is True
        assert (await harness.call("getChat", chat_id=olga.user_id)).result["type"] == "private"

        async def status(user_id: int) -> object:
            response = await harness.call("getChatMember", chat_id=group.chat_id, user_id=user_id)
            KINDS[str(response.result["status"])].model_validate(response.result)
            return response.result["status"]

        bot_id = harness.telegram.conversations.bot_id
        assert [await status(one.user_id) for one in (olga, boris, stranger)] == ["creator", "member", "left"]
        assert await status(bot_id) == "administrator"
        unknown = await harness.call("getChatMember", chat_id=group.chat_id, user_id=5)
        assert unknown.description == "Bad Request: PARTICIPANT_ID_INVALID"
        listed = (await harness.call("getChatAdministrators", chat_id=group.chat_id)).body["result"]
        assert isinstance(listed, list)
        assert [one["user"]["id"] for one in listed] == [olga.user_id, bot_id]
        assert listed[1]["can_manage_topics"] is True
        assert listed[1]["can_delete_messages"] is False
        private = await harness.call("getChatAdministrators", chat_id=olga.user_id)
        assert private.description == "Bad Request: there are no administrators in the private chat"
        assert (await harness.call("getChatMemberCount", chat_id=group.chat_id)).body["result"] == 3

    run_scenario(scenario)


def test_buttons_that_ask_for_people_are_for_private_chats_only() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        people = {"text": "Choose", "request_users": {"request_id": 1, "user_is_bot": False, "max_quantity": 1}}
        for button, reason in (
            (people, "users can be requested in private chats only"),
            ({"text": "Mine", "request_contact": True}, "phone number can be requested in private chats only"),
            ({"text": " "}, "keyboard button text must be non-empty"),
        ):
            refused = await send(harness, group.chat_id, reply_markup={"keyboard": [[button]]})
            assert (refused.status, refused.description) == (400, f"Bad Request: {reason}")
        assert (await send(harness, group.chat_id, reply_markup={"keyboard": [["Any text"]]})).status == 200
        await olga.sends("/start")
        assert (await send(harness, olga.user_id, reply_markup={"keyboard": [[people]]})).status == 200

    run_scenario(scenario)


def test_privacy_mode_hides_what_members_say_from_a_bot_that_is_no_administrator() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        await harness.set_webhook()
        await group.by(olga).text("an administrator hears this")
        sent = message_id(await send(harness, group.chat_id, "A question"))
        await group.demotes_bot(olga)
        await group.by(olga).text("a member does not")
        await group.by(olga).text("/id")
        await group.by(olga).text("/id@another_bot")
        await group.by(olga).text("/id@VPN_demo_bot now")
        await group.by(olga).text("an answer", reply_to=sent)
        await group.removes_bot(olga)
        await group.by(olga).text("/id")
        texts = [message["text"] for message in delivered(harness, "text")]
        assert texts == ["an administrator hears this", "/id", "/id@VPN_demo_bot now", "an answer"]

    run_scenario(scenario)


def test_an_anonymous_administrator_writes_in_the_name_of_the_group() -> None:
    async def scenario(harness: Harness) -> None:
        group, _ = await support_group(harness)
        await harness.set_webhook()
        masha = harness.telegram.person("Masha")
        group.promotes(masha, NO_RIGHTS, anonymous=True)
        await group.by(masha).text("An answer")
        message = last_message(harness)
        assert message["from"]["username"] == "GroupAnonymousBot"
        assert message["sender_chat"]["id"] == group.chat_id
        assert masha.user_id not in {message["from"]["id"], message["chat"]["id"]}

    run_scenario(scenario)


def test_a_basic_group_that_becomes_a_supergroup_names_its_new_id() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness, basic=True)
        await harness.set_webhook()
        assert group.chat_id == -1001
        upgraded = await group.migrates(olga)
        assert upgraded.chat_id == -1_000_000_001_001
        refused = await send(harness, group.chat_id)
        assert refused.body == {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": upgraded.chat_id},
        }
        assert (await send(harness, upgraded.chat_id)).status == 200
        [there], [back] = delivered(harness, "migrate_to_chat_id"), delivered(harness, "migrate_from_chat_id")
        assert (there["chat"]["id"], there["migrate_to_chat_id"]) == (group.chat_id, upgraded.chat_id)
        assert (back["chat"]["id"], back["migrate_from_chat_id"]) == (upgraded.chat_id, group.chat_id)

    run_scenario(scenario)


def test_a_supergroup_numbers_its_messages_apart_from_private_chats() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        other = harness.telegram.group("Another", olga)
        await other.adds_bot(olga)
        in_group = message_id(await send(harness, group.chat_id))
        in_other = message_id(await send(harness, other.chat_id))
        private = message_id(await send(harness, olga.user_id))
        assert (in_group, in_other, private) == (3, 3, 1)

    run_scenario(scenario)


def test_a_tap_in_a_group_names_the_group_and_the_person() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        await harness.set_webhook()
        await send(harness, group.chat_id, reply_markup=KEYBOARD)
        outcome = await olga.taps("Try free", on=group.messages()[-1], wait=False)
        await harness.telegram.idle()
        query = harness.received[-1]["callback_query"]
        assert isinstance(query, dict)
        assert query["from"]["id"] == olga.user_id
        assert query["message"]["chat"]["id"] == group.chat_id
        assert len(outcome.update_ids) == 1

    run_scenario(scenario)


def test_only_with_the_right_does_a_bot_delete_messages_of_others() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness, "can_manage_topics")
        await group.by(olga).text("spam")
        target = {"chat_id": group.chat_id, "message_id": group.messages()[-1].message_id}
        refused = await harness.call("deleteMessage", **target)
        assert refused.description == "Bad Request: message can't be deleted"
        await group.promotes_bot(olga)
        assert (await harness.call("deleteMessage", **target)).status == 200
        assert "spam" not in [message.text for message in group.messages()]

    run_scenario(scenario)
