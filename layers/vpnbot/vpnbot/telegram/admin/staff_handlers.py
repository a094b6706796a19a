"""What members of the staff tap on their own side: buttons lead to the module of their area."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.telegram.admin import admin_home
from vpnbot.telegram.admin.areas import PLACES, Area, place_of, tap_of
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Reply
from vpnbot.telegram.update_context import UpdateContext


async def tap(query: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Handle the tap of a member of the staff; without the right of its area, as an unknown button."""
    word, *arguments = action_arguments(query.data) or [""]
    place = place_of(word) or PLACES[Area.HOME]
    if not context.may(place.right):
        return show_current(context)
    return await tap_of(place)(query, context, state, arguments)


async def show(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the staff's home screen and end any conversation."""
    await leave(context, state)
    return admin_home.home(context)
