"""The handler of each action about plans and the shop."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiogram.fsm.context import FSMContext

from vpnbot.telegram.admin import (
    change_plan,
    plans,
    plans_screens,
    shop_apps,
    shop_front,
    shop_growth,
    shop_growth_screens,
    shop_settings,
)
from vpnbot.telegram.admin.shop_callbacks import ShopAction
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext


def _duration(context: UpdateContext, arguments: Sequence[str]) -> Show:
    plan_id, duration_id = (*arguments, "", "")[:2]
    plan = plans.catalogue_of(context).plan(plan_id)
    chosen = plan.duration(duration_id) if plan else None
    if plan is None or chosen is None:
        return plans.one(context, plan_id, phrase("here-is-current"))
    return Show(plans_screens.duration(plan, chosen, plans.wording_of(context)))


SCREENS: Mapping[ShopAction, Callable[[UpdateContext, Sequence[str]], Reply]] = {
    ShopAction.PLANS: lambda context, _: plans.everything(context),
    ShopAction.PLAN: lambda context, arguments: plans.one(context, next(iter(arguments), "")),
    ShopAction.PREVIEW: lambda context, arguments: plans.preview(context, next(iter(arguments), "")),
    ShopAction.DURATION: _duration,
    ShopAction.SETTINGS: lambda context, _: shop_settings.everything(context),
    ShopAction.FRONT: lambda context, _: shop_front.everything(context),
    ShopAction.INVITES: lambda context, _: shop_growth.everything(context, shop_growth_screens.INVITES),
    ShopAction.WINBACK: lambda context, _: shop_growth.everything(context, shop_growth_screens.WINBACK),
    ShopAction.APPS: lambda context, arguments: shop_apps.show(context, next(iter(arguments), "")),
    ShopAction.HISTORY: lambda context, arguments: shop_front.history(context, next(iter(arguments), "")),
}
"""The actions that end a conversation and show a screen."""

CONVERSATIONS: Mapping[ShopAction, Callable[[UpdateContext, FSMContext, Sequence[str]], Awaitable[Reply]]] = {
    ShopAction.FIELD: change_plan.ask,
    ShopAction.VALUE: change_plan.choose,
    ShopAction.CONFIRM: change_plan.confirm,
    ShopAction.ADD: change_plan.ask_new,
    ShopAction.SETTING: shop_settings.ask,
    ShopAction.SET: shop_settings.choose,
    ShopAction.RULE: shop_settings.accept_rule,
    ShopAction.UNDO: shop_settings.undo,
}
"""The actions within a conversation."""
