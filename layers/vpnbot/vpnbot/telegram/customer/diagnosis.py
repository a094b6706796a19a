"""The button "VPN doesn't work", in the chat or on the page behind a link: show the diagnosis."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.people.standing import Standing
from vpnbot.domain.support import Finding
from vpnbot.telegram.customer.diagnosis_screens import trouble
from vpnbot.telegram.customer.home import show_home
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.servers.watch_server import watch_server
from vpnbot.usecases.support.diagnose import run_diagnosis


async def broken(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the diagnosis."""
    return Show(_diagnosis(context))


async def on_command(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the diagnosis, after a command or from a page; home if the person never had a subscription."""
    await state.clear()
    return show_home(context) if context.standing is Standing.NEW else Show(_diagnosis(context))


async def check_again(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the diagnosis again, with a toast, because the screen may stay the same."""
    return Show(_diagnosis(context), toast=phrase("toast-checked"))


def _diagnosis(context: UpdateContext) -> Screen:
    """Return the screen of the diagnosis; if the server is down, also start to watch it."""
    diagnosis = run_diagnosis(context.session, context.fleet, context)
    if diagnosis.finding is Finding.SERVER_DOWN:
        watch_server(context.session, context.fleet, context, context.cause)
    return trouble(context.view(), diagnosis)
