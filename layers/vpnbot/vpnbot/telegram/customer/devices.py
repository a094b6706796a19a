"""The devices of a person: the list, one device, its removal."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.people.device_places import devices_of
from vpnbot.domain.people.standing import Standing
from vpnbot.telegram.customer import devices_screens as screens
from vpnbot.telegram.customer.home import show_home
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.keys.remove_device import NoSuchDevice, remove_device


async def show_list(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the devices."""
    return Show(screens.devices(context.view()))


async def from_page(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the devices to a person whom a page or an app has led here; home if they never had a subscription."""
    await state.clear()
    return show_home(context) if context.standing is Standing.NEW else Show(screens.devices(context.view()))


async def ask(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show one device, with the question whether to remove it; the list if it is gone."""
    found = devices_of(context.person).find(_named(query), context.now)
    return Show(screens.devices(context.view()) if found is None else screens.device(context.view(), found))


async def remove(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Remove a device, and show the others; a second tap changes nothing."""
    try:
        remove_device(context.session, context, context.cause, _named(query))
    except NoSuchDevice:
        return Show(screens.devices(context.view()))
    return Show(screens.devices(context.view()), toast=phrase("toast-device-removed"))


def _named(query: CallbackQuery) -> str:
    return next(iter(action_arguments(query.data)), "")
