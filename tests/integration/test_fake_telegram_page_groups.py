"""The API of the chat page: groups and topics, files, edits, buttons below the input."""

from typing import Any

from tests.integration.telegram_groups import last_message, message_id, new_topic, send, support_group
from tests.integration.telegram_harness import KEYBOARD, Harness, delivered, person_with_chat, run_scenario


async def get(harness: Harness, path: str) -> Any:
    """Return the answer to a GET request to the page's API."""
    async with harness.http.get(f"{harness.base}/chat/api/{path}") as response:
        return await response.json()


async def post(harness: Harness, path: str, body: dict[str, object], *, method: str = "POST") -> tuple[int, Any]:
    """Return status and answer of a request to the page's API."""
    async with harness.http.request(method, f"{harness.base}/chat/api/{path}", json=body) as response:
        plain = response.content_type != "application/json"
        return response.status, await response.text() if plain else await response.json()


def test_the_page_shows_a_group_with_its_topics_and_a_member_writes_in_one() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        await harness.set_webhook()
        thread = await new_topic(harness, group)
        question = message_id(await send(harness, group.chat_id, "A question", message_thread_id=thread))
        state = await get(harness, "state")
        assert state["groups"] == [
            {
                "id": group.chat_id,
                "title": "Support",
                "forum": True,
                "bot": "administrator",
                "members": [olga.user_id, harness.telegram.conversations.bot_id],
                "topics": [{"id": thread, "name": "Anna · #1", "closed": False}],
            }
        ]
        body = {"text": "An answer", "chat_id": group.chat_id, "thread_id": thread, "reply_to": question}
        status, _ = await post(harness, f"people/{olga.user_id}/messages", body)
        assert status == 200
        await harness.telegram.idle()
        assert last_message(harness)["reply_to_message"]["message_id"] == question
        shown = (await get(harness, f"groups/{group.chat_id}/messages"))[-1]
        assert (shown["sender_id"], shown["sender"], shown["thread_id"]) == (olga.user_id, "Olga", thread)
        assert shown["reply_to"] == {"message_id": question, "text": "A question"}
        anna = await person_with_chat(harness)
        assert (await post(harness, f"people/{anna.user_id}/messages", body))[0] == 404
        async with harness.http.get(f"{harness.base}/chat/api/groups/-5/messages") as response:
            assert response.status == 404

    run_scenario(scenario)


def test_a_tap_on_the_page_reaches_the_bot_from_a_group() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        await harness.set_webhook()
        sent = message_id(await send(harness, group.chat_id, reply_markup=KEYBOARD))
        tap: dict[str, object] = {"message_id": sent, "row": 0, "column": 0}
        assert (await post(harness, f"people/{olga.user_id}/taps", tap))[0] == 404
        assert (await post(harness, f"people/{olga.user_id}/taps", {**tap, "chat_id": group.chat_id}))[0] == 200
        await harness.telegram.idle()
        assert delivered(harness, "callback_query")[0]["message"]["chat"]["id"] == group.chat_id

    run_scenario(scenario)


def test_the_page_sends_files_and_albums_and_edits_own_messages() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        await harness.set_webhook()
        messages = f"people/{anna.user_id}/messages"
        assert (await post(harness, messages, {"files": ["photo", "photo"], "text": "Two"}))[0] == 200
        assert (await post(harness, messages, {"files": ["sticker"]}))[0] == 200
        assert (await post(harness, messages, {"files": ["hologram"]}))[0] == 400
        assert (await post(harness, messages, {"files": []}))[0] == 400
        await harness.telegram.idle()
        first, second = delivered(harness, "photo")
        assert first["media_group_id"] == second["media_group_id"]
        shown = await get(harness, messages)
        assert [message["media"]["kind"] for message in shown[-3:]] == ["photo", "photo", "sticker"]
        assert shown[-1]["media"]["emoji"] == "🙂"
        own = shown[-3]["message_id"]
        assert (await post(harness, f"{messages}/{own}", {"text": "Three"}, method="PATCH"))[0] == 200
        await harness.telegram.idle()
        assert delivered(harness, "edited_message")[-1]["caption"] == "Three"
        bots = message_id(await send(harness, anna.user_id))
        assert (await post(harness, f"{messages}/{bots}", {"text": "x"}, method="PATCH"))[0] == 404

    run_scenario(scenario)


def test_the_page_presses_buttons_below_the_input() -> None:
    async def scenario(harness: Harness) -> None:
        anna, boris = await person_with_chat(harness), harness.telegram.person("Boris")
        await harness.set_webhook()
        rows = [[{"text": "Choose", "request_users": {"request_id": 1}}, "Cancel"]]
        await send(harness, anna.user_id, reply_markup={"keyboard": rows})
        [shown, _] = (await get(harness, "state"))["people"]
        assert shown["keyboard"] == [[{"text": "Choose", "chooses": True}, {"text": "Cancel", "chooses": False}]]
        presses = f"people/{anna.user_id}/presses"
        assert (await post(harness, presses, {"label": "Choose", "people": [boris.user_id]}))[0] == 200
        assert (await post(harness, presses, {"label": "Choose"}))[0] == 400
        assert (await post(harness, presses, {"label": "Unknown"}))[0] == 404
        await harness.telegram.idle()
        assert delivered(harness, "users_shared")[0]["users_shared"]["users"] == [{"user_id": boris.user_id}]

    run_scenario(scenario)


def test_the_page_makes_a_person_unreachable() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        _, shown = await post(harness, f"people/{anna.user_id}", {"deactivated": True}, method="PATCH")
        assert shown["deactivated"] is True
        assert (await send(harness, anna.user_id)).description == "Forbidden: user is deactivated"

    run_scenario(scenario)
