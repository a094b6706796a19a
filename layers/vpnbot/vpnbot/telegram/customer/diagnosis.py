"""VPN doesn't work: find out why, and what to do about it."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from vpnbot.domain.support import Finding
from vpnbot.telegram.customer.diagnosis_screens import trouble
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.servers.watch_server import watch_server
from vpnbot.usecases.support.diagnose import run_diagnosis


async def broken(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Show why it does not work."""
    return Show(_found(context))


async def check_again(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Check again, with a notice: the screen may stay the same."""
    return Show(_found(context), toast=phrase("toast-checked"))


def _found(context: UpdateContext) -> Screen:
    """Return what is wrong; if the server is down, also promise a notification when it works again."""
    diagnosis = run_diagnosis(context.session, context.fleet, context)
    if diagnosis.finding is Finding.SERVER_DOWN:
        watch_server(context.session, context, context.cause)
    return trouble(context.view(), diagnosis)


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.callback_query.register(broken, F.data == Action.BROKEN)
    router.callback_query.register(check_again, F.data == Action.CHECK)
