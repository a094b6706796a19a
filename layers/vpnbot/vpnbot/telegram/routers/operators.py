"""The operators' chat: a reply to a question goes back to whoever asked."""

import re

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.types import Message

from vpnbot.domain.keys import PersonId
from vpnbot.telegram.reply import Reply, Show, Silence
from vpnbot.telegram.screen import Screen, phrase
from vpnbot.telegram.visit import Visit
from vpnbot.usecases.pass_on_question import pass_on_answer

_PERSON = re.compile(r"#id_([0-9a-f]{32})\b")


class InSupportChat(Filter):
    """Messages in the chat that questions go to."""

    async def __call__(self, message: Message, visit: Visit) -> bool:
        """Tell whether this is one."""
        return message.chat.id == visit.links.support_chat_id


async def answer(message: Message, visit: Visit) -> Reply:
    """Pass an operator's reply on."""
    asked = message.reply_to_message.text if message.reply_to_message else None
    found = _PERSON.search(asked or "")
    if found is None:
        return Silence()
    session = visit.shop.people.open(PersonId(found[1]))
    if not session.person.user.known:
        return Show(Screen((phrase("support-unknown"),)))
    pass_on_answer(session, visit.shop, visit.cause, message.text or "")
    return Show(Screen((phrase("support-delivered"),)))


def operators() -> Router:
    """Return which message or tap leads to which of these handlers."""
    router = Router(name="operators")
    router.message.register(answer, InSupportChat(), F.reply_to_message.text.regexp(_PERSON, mode="search"), F.text)
    return router
