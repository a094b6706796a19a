"""Home: how every conversation begins, and where every tap can return to."""

from aiogram import F, Router
from aiogram.filters import Command, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.telegram.messages.callbacks import Tap, subjects_of
from vpnbot.telegram.messages.reply import Reply
from vpnbot.telegram.update_context import Visit
from vpnbot.usecases.keys.provision_keys import provision_now
from vpnbot.usecases.people.change_profile import change_language


async def begin(_: Message, visit: Visit, state: FSMContext) -> Reply:
    """Show home, whatever was going on before."""
    await state.clear()
    return visit.home()


async def go_home(_: CallbackQuery, visit: Visit, state: FSMContext) -> Reply:
    """Show home."""
    await state.clear()
    return visit.home()


async def refresh(_: CallbackQuery, visit: Visit) -> Reply:
    """Look whether the key is ready, trying the panel once more if nobody else is."""
    if _waits(visit):
        provision_now(visit.session, visit.shop)
    return visit.home("toast-still-making" if _waits(visit) else None)


def _waits(visit: Visit) -> bool:
    person = visit.person
    entitled = person.subscription.entitled(visit.now) and not person.traffic_used_up
    return not person.paused and (person.subscription.waits_for_key or (entitled and not person.served))


async def speak(query: CallbackQuery, visit: Visit) -> Reply:
    """Speak another language from now on, beginning with this screen."""
    chosen = next(iter(subjects_of(query.data)), "")
    if chosen not in visit.links.wording.languages:
        return visit.lost()
    change_language(visit.session, visit.shop, visit.cause, chosen)
    return visit.home("toast-language")


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.message.register(begin, CommandStart())
    router.message.register(begin, Command("home", "menu"))
    router.callback_query.register(go_home, F.data == Tap.HOME)
    router.callback_query.register(refresh, F.data == Tap.REFRESH)
    router.callback_query.register(speak, F.data.startswith(Tap.LANGUAGE + ":"))
