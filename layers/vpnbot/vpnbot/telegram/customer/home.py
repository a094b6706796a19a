"""The home screen, and the change of the language."""

from aiogram import F, Router
from aiogram.filters import Command, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.telegram.customer.home_screens import home
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.people.change_profile import change_language


async def begin(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show home and end any conversation."""
    await state.clear()
    return show_home(context)


async def go_home(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Show home."""
    await state.clear()
    return show_home(context)


async def refresh(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Show whether the key is ready; try the panel again if the key is still being made."""
    if context.standing.making:
        provision_pending(context.session, context.fleet, context, again=True)
    return show_home(context, "toast-still-making" if context.standing.making else None)


async def set_language(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Change the language, and show home in it."""
    chosen = next(iter(action_arguments(query.data)), "")
    if chosen not in context.views.messages.languages:
        return show_current(context)
    change_language(context.session, context, context.cause, chosen)
    return show_home(context, "toast-language")


def show_home(context: UpdateContext, toast: str | None = None, *, alert: bool = False) -> Show:
    """Return the home screen; `toast` is the message id of a toast, which with `alert` must be confirmed."""
    return Show(home(context.view()), toast=phrase(toast) if toast else None, alert=alert)


def show_current(context: UpdateContext) -> Show:
    """Return home for a stale button."""
    return Show(home(context.view()).headed(phrase("here-is-current")), toast=phrase("toast-welcome-back"))


def show_not_understood(context: UpdateContext) -> Show:
    """Return home for a message without a handler."""
    return Show(home(context.view()).headed(phrase("not-understood")))


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.message.register(begin, CommandStart())
    router.message.register(begin, Command("home", "menu"))
    router.callback_query.register(go_home, F.data == Action.HOME)
    router.callback_query.register(refresh, F.data == Action.REFRESH)
    router.callback_query.register(set_language, F.data.startswith(Action.LANGUAGE + ":"))
