"""The methods of the fake Bot API have the effects and the errors of the real ones."""

import io
import json
from datetime import timedelta

import aiohttp
import pytest
import segno

from local.telegram.person import NotOnScreenError
from tests.integration.telegram_harness import (
    KEYBOARD,
    BotApiResponse,
    Harness,
    bot_sends,
    person_with_chat,
    run_scenario,
)


async def upload(
    harness: Harness, method: str, field: str, content: bytes, name: str, **arguments: str
) -> BotApiResponse:
    """Call a method with a file in a multipart body."""
    form = aiohttp.FormData()
    for key, value in arguments.items():
        form.add_field(key, value)
    form.add_field(field, content, filename=name)
    url = f"{harness.base}/bot{harness.telegram.token}/{method}"
    async with harness.http.post(url, data=form) as response:
        return BotApiResponse(response.status, await response.json())


def png_picture() -> bytes:
    """Return a valid PNG."""
    buffer = io.BytesIO()
    segno.make("https://example.org").save(buffer, kind="png", scale=4)
    return buffer.getvalue()


def test_a_message_with_buttons_is_sent_tapped_and_edited() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        message_id = await bot_sends(
            harness, anna, "<b>Hi</b> &amp; welcome", parse_mode="HTML", reply_markup=KEYBOARD
        )
        assert anna.sees("Hi & welcome")
        assert anna.screen.labels == ["🎁 Try free", "Terms", "📋 Copy"]
        assert (await anna.taps("copy")).copied == "vless://key"
        assert (await anna.taps("Terms")).opened_url == "https://example.org/terms"
        await harness.call("editMessageText", chat_id=anna.user_id, message_id=message_id, text="Bye")
        assert not anna.sees("welcome")
        assert anna.messages[-1].edited_at is not None
        with pytest.raises(NotOnScreenError):
            await anna.taps("Try free")

    run_scenario(scenario)


def test_edits_without_a_change_and_of_missing_messages_are_rejected() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        message_id = await bot_sends(harness, anna, "Welcome", reply_markup=KEYBOARD)
        target = {"chat_id": anna.user_id, "message_id": message_id}
        same = await harness.call("editMessageText", **target, text="Welcome", reply_markup=KEYBOARD)
        assert same.status == 400
        assert same.description.startswith("Bad Request: message is not modified: specified new message content")
        again = await harness.call("editMessageReplyMarkup", **target, reply_markup=KEYBOARD)
        assert again.description == same.description
        caption = await harness.call("editMessageCaption", **target, caption="x")
        assert caption.description == "Bad Request: there is no caption in the message to edit"
        own = anna.messages[0].message_id
        not_ours = await harness.call("editMessageText", chat_id=anna.user_id, message_id=own, text="x")
        assert not_ours.description == "Bad Request: message can't be edited"
        assert (await harness.call("deleteMessage", **target)).body["result"] is True
        gone = await harness.call("editMessageText", **target, text="x")
        assert gone.description == "Bad Request: message to edit not found"
        gone = await harness.call("deleteMessage", **target)
        assert gone.description == "Bad Request: message to delete not found"

    run_scenario(scenario)


def test_a_message_older_than_48_hours_cannot_be_deleted() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        message_id = await bot_sends(harness, anna)
        harness.advance(timedelta(hours=49))
        response = await harness.call("deleteMessage", chat_id=anna.user_id, message_id=message_id)
        assert response.description == "Bad Request: message can't be deleted for everyone"

    run_scenario(scenario)


def test_a_bot_can_write_only_to_people_who_started_and_did_not_block_it() -> None:
    async def scenario(harness: Harness) -> None:
        boris = harness.telegram.person("Boris")
        response = await harness.call("sendMessage", chat_id=boris.user_id, text="x")
        assert response.description == "Forbidden: bot can't initiate conversation with a user"
        await boris.sends("/start", wait=False)
        await boris.blocks_bot()
        response = await harness.call("sendMessage", chat_id=boris.user_id, text="x")
        assert (response.status, response.description) == (403, "Forbidden: bot was blocked by the user")
        await boris.unblocks()
        assert (await harness.call("sendMessage", chat_id=boris.user_id, text="x")).status == 200

    run_scenario(scenario)


def test_photos_and_documents_are_uploaded_served_and_reused() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        chat = {"chat_id": str(anna.user_id)}
        picture = png_picture()
        sent = (await upload(harness, "sendPhoto", "photo", picture, "qr.png", **chat, caption="Scan it")).result
        photo = anna.messages[-1].photo
        assert photo is not None
        assert (photo.content, photo.width > 100) == (picture, True)
        again = await harness.call("sendPhoto", chat_id=anna.user_id, photo=photo.file_id)
        assert again.status == 200
        path = (await harness.call("getFile", file_id=photo.file_id)).result["file_path"]
        async with harness.http.get(f"{harness.base}/file/bot{harness.telegram.token}/{path}") as response:
            assert await response.read() == picture
        await upload(harness, "sendDocument", "document", b'{"a": 1}', "data.json", **chat)
        document = anna.messages[-1].document
        assert document is not None
        assert (document.name, document.content_type) == ("data.json", "application/json")
        media = json.dumps({"type": "photo", "media": "attach://new", "caption": "Newer"})
        target = {**chat, "message_id": str(sent["message_id"]), "media": media}
        edited = await upload(harness, "editMessageMedia", "new", png_picture(), "qr.png", **target)
        assert edited.result["caption"] == "Newer"
        too_long = await harness.call("sendPhoto", chat_id=anna.user_id, photo=photo.file_id, caption="x" * 1025)
        assert too_long.description == "Bad Request: message caption is too long"
        unknown = await harness.call("sendPhoto", chat_id=anna.user_id, photo="unknown-file")
        assert unknown.description == "Bad Request: wrong file identifier/HTTP URL specified"
        broken = await upload(harness, "sendPhoto", "photo", b"no picture", "x.png", **chat)
        assert broken.description == "Bad Request: IMAGE_PROCESS_FAILED"

    run_scenario(scenario)


