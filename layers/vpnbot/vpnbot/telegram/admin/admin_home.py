"""The home screen of the staff: what waits for them first, and the figures of today."""

from collections.abc import Iterator, Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.domain.people.roles import Right
from vpnbot.domain.statistics.flow import SOLD, FlowKind
from vpnbot.domain.statistics.levels import Level
from vpnbot.telegram.admin import dead_letters, waiting, waiting_screens
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.find_screens import FIND
from vpnbot.telegram.admin.zone import zone_of
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, SERVERS, SHOP
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.statistics.figures import levels_of_nights, todays_figures

_MOST_CURRENCIES = 3
_MOST_WAITING = 3
"""The kinds that are named of what waits; the first button leads to all. From two on, less is said of today."""
_NIGHTS = 2
"""Before the count of this night, the one of the night before is shown."""
_FEED = Button(phrase("button-feed"), action=Area.FEED.on())
LOG = Button(phrase("button-acts"), action=Area.LOG.on())
STATISTICS = Button(phrase("button-statistics"), action=Area.STATISTICS.on(30, "new"))
TEAM = Button(phrase("button-team"), action=Area.TEAM.on())
_OUTAGES = Button(phrase("button-outages"), action=Area.OUTAGES.on("list"))
_GROUP = Button(phrase("button-group"), action=Area.GROUP.on())
_TEXTS = Button(phrase("button-texts"), action=Area.TEXTS.on("list"))
_CODES = Button(phrase("button-promos"), action=Area.CODES.on("list"))
_ADS = Button(phrase("button-ads"), action=Area.ADS.on("list"))
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
    text = (phrase("admin-home-waits"), *lines[:_MOST_WAITING]) if lines else (phrase("admin-home"),)
    today = tuple(_today(context))[: 1 if len(lines) > 1 else None]
    return Show(
        Screen(
            (text, today),
            rows(
                (listed if found.needs else None,),
                (failed,),
                (FIND, _FEED),
                (allowed(Right.STATISTICS, STATISTICS), allowed(Right.BROADCAST, _BROADCASTS)),
                (allowed(Right.PROMO, _CODES), allowed(Right.PROMO, _ADS)),
                (allowed(Right.ACT, LOG), allowed(Right.STAFF, TEAM)),
                (allowed(Right.SERVERS, SERVERS), allowed(Right.COMPENSATE, _OUTAGES)),
                (allowed(Right.SETTINGS, SHOP), allowed(Right.TEXTS, _TEXTS)),
                (allowed(Right.SETTINGS, _GROUP), HOME),
            ),
        )
    )


def _today(context: UpdateContext) -> Iterator[Phrase]:
    """Yield what was counted since midnight, and how many people had time at night."""
    statistics, zone = context.staff().statistics, zone_of(context)
    today = todays_figures(statistics, context.now, zone)
    counts = {"met": today.count(FlowKind.MET), "trials": today.count(FlowKind.TRIAL), "sales": today.count(*SOLD)}
    yield phrase("admin-home-today", **counts)
    for money in today.revenue()[:_MOST_CURRENCIES]:
        yield phrase("admin-home-revenue", amount=money)
    counted = [night for night in levels_of_nights(statistics, context.now, _NIGHTS) if night.counts]
    if counted:
        yield phrase("admin-home-active", active=counted[-1].of(Level.ACTIVE), trial=counted[-1].of(Level.TRIAL))
