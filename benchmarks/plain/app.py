"""The usual first version of such a bot: `python -m benchmarks` compares our handler with it."""

import asyncio
import json
import os
from typing import Any

import boto3
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model


class Person(Model):
    """A person who has written to the bot."""

    class Meta:
        """The table."""

        table_name = os.environ["TABLE_NAME"]

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


sqs = boto3.client("sqs")
loop = asyncio.new_event_loop()
dispatcher = Dispatcher()
keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Try free", callback_data="try")]])


async def make_bot() -> Bot:
    """Create the bot inside the event loop, with a session that stays open as long as the process runs."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_BASE"]))
    return Bot(os.environ["BOT_TOKEN"], session=session)


bot = loop.run_until_complete(make_bot())


@dispatcher.message()
async def on_message(message: Message) -> None:
    """Store the person and answer with a message."""
    Person(pk=str(message.chat.id), sk="USER").save()
    await message.answer("Fast, private internet. 3 days free.", reply_markup=keyboard)


@dispatcher.callback_query()
async def on_tap(query: CallbackQuery) -> None:
    """Store the person and edit the message."""
    Person(pk=str(query.from_user.id), sk="USER").save()
    await query.message.edit_text("Your key is ready.", reply_markup=keyboard)  # type: ignore[union-attr]  # the query has a message
    await query.answer()


def handler(event: dict[str, Any], _: object) -> dict[str, int]:
    """Answer one update."""
    loop.run_until_complete(dispatcher.feed_raw_update(bot, json.loads(event["body"])))
    return {"statusCode": 200}
