"""Show the settings of invitations, or of the discount to come back."""

from dataclasses import replace

from vpnbot.telegram.admin import shop_growth_screens as screens
from vpnbot.telegram.messages.reply import Show
from vpnbot.telegram.messages.screen import Button, Phrase
from vpnbot.telegram.update_context import UpdateContext


def everything(
    context: UpdateContext, group: screens.Group, heading: Phrase | None = None, undo: Button | None = None
) -> Show:
    """Return the settings of a group; `heading` says what was done, `undo` undoes it."""
    screen = screens.settings_of(group, context.payments.sales.settings.load(fresh=True), undo)
    return Show(replace(screen, paragraphs=(heading, *screen.paragraphs[1:])) if heading else screen)
