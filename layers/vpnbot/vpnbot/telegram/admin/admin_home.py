"""The home screen of the staff."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.domain.staff.roles import Right
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, SERVERS, SHOP
from vpnbot.telegram.update_context import UpdateContext


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, __: Sequence[str]) -> Reply:
    """Show the staff's home screen and end any conversation."""
    await leave(context, state)
    return home(context)


def home(context: UpdateContext) -> Show:
    """Return the staff's home screen, with the buttons that the sender's role includes."""

    def allowed(right: Right, button: Button) -> Button | None:
        return button if context.may(right) else None

    servers, shop = allowed(Right.SERVERS, SERVERS), allowed(Right.SETTINGS, SHOP)
    return Show(Screen((phrase("admin-home"),), rows((servers, shop), (HOME,))))
