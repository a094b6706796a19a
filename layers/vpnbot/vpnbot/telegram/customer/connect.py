"""Connect a device: choose the device and the app, show the link and its QR code."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.keys.vpn_apps import Platform, app_named, apps_on
from vpnbot.domain.offered_apps import offered_apps
from vpnbot.telegram.customer import connect_screens as screens
from vpnbot.telegram.customer.home import show_current, show_home
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Hide, Reply, Show
from vpnbot.telegram.update_context import UpdateContext


async def hide(_: CallbackQuery) -> Reply:
    """Remove the message with the QR code."""
    return Hide()


async def choose_device(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Ask which device to connect."""
    return Show(screens.connect(context.view())) if context.standing.works else show_current(context)


async def connect_command(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Ask which device to connect; home while there is no access that works."""
    await state.clear()
    return Show(screens.connect(context.view())) if context.standing.works else show_home(context)


async def choose_platform(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the steps for the recommended app of a platform."""
    arguments = action_arguments(query.data)
    if arguments == [screens.ANY_TV] and context.standing.works:
        return Show(screens.choose_tv())
    chosen = _platform(arguments)
    if chosen is None or not context.standing.works:
        return show_current(context)
    view = context.view()
    return Show(screens.platform(view, chosen, offered_apps(chosen, view.apps)[0]))


async def choose_other_app(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the apps of a platform."""
    chosen = _platform(action_arguments(query.data))
    return (
        Show(screens.other_apps(context.view(), chosen))
        if chosen is not None and context.standing.works
        else show_current(context)
    )


async def choose_app(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the steps for one app."""
    arguments = action_arguments(query.data)
    chosen, app = _platform(arguments), app_named(arguments[-1]) if arguments else None
    if chosen is None or app is None or app not in apps_on(chosen) or not context.standing.works:
        return show_current(context)
    view = context.view()
    if app not in offered_apps(chosen, view.apps):  # of an older message
        return Show(screens.other_apps(view, chosen))
    return Show(screens.platform(view, chosen, app))


async def picture(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the link as a QR code, for the camera of another device."""
    app_id, reader, *_ = (*action_arguments(query.data), "", "")
    screen = screens.qr(context.view(), app_id, reader) if context.standing.works else None
    return Show(screen, as_new=True) if screen else show_current(context)


def _platform(arguments: list[str]) -> Platform | None:
    name = arguments[0] if arguments else ""
    return Platform(name) if name in set(Platform) else None
