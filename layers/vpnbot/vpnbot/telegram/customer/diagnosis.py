"""VPN doesn't work: find out why, and what to do about it."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from vpnbot.domain.support import Finding
from vpnbot.telegram.customer.diagnosis_screens import trouble
from vpnbot.telegram.messages.callbacks import Tap
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Screen, phrase
from vpnbot.telegram.update_context import Visit
from vpnbot.usecases.servers.watch_server import watch_server
from vpnbot.usecases.support.diagnose import find_cause


async def broken(_: CallbackQuery, visit: Visit) -> Reply:
    """Find out why it does not work."""
    return Show(_found(visit))


async def check_again(_: CallbackQuery, visit: Visit) -> Reply:
    """Look once more, and say so: the screen may well stay as it is."""
    return Show(_found(visit), toast=phrase("toast-checked"))


def _found(visit: Visit) -> Screen:
    """Return what is wrong; when it is for us to mend, the promise to tell is kept with it."""
    diagnosis = find_cause(visit.session, visit.shop)
    if diagnosis.finding is Finding.SERVER_DOWN:
        watch_server(visit.session, visit.shop, visit.cause)
    return trouble(visit.view(), diagnosis)


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.callback_query.register(broken, F.data == Tap.BROKEN)
    router.callback_query.register(check_again, F.data == Tap.CHECK)
