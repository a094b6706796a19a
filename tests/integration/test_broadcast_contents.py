"""The content of a broadcast is sent and corrected through the Bot API: a text, its caption, a file by its id."""

import asyncio
from collections.abc import Coroutine

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties

from local.telegram.media import MediaKind
from tests.integration.telegram_harness import Harness, person_with_chat, run_scenario
from vpnbot.domain.broadcasts.content import Content, Medium
from vpnbot.telegram.aiogram_runtime.bot_session import TransportSession
from vpnbot.telegram.bot_api.transport import Transport
from vpnbot.telegram.customer.notifications import run_to_completion
from vpnbot.telegram.messages.content_sender import edit_content, send_content

MEDIA: dict[Medium, MediaKind] = {
    Medium.PHOTO: "photo",
    Medium.VIDEO: "video",
    Medium.ANIMATION: "animation",
    Medium.DOCUMENT: "document",
}


async def done[T](coroutine: Coroutine[object, None, T]) -> T:
    """Run a blocking call in a thread, while the server runs in this one."""
    return await asyncio.to_thread(run_to_completion, coroutine)


def bot_of(harness: Harness) -> Bot:
    """Return a bot as the functions build it."""
    session = TransportSession(Transport(harness.base))
    return Bot(harness.telegram.token, session=session, default=DefaultBotProperties(parse_mode="HTML"))


@pytest.mark.parametrize("before", list(Medium))
@pytest.mark.parametrize("after", MEDIA)
def test_what_was_sent_gets_another_file_and_later_another_text_with_it(before: Medium, after: Medium) -> None:
    async def scenario(harness: Harness) -> None:
        anna, bot = await person_with_chat(harness), bot_of(harness)
        keep = harness.telegram.conversations.keep_file
        files = {medium: keep(f"a.{kind}", "", b"content", kind).file_id for medium, kind in MEDIA.items()}
        first = Content("Hello", before, files.get(before, ""))
        message_id = await done(send_content(bot, anna.user_id, first, None))

        second = first.corrected_by(Content("<b>Look</b>", after, files[after]))
        assert await done(edit_content(bot, anna.user_id, message_id, second, None))
        shown = anna.messages[-1]
        assert shown.media is not None
        assert (shown.message_id, shown.media.kind, shown.text) == (message_id, after, "Look")
        assert await done(edit_content(bot, anna.user_id, message_id, second, None)), "again changes nothing"

        third = second.corrected_by(Content("Look again"))
        assert await done(edit_content(bot, anna.user_id, message_id, third, None))
        assert (anna.messages[-1].text, anna.messages[-1].media) == ("Look again", shown.media)
        assert len(anna.messages) == len({each.message_id for each in anna.messages})

    run_scenario(scenario)


@pytest.mark.parametrize("medium", list(Medium))
def test_a_text_alone_leaves_the_file_and_a_message_that_is_gone_is_reported(medium: Medium) -> None:
    async def scenario(harness: Harness) -> None:
        anna, bot = await person_with_chat(harness), bot_of(harness)
        kind = MEDIA.get(medium)
        file_id = harness.telegram.conversations.keep_file("a", "", b"content", kind).file_id if kind else ""
        sent = Content("Hello", medium, file_id)
        message_id = await done(send_content(bot, anna.user_id, sent, None))
        media = anna.messages[-1].media
        corrected = sent.corrected_by(Content("Hello again"))
        assert await done(edit_content(bot, anna.user_id, message_id, corrected, None))
        assert (anna.messages[-1].text, anna.messages[-1].media) == ("Hello again", media)
        assert not await done(edit_content(bot, anna.user_id, message_id + 99, corrected, None))

    run_scenario(scenario)