def test_messages_are_copied_and_forwarded() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        support = harness.telegram.person("Support")
        await support.sends("/start", wait=False)
        source = {"from_chat_id": anna.user_id, "message_id": anna.messages[0].message_id}
        await harness.call("copyMessage", chat_id=support.user_id, **source)
        forwarded = await harness.call("forwardMessage", chat_id=support.user_id, **source)
        origin = forwarded.result["forward_origin"]
        assert isinstance(origin, dict)
        assert origin["sender_user"]["first_name"] == "Anna"
        assert [message.text for message in support.messages] == ["/start", "/start", "/start"]
        missing = await harness.call(
            "copyMessage", chat_id=support.user_id, from_chat_id=anna.user_id, message_id=999
        )
        assert missing.description == "Bad Request: message to copy not found"

    run_scenario(scenario)


def test_a_reply_contains_the_message_it_replies_to_without_nested_replies() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = harness.telegram.person("Anna", started=True)
        question = (await harness.call("sendMessage", chat_id=anna.user_id, text="A question")).result
        question_id = anna.messages[-1].message_id
        assert question_id == question["message_id"]
        await anna.sends("An answer", reply_to=question_id)
        message = harness.received[-1]["message"]
        assert isinstance(message, dict)
        assert message["reply_to_message"]["text"] == "A question"
        await anna.sends("And another", reply_to=message["message_id"])
        again = harness.received[-1]["message"]
        assert isinstance(again, dict)
        assert "reply_to_message" not in again["reply_to_message"]

    run_scenario(scenario)


def test_an_answer_to_a_callback_query_is_rejected_after_its_time_limit() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = await person_with_chat(harness)
        await bot_sends(harness, anna, reply_markup=KEYBOARD)
        await anna.taps("Try free")
        query = harness.received[-1]["callback_query"]
        assert isinstance(query, dict)
        harness.advance(timedelta(minutes=1))
        late = await harness.call("answerCallbackQuery", callback_query_id=query["id"])
        expected = "Bad Request: query is too old and response timeout expired or query ID is invalid"
        assert (late.status, late.description) == (400, expected)
        await anna.taps_data("old:button", on=anna.screen)
        query = harness.received[-1]["callback_query"]
        assert isinstance(query, dict)
        assert query["data"] == "old:button"
        answered = await harness.call("answerCallbackQuery", callback_query_id=query["id"], text="Hello")
        assert answered.status == 200
        assert anna.answers == ["Hello"]

    run_scenario(scenario)


def test_a_tap_on_a_deleted_message_refers_to_an_inaccessible_message() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.set_webhook()
        anna = await person_with_chat(harness)
        message_id = await bot_sends(harness, anna, reply_markup=KEYBOARD)
        old = anna.screen
        await harness.call("deleteMessage", chat_id=anna.user_id, message_id=message_id)
        await anna.taps("Try free", on=old)
        query = harness.received[-1]["callback_query"]
        assert isinstance(query, dict)
        assert (query["message"]["date"], query["message"]["message_id"]) == (0, message_id)

    run_scenario(scenario)


def test_an_unknown_method_is_answered_with_501_and_a_wrong_token_with_401() -> None:
    async def scenario(harness: Harness) -> None:
        unknown = await harness.call("sendDice", chat_id=1)
        assert unknown.status == 501
        assert "sendDice" in unknown.description
        async with harness.http.get(f"{harness.base}/bot1:wrong/getMe") as response:
            assert response.status == 401
        url = f"{harness.base}/bot{harness.telegram.token}/getchat?chat_id=5"
        async with harness.http.get(url) as response:
            assert (await response.json())["description"] == "Bad Request: chat not found"

    run_scenario(scenario)


def test_the_description_of_the_bot_is_shown_in_the_language_of_the_person() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.call("setMyDescription", description="Fast internet")
        await harness.call("setMyDescription", description="Быстрый интернет", language_code="ru")
        commands = [{"command": "start", "description": "Home"}]
        await harness.call("setMyCommands", commands=commands)
        assert (await harness.call("getMyCommands")).body["result"] == commands
        shown = harness.telegram.account_methods
        assert shown.shown_text("description", "ru") == "Быстрый интернет"
        assert shown.shown_text("description", "de") == "Fast internet"
        assert harness.telegram.commands.shown("ru") == commands
        bad = await harness.call("setMyCommands", commands=[{"command": "Old Home", "description": "x"}])
        assert bad.description == "Bad Request: BOT_COMMAND_INVALID"

    run_scenario(scenario)
