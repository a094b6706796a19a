"""The operators' chat: replies to questions are relayed to the people who asked."""

import re

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Filter
from aiogram.types import Message

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.telegram.messages.reply import Reply, Show, Silence
from vpnbot.telegram.messages.screen import Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.support.support_chat import follow_moved_chat

_PERSON = re.compile(r"#id_([0-9a-f]{32})\b")


class InSupportChat(Filter):
    """Accepts messages in the operators' chat."""

    async def __call__(self, _: Message, context: UpdateContext) -> bool:
        """Tell whether the message is in that chat."""
        return context.in_support_chat


async def answer(message: Message, context: UpdateContext) -> Reply:
    """Relay an operator's reply."""
    if not message.text:
        return Show(Screen((phrase("support-text-only"),)))
    person_id = asker(message.reply_to_message.text if message.reply_to_message else None)
    session = context.open(person_id) if person_id is not None else None
    if session is None or not session.person.user.known:
        return Show(Screen((phrase("support-unknown"),)))
    from vpnbot.usecases.support.relay_question import relay_answer

    person = relay_answer(session, context, context.cause, message.text)
    return Show(Screen((phrase("support-delivered" if person.user.reachable else "support-blocked"),)))


async def moved(message: Message, context: UpdateContext) -> Reply:
    """Keep the new id of the operators' group, which has become a supergroup."""
    if message.migrate_to_chat_id is not None:
        follow_moved_chat(context.operators, message.migrate_to_chat_id)
    return Silence()


async def other_message(_: Message) -> Reply:
    """Ignore other messages in group chats."""
    return Silence()


def asker(question: object) -> PersonId | None:
    """Return the person who asked, from the last mark: the text before it is the person's, and may contain marks."""
    marks = _PERSON.findall(question) if isinstance(question, str) else []
    return PersonId(marks[-1]) if marks else None


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.message.register(answer, InSupportChat(), F.reply_to_message.text.regexp(_PERSON, mode="search"))
    router.message.register(moved, InSupportChat(), F.migrate_to_chat_id)
    router.message.register(other_message, F.chat.type != ChatType.PRIVATE)
