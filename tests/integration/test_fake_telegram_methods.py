"""The fake Bot API does what Telegram does, and refuses what Telegram refuses, in its words."""

import asyncio
import io
import json
from datetime import timedelta

import aiohttp
import pytest
import segno

from local.telegram.person import NotOnScreenError, Person
from tests.integration.telegram_harness import Called, Harness, in_harness

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "🎁 Try free", "callback_data": "trial", "style": "primary"}],
        [
            {"text": "Terms", "url": "https://example.org/terms"},
            {"text": "📋 Copy", "copy_text": {"text": "vless://key"}},
        ],
    ]
}


async def started(harness: Harness) -> Person:
    """Let a person write, so that the bot may answer."""
    anna = harness.telegram.person("Anna")
    await anna.sends("/start", wait=False)
    return anna


async def said(harness: Harness, anna: Person, text: str = "Welcome", **more: object) -> int:
    """Let the bot say something; return the message's id."""
    called = await harness.call("sendMessage", chat_id=anna.user_id, text=text, **more)
    return int(str(called.result["message_id"]))


async def uploaded(harness: Harness, method: str, field: str, content: bytes, name: str, **more: str) -> Called:
    """Call a method with a file in a multipart body."""
    form = aiohttp.FormData()
    for key, value in more.items():
        form.add_field(key, value)
    form.add_field(field, content, filename=name)
    url = f"{harness.base}/bot{harness.telegram.token}/{method}"
    async with harness.http.post(url, data=form) as response:
        return Called(response.status, await response.json())


def qr_picture() -> bytes:
    """Make a real PNG."""
    buffer = io.BytesIO()
    segno.make("https://example.org").save(buffer, kind="png", scale=4)
    return buffer.getvalue()


def test_a_screen_is_sent_edited_and_seen_by_its_labels() -> None:
    async def play(harness: Harness) -> None:
        anna = await started(harness)
        message_id = await said(harness, anna, "<b>Hi</b> &amp; welcome", parse_mode="HTML", reply_markup=KEYBOARD)
        assert anna.sees("Hi & welcome")
        assert anna.screen.labels == ["🎁 Try free", "Terms", "📋 Copy"]
        assert (await anna.taps("copy")).copied == "vless://key"
        assert (await anna.taps("Terms")).opened_url == "https://example.org/terms"
        await harness.call("editMessageText", chat_id=anna.user_id, message_id=message_id, text="Bye")
        assert not anna.sees("welcome")
        assert anna.messages[-1].edited_at is not None
        with pytest.raises(NotOnScreenError):
            await anna.taps("Try free")

    in_harness(play)


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"text": "x", "chat_id": 1}, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": None}, "Bad Request: chat_id is empty"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n"}, "Bad Request: text must be non-empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "ё<x>x</x>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 2',
        ),
        (
            {"text": "<b><i>x</b></i>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        (
            {"text": "2 </b> 1", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Unexpected end tag at byte offset 2",
        ),
        (
            {"text": "1 < 2", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Unclosed start tag at byte offset 2",
        ),
    ],
)
def test_a_text_that_telegram_refuses_is_refused(arguments: dict[str, object], description: str) -> None:
    async def play(harness: Harness) -> None:
        anna = await started(harness)
        called = await harness.call("sendMessage", **{"chat_id": anna.user_id, **arguments})
        assert (called.status, called.description) == (400, description)

    in_harness(play)


@pytest.mark.parametrize(
    ("button", "status", "description"),
    [
        ({"text": "x", "callback_data": "я" * 33}, 400, "Bad Request: BUTTON_DATA_INVALID"),
        (
            {"text": "x", "callback_data": ""},
            400,
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"callback_data": "x"},
            400,
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"text": "x", "url": "happ://add/x"},
            400,
            "Bad Request: inline keyboard button URL 'happ://add/x' is invalid: Unsupported URL protocol",
        ),
        (
            {"text": "x", "url": "http://localhost:8080/s/x"},
            400,
            "Bad Request: inline keyboard button URL 'http://localhost:8080/s/x' is invalid: Wrong HTTP URL",
        ),
        ({"text": "x", "copy_text": {"text": "k" * 257}}, 400, "Bad Request: BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "callback_data": "я" * 32}, 200, "None"),
        ({"text": "x", "url": "http://127.0.0.1:8080/s/x"}, 200, "None"),
        ({"text": "x", "url": "tg://resolve?domain=x"}, 200, "None"),
        ({"text": "x", "copy_text": {"text": "k" * 256}}, 200, "None"),
    ],
)
def test_a_button_is_accepted_or_refused_as_telegram_does(
    button: dict[str, object], status: int, description: str
) -> None:
    async def play(harness: Harness) -> None:
        anna = await started(harness)
        markup = {"inline_keyboard": [[button]]}
        called = await harness.call("sendMessage", chat_id=anna.user_id, text="x", reply_markup=json.dumps(markup))
        assert (called.status, called.description) == (status, description)

    in_harness(play)


