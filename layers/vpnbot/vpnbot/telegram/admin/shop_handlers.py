"""What members of the staff tap and type about plans and the settings of the shop."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.telegram.admin import change_plan, plans, shop_settings
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.shop_actions import CONVERSATIONS, SCREENS
from vpnbot.telegram.admin.shop_callbacks import ShopAction
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Reply
from vpnbot.telegram.update_context import UpdateContext


async def show(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the plans and end any conversation."""
    await leave(context, state)
    return plans.everything(context)


async def tap(query: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Handle the action of a button; an unknown action shows the plans."""
    name, *arguments = action_arguments(query.data) or [""]
    action = ShopAction(name) if name in set(ShopAction) else ShopAction.PLANS
    if action in SCREENS:
        await leave(context, state)
        return SCREENS[action](context, arguments)
    return await CONVERSATIONS[action](context, state, arguments)


async def typed_about_plan(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take a typed answer about a plan."""
    return await change_plan.typed(context, state, message.text or "")


async def typed_setting(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take a typed setting of the shop."""
    return await shop_settings.typed(context, state, message.text or "")
