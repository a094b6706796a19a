"""The areas of the staff's side: for each, the module that handles its buttons, and the right that it needs.

Callback data is `adm:<area>[:<argument>…]`, up to 64 bytes. A module is imported when the first member of the staff
needs it. It has a function `tap(query, context, state, arguments)`, which returns the reply.
"""

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

from vpnbot.domain.people.roles import Right
from vpnbot.telegram.messages.callbacks import Action

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from aiogram.fsm.context import FSMContext
    from aiogram.types import CallbackQuery

    from vpnbot.telegram.messages.reply import Reply
    from vpnbot.telegram.update_context import UpdateContext

    type Tap = Callable[[CallbackQuery, UpdateContext, FSMContext, Sequence[str]], Awaitable[Reply]]


class Area(StrEnum):
    """An area of the staff's side: the word after `adm:`."""

    HOME = "home"
    WAITING = "wait"
    FEED = "feed"
    FIND = "find"
    PERSON = "who"
    ACT = "act"
    LOG = "log"
    TEAM = "team"
    STATISTICS = "stat"
    BROADCASTS = "cast"
    CODES = "code"
    ADS = "ads"
    REWARDS = "gain"
    OUTAGES = "down"
    TEXTS = "text"
    GROUP = "group"

    def on(self, *arguments: str | int) -> str:
        """Return callback data of a button of this area."""
        return Action.ADMIN.on(self, *(str(argument) for argument in arguments))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an area is handled, and the right that all of it needs; single acts may need more."""

    module: str
    right: Right


PLACES = {
    Area.HOME: Place("admin_home", Right.ANSWER),
    Area.WAITING: Place("waiting", Right.ANSWER),
    Area.FEED: Place("feed", Right.ANSWER),
    Area.FIND: Place("find", Right.ANSWER),
    Area.PERSON: Place("person_card", Right.ANSWER),
    Area.ACT: Place("person_acts", Right.ANSWER),
    Area.LOG: Place("act_log", Right.ACT),
    Area.TEAM: Place("team", Right.STAFF),
    Area.STATISTICS: Place("statistics", Right.STATISTICS),
    Area.BROADCASTS: Place("broadcasts", Right.BROADCAST),
    Area.CODES: Place("promo", Right.PROMO),
    Area.ADS: Place("ad_links", Right.PROMO),
    Area.REWARDS: Place("rewards", Right.MONEY),
    Area.OUTAGES: Place("outages", Right.COMPENSATE),
    Area.TEXTS: Place("texts", Right.TEXTS),
    Area.GROUP: Place("try_group", Right.SETTINGS),
}


def place_of(word: str) -> Place | None:
    """Return where the buttons with this word after `adm:` are handled; None: there is no such area."""
    return PLACES[Area(word)] if word in frozenset(Area) else None


def tap_of(place: Place) -> "Tap":
    """Return the handler of an area, whose module is imported now."""
    handler: Tap = import_module(f"vpnbot.telegram.admin.{place.module}").tap
    return handler
