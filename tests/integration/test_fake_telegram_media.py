"""Files, albums, places, contacts, polls, edits and keyboards below the input, in both directions."""

import json
from typing import Any

import aiohttp
import pytest
from aiogram.types import Message

from local.telegram.media import MEDIA_KINDS, MediaKind
from local.telegram.sample_files import picture
from local.telegram.writer import Attachment
from tests.integration.telegram_groups import last_message, message_id, parsed, send
from tests.integration.telegram_harness import BotApiResponse, Harness, delivered, person_with_chat, run_scenario

CAPTIONED = [kind for kind in MEDIA_KINDS if kind not in {"video_note", "sticker"}]


def method_for(kind: MediaKind) -> str:
    """Return the method that sends this kind of file."""
    return "send" + "".join(part.capitalize() for part in kind.split("_"))


async def upload(harness: Harness, method: str, files: dict[str, bytes], **arguments: object) -> BotApiResponse:
    """Call a method with files in a multipart body."""
    form = aiohttp.FormData()
    for name, value in arguments.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, content in files.items():
        form.add_field(name, content, filename=f"{name}.png")
    url = f"{harness.base}/bot{harness.telegram.token}/{method}"
    async with harness.http.post(url, data=form) as response:
        return BotApiResponse(response.status, await response.json())


def file_of(message: dict[str, Any], kind: MediaKind) -> str:
    """Return the file's id in a message."""
    found = message[kind][-1] if kind == "photo" else message[kind]
    return str(found["file_id"])


@pytest.mark.parametrize("kind", MEDIA_KINDS)
def test_each_kind_of_file_reaches_the_bot_and_its_id_can_be_sent_back(kind: MediaKind) -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        await harness.set_webhook()
        await anna.writes.sends(Attachment(kind, caption="see" if kind in CAPTIONED else ""))
        received = last_message(harness)
        Message.model_validate(received)
        assert received.get("caption") == ("see" if kind in CAPTIONED else None)
        file_id = file_of(received, kind)
        found = (await harness.call("getFile", file_id=file_id)).result
        async with harness.http.get(f"{harness.base}/file/bot{harness.telegram.token}/{found['file_path']}") as file:
            assert await file.read() == harness.telegram.conversations.file(file_id).content
        sent = await harness.call(method_for(kind), chat_id=anna.user_id, caption="back", **{kind: file_id})
        Message.model_validate(sent.result)
        assert file_of(sent.result, kind) == file_id
        seen = anna.messages[-1]
        assert seen.media is not None
        assert (seen.media.kind, seen.text) == (kind, "back" if kind in CAPTIONED else "")

    run_scenario(scenario)


@pytest.mark.parametrize("kind", MEDIA_KINDS)
def test_each_kind_of_file_can_be_uploaded(kind: MediaKind) -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        response = await upload(harness, method_for(kind), {kind: picture()}, chat_id=anna.user_id)
        Message.model_validate(response.result)
        reused = await harness.call(method_for(kind), chat_id=anna.user_id, **{kind: file_of(response.result, kind)})
        assert reused.status == 200
        missing = await harness.call(method_for(kind), chat_id=anna.user_id)
        assert missing.description == f"Bad Request: there is no {kind.replace('_', ' ')} in the request"
        wrong = await harness.call(method_for(kind), chat_id=anna.user_id, **{kind: "nonsense"})
        assert wrong.description == "Bad Request: wrong file identifier/HTTP URL specified"

    run_scenario(scenario)


def test_the_id_of_a_photo_cannot_be_sent_as_a_document() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        photo = await upload(harness, "sendPhoto", {"photo": picture()}, chat_id=anna.user_id)
        wrong = await harness.call("sendDocument", chat_id=anna.user_id, document=file_of(photo.result, "photo"))
        assert wrong.description == "Bad Request: can't use file of type Photo as Document"

    run_scenario(scenario)


def test_an_animation_is_also_a_document_for_the_bot() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        response = await upload(harness, "sendAnimation", {"animation": b"GIF89a"}, chat_id=anna.user_id)
        sent: dict[str, Any] = response.result
        assert sent["animation"]["file_id"] == sent["document"]["file_id"]

    run_scenario(scenario)


def test_an_album_of_a_person_arrives_as_single_messages_with_one_group_id() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        await harness.set_webhook()
        await anna.writes.album([Attachment("photo", caption="two"), Attachment("video")])
        await anna.writes.sends(Attachment("photo"))
        first, single = delivered(harness, "photo")
        [second] = delivered(harness, "video")
        assert first["media_group_id"] == second["media_group_id"]
        assert (first["caption"], second.get("caption")) == ("two", None)
        assert "media_group_id" not in single

    run_scenario(scenario)


def test_the_bot_sends_albums_from_uploads_and_known_files() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        known = await upload(harness, "sendPhoto", {"photo": picture()}, chat_id=anna.user_id)
        media = [
            {"type": "photo", "media": "attach://one", "caption": "<b>One</b>", "parse_mode": "HTML"},
            {"type": "photo", "media": file_of(known.result, "photo")},
        ]
        response = await upload(harness, "sendMediaGroup", {"one": picture(1)}, chat_id=anna.user_id, media=media)
        album = response.body["result"]
        assert isinstance(album, list)
        assert len({message["media_group_id"] for message in album}) == 1
        assert [message.text for message in anna.messages[-2:]] == ["One", ""]

        async def refused(*kinds: str) -> str:
            file = {"media": file_of(known.result, "photo")}
            described = [{"type": kind, **file} for kind in kinds]
            return (await harness.call("sendMediaGroup", chat_id=anna.user_id, media=described)).description

        assert await refused() == "Bad Request: there are no messages to send"
        assert await refused(*["photo"] * 11) == "Bad Request: too many messages to send as an album"

    run_scenario(scenario)