def test_4096_characters_after_entities_pass() -> None:
    async def play(harness: Harness) -> None:
        anna = await started(harness)
        text = "<b>" + "x" * 4096 + "</b>"
        called = await harness.call("sendMessage", chat_id=anna.user_id, text=text, parse_mode="HTML")
        assert called.result["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]

    in_harness(play)


def test_nested_html_becomes_entities_in_utf16_units() -> None:
    async def play(harness: Harness) -> None:
        anna = await started(harness)
        text = (
            "🎉 <b>bold <i>both</i></b> <tg-spoiler>s</tg-spoiler> <code>a&lt;b</code> "
            '<a href="https://example.org/?a=1&amp;b=2">link</a>'
            '\n<pre><code class="language-python">x</code></pre><blockquote>q</blockquote>'
        )
        result = (await harness.call("sendMessage", chat_id=anna.user_id, text=text, parse_mode="HTML")).result
        assert result["text"] == "🎉 bold both s a<b link\nxq"
        assert result["entities"] == [
            {"type": "bold", "offset": 3, "length": 9},
            {"type": "italic", "offset": 8, "length": 4},
            {"type": "spoiler", "offset": 13, "length": 1},
            {"type": "code", "offset": 15, "length": 3},
            {"type": "text_link", "offset": 19, "length": 4, "url": "https://example.org/?a=1&b=2"},
            {"type": "pre", "offset": 24, "length": 1, "language": "python"},
            {"type": "blockquote", "offset": 25, "length": 1},
        ]

    in_harness(play)


def test_edits_to_the_same_or_to_nothing_are_refused() -> None:
    async def play(harness: Harness) -> None:
        anna = await started(harness)
        message_id = await said(harness, anna, "Welcome", reply_markup=KEYBOARD)
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

    in_harness(play)


def test_a_message_of_two_days_ago_cannot_be_deleted() -> None:
    async def play(harness: Harness) -> None:
        anna = await started(harness)
        message_id = await said(harness, anna)
        harness.move(timedelta(hours=49))
        called = await harness.call("deleteMessage", chat_id=anna.user_id, message_id=message_id)
        assert called.description == "Bad Request: message can't be deleted for everyone"

    in_harness(play)


def test_a_bot_writes_only_to_who_wrote_first_and_did_not_block_it() -> None:
    async def play(harness: Harness) -> None:
        boris = harness.telegram.person("Boris")
        called = await harness.call("sendMessage", chat_id=boris.user_id, text="x")
        assert called.description == "Forbidden: bot can't initiate conversation with a user"
        await boris.sends("/start", wait=False)
        await boris.blocks_bot()
        called = await harness.call("sendMessage", chat_id=boris.user_id, text="x")
        assert (called.status, called.description) == (403, "Forbidden: bot was blocked by the user")
        await boris.unblocks()
        assert (await harness.call("sendMessage", chat_id=boris.user_id, text="x")).status == 200

    in_harness(play)


def test_somebody_off_the_page_can_be_written_to_all_the_same() -> None:
    async def play(harness: Harness) -> None:
        sample = harness.telegram.person("Sample", user_id=42, started=True, on_page=False)
        anna = harness.telegram.person("Anna")
        assert (await harness.call("sendMessage", chat_id=42, text="Hi")).status == 200
        assert sample.sees("Hi")
        async with harness.http.get(f"{harness.base}/chat/api/state") as response:
            assert [person["id"] for person in (await response.json())["people"]] == [anna.user_id]

    in_harness(play)


def test_pictures_and_documents_are_uploaded_served_and_reused() -> None:
    async def play(harness: Harness) -> None:
        anna = await started(harness)
        chat = {"chat_id": str(anna.user_id)}
        picture = qr_picture()
        sent = (await uploaded(harness, "sendPhoto", "photo", picture, "qr.png", **chat, caption="Scan it")).result
        photo = anna.messages[-1].photo
        assert photo is not None
        assert (photo.content, photo.width > 100) == (picture, True)
        again = await harness.call("sendPhoto", chat_id=anna.user_id, photo=photo.file_id)
        assert again.status == 200
        path = (await harness.call("getFile", file_id=photo.file_id)).result["file_path"]
        async with harness.http.get(f"{harness.base}/file/bot{harness.telegram.token}/{path}") as response:
            assert await response.read() == picture
        await uploaded(harness, "sendDocument", "document", b'{"a": 1}', "data.json", **chat)
        document = anna.messages[-1].document
        assert document is not None
        assert (document.name, document.content_type) == ("data.json", "application/json")
        media = json.dumps({"type": "photo", "media": "attach://new", "caption": "Newer"})
        target = {**chat, "message_id": str(sent["message_id"]), "media": media}
        edited = await uploaded(harness, "editMessageMedia", "new", qr_picture(), "qr.png", **target)
        assert edited.result["caption"] == "Newer"
        too_long = await harness.call("sendPhoto", chat_id=anna.user_id, photo=photo.file_id, caption="x" * 1025)
        assert too_long.description == "Bad Request: message caption is too long"
        unknown = await harness.call("sendPhoto", chat_id=anna.user_id, photo="none-of-ours")
        assert unknown.description == "Bad Request: wrong file identifier/HTTP URL specified"
        broken = await uploaded(harness, "sendPhoto", "photo", b"no picture", "x.png", **chat)
        assert broken.description == "Bad Request: IMAGE_PROCESS_FAILED"

    in_harness(play)


def test_copies_and_forwards_arrive() -> None:
    async def play(harness: Harness) -> None:
        anna = await started(harness)
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

    in_harness(play)


def test_an_answer_that_comes_too_late_is_refused() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        anna = await started(harness)
        await said(harness, anna, reply_markup=KEYBOARD)
        await anna.taps("Try free")
        query = harness.received[-1]["callback_query"]
        assert isinstance(query, dict)
        harness.move(timedelta(minutes=1))
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

    in_harness(play)


def test_a_tap_on_a_deleted_message_names_an_inaccessible_one() -> None:
    async def play(harness: Harness) -> None:
        await harness.set_webhook()
        anna = await started(harness)
        message_id = await said(harness, anna, reply_markup=KEYBOARD)
        old = anna.screen
        await harness.call("deleteMessage", chat_id=anna.user_id, message_id=message_id)
        await anna.taps("Try free", on=old)
        query = harness.received[-1]["callback_query"]
        assert isinstance(query, dict)
        assert (query["message"]["date"], query["message"]["message_id"]) == (0, message_id)

    in_harness(play)


def test_faults_come_to_order_and_only_as_often_as_ordered() -> None:
    async def play(harness: Harness) -> None:
        anna = await started(harness)
        harness.telegram.faults.next_calls_fail(429, retry_after=7, method="sendMessage")
        assert (await harness.call("getMe")).status == 200
        refused = await harness.call("sendMessage", chat_id=anna.user_id, text="x")
        assert refused.status == 429
        assert refused.body == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }
        harness.telegram.faults.next_calls_fail(500)
        assert (await harness.call("sendMessage", chat_id=anna.user_id, text="x")).status == 500
        harness.telegram.faults.lose_answers()
        with pytest.raises(aiohttp.ClientError):
            await harness.call("sendMessage", chat_id=anna.user_id, text="done all the same")
        assert anna.sees("done all the same")
        assert harness.telegram.journal.calls[-1].answer_lost
        assert (await harness.call("sendMessage", chat_id=anna.user_id, text="x")).status == 200

    in_harness(play)


