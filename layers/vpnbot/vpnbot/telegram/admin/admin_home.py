"""The home screen of the staff: what waits for them first."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.domain.people.roles import Right
from vpnbot.telegram.admin import dead_letters, waiting, waiting_screens
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.find_screens import FIND
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, SERVERS, SHOP
from vpnbot.telegram.update_context import UpdateContext

_FEED = Button(phrase("button-feed"), action=Area.FEED.on())
LOG = Button(phrase("button-acts"), action=Area.LOG.on())
STATISTICS = Button(phrase("button-statistics"), action=Area.STATISTICS.on(30, "new"))
TEAM = Button(phrase("button-team"), action=Area.TEAM.on())
_BROADCASTS = Button(phrase("button-broadcasts"), action=Area.BROADCASTS.on("list"))


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, __: Sequence[str]) -> Reply:
    """Show the staff's home screen and end any conversation."""
    await leave(context, state)
    return home(context)


def home(context: UpdateContext) -> Show:
    """Return the staff's home screen, with the buttons that the sender's role includes."""

    def allowed(right: Right, button: Button | None) -> Button | None:
        return button if context.may(right) else None

    found = waiting.seen_by(context)
    listed = Button(phrase("button-waiting", count=len(found.needs)), action=Area.WAITING.on())
    failed = dead_letters.link(context) if context.may(Right.SERVERS) else None
    lines = waiting_screens.summary(found)
    text = (phrase("admin-home-waits"), *lines) if lines else (phrase("admin-home"),)
    return Show(
        Screen(
            (text,),
            rows(
                (listed if found.needs else None,),
                (failed,),
                (FIND, _FEED),
                (allowed(Right.STATISTICS, STATISTICS), allowed(Right.BROADCAST, _BROADCASTS)),
                (allowed(Right.ACT, LOG), allowed(Right.STAFF, TEAM)),
                (allowed(Right.SERVERS, SERVERS), allowed(Right.SETTINGS, SHOP)),
                (HOME,),
            ),
        )
    )
