"""Registration of the handlers for plans and settings of the shop; the other modules are imported on first use."""

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.telegram.admin.servers_routes import ByAdministrator
from vpnbot.telegram.admin.states import Shopkeeping
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.reply import Reply
from vpnbot.telegram.update_context import UpdateContext


async def show(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the plans and end any conversation."""
    from vpnbot.telegram.admin import plans
    from vpnbot.telegram.admin.draft_state import leave

    await leave(context, state)
    return plans.everything(context)


async def tap(query: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Handle the action of a button; an unknown action shows the plans."""
    from vpnbot.telegram.admin.draft_state import leave
    from vpnbot.telegram.admin.shop_actions import CONVERSATIONS, SCREENS
    from vpnbot.telegram.admin.shop_callbacks import ShopAction

    name, *arguments = action_arguments(query.data) or [""]
    action = ShopAction(name) if name in set(ShopAction) else ShopAction.PLANS
    if action in SCREENS:
        await leave(context, state)
        return SCREENS[action](context, arguments)
    return await CONVERSATIONS[action](context, state, arguments)


async def typed_about_plan(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take a typed answer about a plan."""
    from vpnbot.telegram.admin import change_plan

    return await change_plan.typed(context, state, message.text or "")


async def typed_setting(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take a typed setting of the shop."""
    from vpnbot.telegram.admin import shop_settings

    return await shop_settings.typed(context, state, message.text or "")


def register(router: Router) -> None:
    """Register the handlers of this module."""
    administrators = ByAdministrator()
    router.callback_query.register(tap, F.data.startswith(Action.SHOP + ":"), administrators)
    router.message.register(show, Command("shop"), administrators)
    router.message.register(typed_about_plan, StateFilter(Shopkeeping.typing), administrators)
    router.message.register(typed_setting, StateFilter(Shopkeeping.setting), administrators)