def test_an_unknown_method_is_refused_loudly_and_a_wrong_token_quietly() -> None:
    async def play(harness: Harness) -> None:
        unknown = await harness.call("sendDice", chat_id=1)
        assert unknown.status == 501
        assert "sendDice" in unknown.description
        async with harness.http.get(f"{harness.base}/bot1:wrong/getMe") as response:
            assert response.status == 401
        url = f"{harness.base}/bot{harness.telegram.token}/getchat?chat_id=5"
        async with harness.http.get(url) as response:
            assert (await response.json())["description"] == "Bad Request: chat not found"

    in_harness(play)


def test_the_bot_introduces_itself_in_the_persons_language() -> None:
    async def play(harness: Harness) -> None:
        await harness.call("setMyDescription", description="Fast internet")
        await harness.call("setMyDescription", description="Быстрый интернет", language_code="ru")
        commands = [{"command": "start", "description": "Home"}]
        await harness.call("setMyCommands", commands=commands)
        assert (await harness.call("getMyCommands")).body["result"] == commands
        shown = harness.telegram.account_methods
        assert shown.shown_text("description", "ru") == "Быстрый интернет"
        assert shown.shown_text("description", "de") == "Fast internet"
        assert shown.shown_commands("ru") == commands
        bad = await harness.call("setMyCommands", commands=[{"command": "Old Home", "description": "x"}])
        assert bad.description == "Bad Request: BOT_COMMAND_INVALID"

    in_harness(play)


def test_the_page_may_do_what_a_phone_does_and_hears_what_happens() -> None:
    async def play(harness: Harness) -> None:
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
        place = {"message_id": sent.result["message_id"], "row": 0, "column": 0}
        async with harness.http.post(f"{chat}/taps", json=place) as response:
            assert response.status == 200
        async with harness.http.post(f"{chat}/taps", json={**place, "row": 1}) as response:
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
            }

    in_harness(play)


def test_idle_waits_for_a_call_that_is_still_being_done() -> None:
    async def play(harness: Harness) -> None:
        harness.telegram.bot_api.calls_in_flight += 1
        waiting = asyncio.create_task(harness.telegram.idle())
        await asyncio.sleep(0)
        assert not waiting.done()
        harness.telegram.bot_api.calls_in_flight -= 1
        harness.telegram.feed.changed.notify()
        await waiting

    in_harness(play)
