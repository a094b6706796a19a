"""Registration of the handlers for money. The module of the feature is imported on first use."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from vpnbot.telegram.admin.servers_routes import ByAdministrator
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.reply import Reply, Silence
from vpnbot.telegram.update_context import UpdateContext


async def tap(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Handle the tap of an administrator, in the operators' chat or in the own chat."""
    from vpnbot.telegram.admin import money

    return await money.tap(query, context)


async def tap_of_another(_: CallbackQuery) -> Reply:
    """Do nothing: members of the operators' chat who are no administrators decide nothing about money."""
    return Silence()


def register(router: Router) -> None:
    """Register the handlers of this module."""
    about_money = F.data.startswith(f"{Action.MONEY}:")
    router.callback_query.register(tap, about_money, ByAdministrator())
    router.callback_query.register(tap_of_another, about_money)
