"""Invite friends: a link of one's own, to share, to copy, or as a QR code."""

from aiogram.types import CallbackQuery

from vpnbot.domain.invites.link import invite_link
from vpnbot.telegram.customer import invites_screens as screens
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext

_DAY_SECONDS = 86_400


async def show(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Show what invitations bring and have brought; home where the shop has none."""
    address = _address(context)
    if address is None:
        return show_current(context)
    view = context.view()
    text = context.views.messages.text(view.language, "invite-text")
    user = context.person.user
    days = user.invited_seconds // _DAY_SECONDS
    brought = screens.Brought(context.people.invited_by(context.person.id), user.invited_paid, days)
    return Show(screens.invite(view.front, address, text, brought))


async def picture(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the link as a QR code, in a message of its own."""
    address = _address(context)
    return show_current(context) if address is None else Show(screens.picture(address), as_new=True)


def _address(context: UpdateContext) -> str | None:
    """Return the link of the person; None if the shop has no invitations, or the name of the bot is not known."""
    if not context.views.front.invites or not context.bot_name:
        return None
    return invite_link(context.bot_name, context.fleet.ring().invite_code(context.session.person.id))
