"""The feed: the latest people, trials, sales and refunds."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.telegram.admin import feed_screens as screens
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext

SHOWN = 8
"""The events on one page."""


async def tap(_: CallbackQuery, context: UpdateContext, __: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the newest events, or those before the event that the arguments name."""
    found = context.staff().feed.latest(before=screens.key_of(arguments), limit=SHOWN + 1)
    return Show(screens.feed(found[:SHOWN], more=len(found) > SHOWN))
