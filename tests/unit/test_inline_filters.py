"""Filters of aiogram run in the thread of the event loop, so that an update starts no worker thread."""

import asyncio
from unittest.mock import patch

from aiogram import Bot, Dispatcher, F, Router
from aiogram.types import Message

from vpnbot.telegram.aiogram_runtime.bot_session import TransportSession
from vpnbot.telegram.aiogram_runtime.inline_filters import run_filters_inline
from vpnbot.telegram.bot_api.transport import Transport


def update(text: str) -> dict[str, object]:
    chat = {"id": 5, "type": "private"}
    return {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": chat, "text": text}}


def test_filters_of_nested_routers_give_the_same_results_without_threads() -> None:
    async def bare(_: Message) -> str:
        return "bare"

    async def named(_: Message, rest: str) -> str:
        return f"named {rest}"

    inner = Router()
    inner.message.register(named, F.text.startswith("a:"), F.text.removeprefix("a:").as_("rest"))
    inner.message.register(bare, F.text == "b")
    dispatcher, middle = Dispatcher(), Router()
    middle.include_router(inner)
    dispatcher.include_router(middle)
    run_filters_inline(dispatcher)
    run_filters_inline(dispatcher)  # a second call changes nothing

    bot = Bot("42:token", TransportSession(Transport()))
    with patch("asyncio.to_thread", side_effect=AssertionError("a filter was run in a thread")):
        assert asyncio.run(dispatcher.feed_raw_update(bot, update("a:x"))) == "named x"
        assert asyncio.run(dispatcher.feed_raw_update(bot, update("b"))) == "bare"
