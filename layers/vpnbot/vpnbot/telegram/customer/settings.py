"""Settings, what we keep about a person, and leaving."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from vpnbot.telegram.customer import settings_screens as screens
from vpnbot.telegram.messages.callbacks import Tap
from vpnbot.telegram.messages.reply import Reply, Send, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import Visit
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.people.export_data import export_data


async def settings(_: CallbackQuery, visit: Visit) -> Reply:
    """Show the settings."""
    return Show(screens.settings(visit.view()))


async def terms(_: CallbackQuery) -> Reply:
    """Show the terms."""
    return Show(screens.terms())


async def promise(_: CallbackQuery) -> Reply:
    """Show the privacy promise."""
    return Show(screens.privacy())


async def my_data(_: CallbackQuery) -> Reply:
    """Show what we keep."""
    return Show(screens.my_data())


async def download(_: CallbackQuery, visit: Visit) -> Reply:
    """Hand over everything we keep."""
    return Send(export_data(visit.session, visit.shop), phrase("data-file-name"), phrase("data-caption"))


async def ask_to_delete(_: CallbackQuery, visit: Visit) -> Reply:
    """Ask once more before everything goes."""
    return Show(screens.confirm_delete(visit.view()))


async def delete_all(_: CallbackQuery, visit: Visit) -> Reply:
    """Forget the person."""
    language = visit.view().language
    delete_data(visit.session, visit.shop, visit.cause)
    return Show(screens.deleted(), language=language)


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.callback_query.register(settings, F.data == Tap.SETTINGS)
    router.callback_query.register(terms, F.data == Tap.TERMS)
    router.callback_query.register(promise, F.data == Tap.PRIVACY)
    router.callback_query.register(my_data, F.data == Tap.MY_DATA)
    router.callback_query.register(download, F.data == Tap.DOWNLOAD)
    router.callback_query.register(ask_to_delete, F.data == Tap.DELETE)
    router.callback_query.register(delete_all, F.data == Tap.DELETE_ALL)
