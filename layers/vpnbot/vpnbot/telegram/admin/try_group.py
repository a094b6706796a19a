"""The group that gets the questions, from an owner's own chat: which one it is, and a test of it."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.domain.support_chat import ChatTrouble
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.support_setting import missing_lines
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN, TRY_GROUP
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.support.try_group import Tried, try_group

_TRY = "try"


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show how it stands with the group; with `try`, after a test message."""
    await leave(context, state)
    lines = _tried(try_group(context.operators, context)) if list(arguments) == [_TRY] else _known(context)
    return Show(Screen((lines,), rows((TRY_GROUP,), (ADMIN,))))


def _known(context: UpdateContext) -> tuple[Phrase, ...]:
    """Return what is known without a call to Telegram."""
    chat = context.operators.support_chat.load(context.operators.support_chat_id)
    trouble = chat.trouble if chat.chat_id is not None else ChatTrouble.NOT_SET
    if trouble is None:
        return (phrase("group-topics" if chat.topics else "group-flat"), phrase("group-how"))
    return (phrase(f"group-trouble-{trouble}"),)


def _tried(tried: Tried) -> tuple[Phrase, ...]:
    if tried.busy:
        return (phrase("group-busy"),)
    if tried.trouble is not None:
        return (phrase(f"group-trouble-{tried.trouble}"), *missing_lines(tried.missing))
    return (phrase("group-works", title=tried.title or "—"), *missing_lines(tried.missing))
