"""Groups for tests of the fake Telegram, and checks that aiogram reads what it answers."""

from typing import Any

from aiogram.types import Update

from local.telegram.group_chat import SUPPORT_RIGHTS, GroupChat
from local.telegram.person import Person
from tests.integration.telegram_harness import BotApiResponse, Harness

NO_RIGHTS = "can_manage_chat"


async def support_group(
    harness: Harness, *rights: str, forum: bool = True, basic: bool = False
) -> tuple[GroupChat, Person]:
    """Return a group with its owner, where the bot is an administrator with these rights, or with all it needs."""
    olga = harness.telegram.person("Olga", started=True)
    group = harness.telegram.group("Support", olga, forum=forum, basic=basic)
    await group.adds_bot(olga)
    await group.promotes_bot(olga, *(rights or SUPPORT_RIGHTS))
    return group, olga


async def new_topic(harness: Harness, group: GroupChat, name: str = "Anna · #1") -> int:
    """Make the bot open a topic; return its id."""
    created = await harness.call("createForumTopic", chat_id=group.chat_id, name=name)
    return int(str(created.result["message_thread_id"]))


async def send(harness: Harness, chat_id: int, text: str = "Hi", **more: object) -> BotApiResponse:
    """Make the bot send a text."""
    return await harness.call("sendMessage", chat_id=chat_id, text=text, **more)


def message_id(response: BotApiResponse) -> int:
    """Return the id of a message that was sent."""
    return int(str(response.result["message_id"]))


def parsed(harness: Harness) -> list[Update]:
    """Return the updates that the webhook got, as aiogram reads them."""
    return [Update.model_validate(update) for update in harness.received]


def last_message(harness: Harness) -> dict[str, Any]:
    """Return the message of the last update, also of one about an edit."""
    update: dict[str, Any] = harness.received[-1]
    message: dict[str, Any] = update.get("message") or update["edited_message"]
    return message
