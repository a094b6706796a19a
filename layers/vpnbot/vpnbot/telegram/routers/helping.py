"""VPN doesn't work, and writing to us."""

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.diagnosis import Finding
from vpnbot.telegram.reply import Reply, Show
from vpnbot.telegram.screen import Screen, phrase
from vpnbot.telegram.screens import support
from vpnbot.telegram.screens.trouble import trouble
from vpnbot.telegram.taps import Tap
from vpnbot.telegram.visit import Visit
from vpnbot.usecases.find_cause import find_cause
from vpnbot.usecases.pass_on_question import pass_on_question
from vpnbot.usecases.watch_server import watch_server


class Support(StatesGroup):
    """Writing to us."""

    writing = State()


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


async def ask(_: CallbackQuery, visit: Visit, state: FSMContext) -> Reply:
    """Invite a question."""
    if visit.links.support_chat_id is None:
        return visit.lost()
    await state.set_state(Support.writing)
    return Show(support.ask(), anew=True)


async def question(message: Message, visit: Visit, state: FSMContext) -> Reply:
    """Pass the question on."""
    await state.clear()
    pass_on_question(visit.session, visit.shop, visit.cause, message.text or "")
    return Show(support.sent())


async def not_a_question(_: Message) -> Reply:
    """Ask for words."""
    return Show(support.text_only())


def helping(router: Router) -> None:
    """Register which message or tap leads to which of these handlers."""
    router.callback_query.register(broken, F.data == Tap.BROKEN)
    router.callback_query.register(check_again, F.data == Tap.CHECK)
    router.callback_query.register(ask, F.data == Tap.SUPPORT)
    router.message.register(question, StateFilter(Support.writing), F.text, ~F.text.startswith("/"))
    router.message.register(not_a_question, StateFilter(Support.writing), ~F.text)