def test_documents_and_audio_stay_among_themselves_in_an_album() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)

        async def album(*kinds: str) -> BotApiResponse:
            media = [{"type": kind, "media": f"attach://f{number}"} for number, kind in enumerate(kinds)]
            files = {f"f{number}": picture(number) for number, _ in enumerate(kinds)}
            return await upload(harness, "sendMediaGroup", files, chat_id=anna.user_id, media=media)

        assert (await album("document", "document")).status == 200
        assert (await album("photo", "video")).status == 200
        mixed = await album("photo", "document")
        assert mixed.description == "Bad Request: document can't be mixed with other media types"
        mixed = await album("audio", "video")
        assert mixed.description == "Bad Request: audio can't be mixed with other media types"
        animation = await album("photo", "animation")
        assert 'type "animation" can\'t be used in sendMediaGroup' in animation.description

    run_scenario(scenario)


def test_a_message_becomes_another_kind_of_media() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        target = {"chat_id": anna.user_id, "message_id": message_id(await send(harness, anna.user_id))}
        for kind in ("photo", "video", "animation", "audio", "document"):
            media = {"type": kind, "media": "attach://new", "caption": kind}
            response = await upload(harness, "editMessageMedia", {"new": picture()}, **target, media=media)
            assert response.status == 200, response.body
            shown = anna.messages[-1]
            assert shown.media is not None
            assert (shown.media.kind, shown.text) == (kind, kind)
        caption = await harness.call("editMessageCaption", **target, caption="other")
        assert caption.result["caption"] == "other"
        text = await harness.call("editMessageText", **target, text="x")
        assert text.description == "Bad Request: there is no text in the message to edit"
        sticker = await harness.call("editMessageMedia", **target, media={"type": "sticker", "media": "x"})
        assert sticker.description == 'Bad Request: can\'t parse InputMedia: type "sticker" is unsupported'

    run_scenario(scenario)


def test_places_contacts_and_polls_reach_the_bot() -> None:
    async def scenario(harness: Harness) -> None:
        anna, boris = await person_with_chat(harness), harness.telegram.person("Boris")
        await harness.set_webhook()
        await anna.writes.location(55.75, 37.62)
        await anna.writes.location(55.75, 37.62, live_seconds=900)
        await anna.writes.contact(boris.account)
        await anna.writes.poll("Which?", ["One", "Two"])
        assert [place["location"].get("live_period") for place in delivered(harness, "location")] == [None, 900]
        assert delivered(harness, "contact")[0]["contact"]["user_id"] == boris.user_id
        assert delivered(harness, "poll")[0]["poll"]["options"][1]["text"] == "Two"
        assert all(update.message for update in parsed(harness))

    run_scenario(scenario)


def test_an_edit_of_a_person_is_an_update_of_its_own_kind() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        await harness.set_webhook()
        await anna.writes.sends(Attachment("photo", caption="before"))
        own = anna.messages[-1].message_id
        await anna.writes.edits(own, "after")
        edited = delivered(harness, "edited_message")[-1]
        assert (edited["message_id"], edited["caption"]) == (own, "after")
        assert edited["edit_date"] == int(harness.now.timestamp())
        bots = message_id(await send(harness, anna.user_id))
        with pytest.raises(LookupError):
            await anna.writes.edits(bots, "not mine")
        await harness.set_webhook(allowed_updates=["message"])
        assert await anna.writes.edits(own, "unseen") == ()

    run_scenario(scenario)


def test_buttons_below_the_input_share_people_and_the_own_contact() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        boris = harness.telegram.person("Boris", username="boris")
        vera = harness.telegram.person("Vera")
        await harness.set_webhook()
        request = {"request_id": 7, "max_quantity": 2, "request_name": True, "request_username": True}
        choose, own = {"text": "👤 Choose", "request_users": request}, {"text": "📱 Mine", "request_contact": True}
        rows = [[choose], [own], ["Cancel"]]
        sent = await send(harness, anna.user_id, reply_markup={"keyboard": rows, "resize_keyboard": True})
        assert "reply_markup" not in sent.result
        await anna.presses("Choose", choosing=[boris, vera])
        [shared] = delivered(harness, "users_shared")
        assert shared["users_shared"] == {
            "request_id": 7,
            "users": [
                {"user_id": boris.user_id, "first_name": "Boris", "username": "boris"},
                {"user_id": vera.user_id, "first_name": "Vera"},
            ],
        }
        await anna.presses("Mine")
        assert delivered(harness, "contact")[0]["contact"]["phone_number"] == anna.account.phone_number
        await anna.presses("Cancel")
        assert delivered(harness, "text")[-1]["text"] == "Cancel"
        await send(harness, anna.user_id, reply_markup={"remove_keyboard": True})
        with pytest.raises(AssertionError):
            await anna.presses("Choose", choosing=[boris])
        wrong = await send(harness, anna.user_id, reply_markup={"keyboard": []})
        assert wrong.description == "Bad Request: keyboard must be non-empty"

    run_scenario(scenario)


def test_the_bot_answers_a_message_that_exists() -> None:
    async def scenario(harness: Harness) -> None:
        anna = await person_with_chat(harness)
        asked = anna.messages[-1].message_id
        answer = await send(harness, anna.user_id, reply_parameters={"message_id": asked})
        replied: dict[str, Any] = answer.result
        assert replied["reply_to_message"]["message_id"] == asked
        gone = await send(harness, anna.user_id, reply_parameters={"message_id": 999})
        assert gone.description == "Bad Request: message to be replied not found"
        lenient = {"message_id": 999, "allow_sending_without_reply": True}
        assert "reply_to_message" not in (await send(harness, anna.user_id, reply_parameters=lenient)).result

    run_scenario(scenario)
