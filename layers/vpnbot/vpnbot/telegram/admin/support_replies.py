"""The registration of what is handled in groups: messages of the staff, the group's id, and buttons.

The handlers are imported when the first of these updates comes.
"""

import re

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Filter
from aiogram.types import Message

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.telegram.aiogram_runtime.late_handlers import LateModule
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.reply import Reply, Silence
from vpnbot.telegram.update_context import UpdateContext

_PERSON = re.compile(r"#id_([0-9a-f]{32})\b")


class InSupportChat(Filter):
    """Accepts messages in the operators' chat."""

    async def __call__(self, _: Message, context: UpdateContext) -> bool:
        """Tell whether the message is in that chat."""
        return context.in_support_chat


async def other_message(_: Message) -> Reply:
    """Ignore other messages in group chats."""
    return Silence()


def asker(question: object) -> PersonId | None:
    """Return the person who asked, from the last mark: the text before it is the person's, and may contain marks."""
    marks = _PERSON.findall(question) if isinstance(question, str) else []
    return PersonId(marks[-1]) if marks else None


def register(router: Router) -> None:
    """Register the handlers of this module. The receiver passes on only what the staff do in groups."""
    group, setting = LateModule(f"{_PACKAGE}.support_group"), LateModule(f"{_PACKAGE}.support_setting")
    outside, here = F.chat.type != ChatType.PRIVATE, InSupportChat()
    router.message.register(setting.moved, here, F.migrate_to_chat_id)
    router.message.register(setting.here, outside, F.text.regexp(_HERE))
    router.message.register(setting.show_id, F.text.regexp(_ID))
    router.message.register(group.written, here, outside)
    router.message.register(group.written, here, F.reply_to_message.text.regexp(_PERSON, mode="search"))
    router.message.register(other_message, outside)
    router.edited_message.register(group.edited, here, outside)
    in_group = F.message.chat.type != ChatType.PRIVATE
    router.callback_query.register(group.tap, in_group, F.data.regexp(_OF_STAFF))
    router.my_chat_member.register(setting.added, outside)


_PACKAGE = "vpnbot.telegram.admin"
_HERE, _ID = r"^/support_here(@\w+)?$", r"^/id(@\w+)?$"
"""Not as `Command`, which asks Telegram for the name of the bot if the command has one."""
_OF_STAFF = f"^({Action.ADMIN}|{Action.DESK}):"
