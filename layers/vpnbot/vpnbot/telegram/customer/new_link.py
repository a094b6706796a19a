"""Replace the link, when another person may have it."""

from aiogram.types import CallbackQuery

from vpnbot.telegram.customer import new_link_screens as screens
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.keys.rotate_key import NothingToRotate, rotate_key


async def ask(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Explain the effect of a new link, and ask for confirmation."""
    key = context.person.subscription.key
    return Show(screens.ask(key.tag)) if key is not None and context.person.can_rotate_key else show_current(context)


async def rotate(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Replace the link that was on the screen; a second tap changes nothing, and shows the new link."""
    try:
        rotate_key(
            context.session, context.fleet, context, context.cause, next(iter(action_arguments(query.data)), "")
        )
    except NothingToRotate:
        return show_current(context)
    return Show(screens.done(context.view()))
