"""Show the settings of invitations."""

from dataclasses import replace

from vpnbot.telegram.admin import shop_invites_screens as screens
from vpnbot.telegram.messages.reply import Show
from vpnbot.telegram.messages.screen import Button, Phrase
from vpnbot.telegram.update_context import UpdateContext


def everything(context: UpdateContext, heading: Phrase | None = None, undo: Button | None = None) -> Show:
    """Return what the invitation of a friend brings; `heading` says what was done, `undo` undoes it."""
    screen = screens.invites(context.payments.sales.settings.load(fresh=True), undo)
    return Show(replace(screen, paragraphs=(heading, *screen.paragraphs[1:])) if heading else screen)
