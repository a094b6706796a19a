"""People whom the bot cannot reach, and the commands of each scope."""

from tests.integration.telegram_groups import message_id, send, support_group
from tests.integration.telegram_harness import Harness, person_with_chat, run_scenario


def test_who_blocks_the_bot_or_deletes_the_account_cannot_be_written_to() -> None:
    async def scenario(harness: Harness) -> None:
        anna, boris = await person_with_chat(harness), await person_with_chat(harness)
        sent = message_id(await send(harness, anna.user_id))
        await boris.sends("a source", wait=False)
        source: dict[str, object] = {"from_chat_id": boris.user_id, "message_id": boris.messages[-1].message_id}
        calls: tuple[tuple[str, dict[str, object]], ...] = (
            ("sendMessage", {"text": "x"}),
            ("copyMessage", source),
            ("forwardMessage", source),
            ("editMessageText", {"message_id": sent, "text": "y"}),
            ("setMessageReaction", {"message_id": sent, "reaction": []}),
            ("sendChatAction", {"action": "typing"}),
        )

        async def answers() -> set[tuple[int, str]]:
            responses = [await harness.call(method, chat_id=anna.user_id, **more) for method, more in calls]
            return {(response.status, response.description) for response in responses}

        await anna.blocks_bot()
        assert await answers() == {(403, "Forbidden: bot was blocked by the user")}
        await anna.unblocks()
        anna.deactivates()
        assert await answers() == {(403, "Forbidden: user is deactivated")}
        assert (await send(harness, boris.user_id)).status == 200
        nobody = await send(harness, 42)
        assert (nobody.status, nobody.description) == (400, "Bad Request: chat not found")

    run_scenario(scenario)


def test_commands_are_shown_by_scope_and_language() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        group, olga = await support_group(harness)
        group.joins(anna)

        async def commands(name: str, scope: dict[str, object] | None, language: str = "") -> int:
            listed = [{"command": name, "description": name}]
            call = await harness.call("setMyCommands", commands=listed, scope=scope, language_code=language)
            return call.status

        own: dict[str, object] = {"type": "chat", "chat_id": olga.user_id}
        admins: dict[str, object] = {"type": "chat_administrators", "chat_id": group.chat_id}
        assert await commands("start", None) == 200
        assert await commands("nachat", None, "ru") == 200
        assert await commands("admin", own) == 200
        assert await commands("support", admins) == 200
        shown = harness.telegram.commands

        def names(listed: list[dict[str, str]]) -> list[str]:
            return [command["command"] for command in listed]

        assert names(shown.shown("en", anna.user_id)) == ["start"]
        assert names(shown.shown("ru", anna.user_id)) == ["nachat"]
        assert names(shown.shown("ru", olga.user_id)) == ["admin"]
        assert names(shown.shown_in_group("en", group.group, olga.user_id)) == ["support"]
        assert names(shown.shown_in_group("en", group.group, anna.user_id)) == ["start"]
        assert (await harness.call("getMyCommands", scope=own)).body["result"] == [
            {"command": "admin", "description": "admin"}
        ]
        assert (await harness.call("deleteMyCommands", scope=own)).body["result"] is True
        assert names(shown.shown("ru", olga.user_id)) == ["nachat"]
        assert (await harness.call("getMyCommands", scope=own)).body["result"] == []
        unknown = await harness.call("setMyCommands", commands=[], scope={"type": "chat", "chat_id": 42})
        assert unknown.description == "Bad Request: chat not found"

    run_scenario(scenario)
