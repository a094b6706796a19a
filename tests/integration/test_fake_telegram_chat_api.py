"""The API of the chat page: people, messages, replies, taps and events."""

import json

from local.control_panel.update_summary import summary_of
from local.telegram.updates import Update
from tests.integration.telegram_harness import KEYBOARD, Harness, run_scenario


def update_of(harness: Harness, update_id: int) -> Update:
    """Return a stored update."""
    update = harness.telegram.updates.find(update_id)
    assert update is not None
    return update


def test_the_page_sends_messages_and_taps_and_receives_events() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        new = {"name": "You", "language": "ru"}
        async with harness.http.post(f"{harness.base}/chat/api/people", json=new) as response:
            person = await response.json()
        chat = f"{harness.base}/chat/api/people/{person['id']}"
        events = await harness.http.get(f"{harness.base}/chat/api/events")
        await events.content.readuntil(b"\n\n")
        async with harness.http.post(f"{chat}/messages", json={"text": "/start"}) as response:
            assert response.status == 200
        kinds = []
        while "message" not in kinds:
            line = await events.content.readuntil(b"\n\n")
            kinds.append(json.loads(line.removeprefix(b"data: "))["kind"])
        events.close()
        await harness.telegram.idle()
        sent = await harness.call("sendMessage", chat_id=person["id"], text="Hi", reply_markup=KEYBOARD)
        position = {"message_id": sent.result["message_id"], "row": 0, "column": 0}
        async with harness.http.post(f"{chat}/taps", json=position) as response:
            assert response.status == 200
        async with harness.http.post(f"{chat}/taps", json={**position, "row": 1}) as response:
            assert response.status == 404
        await harness.telegram.idle()
        assert "callback_query" in harness.received[-1]
        async with harness.http.get(f"{chat}/messages") as response:
            shown = await response.json()
        assert shown[-1]["buttons"][0][0] == {
            "text": "🎁 Try free",
            "kind": "callback",
            "style": "primary",
            "value": None,
        }
        async with harness.http.patch(chat, json={"language": "en", "blocked": True}) as response:
            assert await response.json() == {
                "id": person["id"],
                "name": "You",
                "language": "en",
                "started": True,
                "blocked": True,
                "operator": False,
                "deactivated": False,
                "keyboard": [],
            }

    run_scenario(scenario)


def test_a_person_who_is_not_on_the_page_receives_messages() -> None:
    async def scenario(harness: Harness) -> None:
        sample = harness.telegram.person("Sample", user_id=42, started=True, on_page=False)
        anna = harness.telegram.person("Anna")
        assert (await harness.call("sendMessage", chat_id=42, text="Hi")).status == 200
        assert sample.sees("Hi")
        async with harness.http.get(f"{harness.base}/chat/api/state") as response:
            assert [person["id"] for person in (await response.json())["people"]] == [anna.user_id]

    run_scenario(scenario)


def test_the_page_replies_only_to_messages_of_the_chat_and_shows_them() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        support = harness.telegram.person("Support", started=True, operator=True)
        chat = f"{harness.base}/chat/api/people/{support.user_id}"
        sent = (await harness.call("sendMessage", chat_id=support.user_id, text="A question")).result
        for unknown in (999, "1"):
            async with harness.http.post(f"{chat}/messages", json={"text": "Hm", "reply_to": unknown}) as response:
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

    run_scenario(scenario)


def test_taps_at_once_have_separate_queues_and_other_taps_share_one() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna", started=True)
        sent = (await harness.call("sendMessage", chat_id=anna.user_id, text="Hi", reply_markup=KEYBOARD)).result
        position = {"message_id": sent["message_id"], "row": 0, "column": 0}
        queues = []
        for at_once in (False, False, True, True):
            taps = f"{harness.base}/chat/api/people/{anna.user_id}/taps"
            async with harness.http.post(taps, json={**position, "at_once": at_once}) as response:
                update_id = (await response.json())["update_id"]
            queues.append(update_of(harness, update_id).queue)
        assert queues[0] == queues[1]
        assert len(set(queues)) == 3
        await harness.telegram.idle()
        assert summary_of(update_of(harness, update_id)) == {
            "user_id": anna.user_id,
            "name": "Anna",
            "what": "🎁 Try free",
            "tap": True,
        }

    run_scenario(scenario)


def test_the_summary_of_a_block_is_the_kind_of_its_update() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna")
        await anna.sends("/start")
        await anna.blocks_bot()
        update_id = harness.received[-1]["update_id"]
        assert isinstance(update_id, int)
        assert summary_of(update_of(harness, update_id))["what"] == "my_chat_member"

    run_scenario(scenario)


def test_an_update_that_is_no_longer_stored_has_an_empty_summary() -> None:
    assert summary_of(None)["what"] == ""
