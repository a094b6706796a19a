"""Measured outages in the chat: what was down and who was hurt; the staff say what it was, and give days for it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Right
from vpnbot.domain.servers.downtime import CannotChange, Downtime
from vpnbot.domain.staff.compensation_limit import CompensationLimit
from vpnbot.telegram.admin import outages_screens as screens
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.outages_screens import Shown
from vpnbot.telegram.admin.server_phrases import name_of
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.ports.downtimes import Downtimes
from vpnbot.usecases.servers.judge_downtime import (
    DowntimeChanged,
    Giving,
    OverLimit,
    UnknownDowntime,
    allowed,
    ask_owner,
    compensate,
    judge,
    known_downtime,
)
from vpnbot.usecases.servers.preview_compensation import Preview, Share, preview_compensation

SHOWN = 8
"""The outages, or the people, on one page."""
EXAMPLES = 3

type Handler = Callable[[UpdateContext, Sequence[str]], Reply]


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Handle a tap of this area; an unknown action, or one about an outage that is gone, shows the list."""
    await leave(context, state)
    name, *more = arguments or [""]
    try:
        return _ACTIONS.get(name, show_list)(context, more)
    except UnknownDowntime:
        return show_list(context, ())
    except DowntimeChanged as error:
        return _card(context, error.current, phrase("outage-changed"))
    except CannotChange:
        return _card(context, known_downtime(_store(context), more[0]), phrase("here-is-current"))


def show_list(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Show the newest outages, or those before a time that a button names in seconds."""
    text = next(iter(arguments), "")
    before = datetime.fromtimestamp(int(text), UTC) if text.isdecimal() and len(text) <= 11 else None
    found = _store(context).latest(before=before, limit=SHOWN + 1)
    return Show(screens.listed([_shown(context, each) for each in found[:SHOWN]], more=len(found) > SHOWN))


def show_one(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Show the card of an outage."""
    return _card(context, _named(context, arguments))


def show_who(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Show a page of the people who were hurt."""
    downtime = _named(context, arguments)
    text = arguments[1] if len(arguments) > 1 else ""
    page = int(text) if text.isdecimal() and len(text) <= 6 else 0
    shares = _preview(context, downtime).shares
    some = shares[page * SHOWN : (page + 1) * SHOWN]
    more = len(shares) > (page + 1) * SHOWN
    return Show(screens.who(_shown(context, downtime), _people(context, some), page, more=more))


def say_down(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Store that the VPN was down."""
    return _judged(context, arguments, "was")


def say_not_down(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Store that the VPN was not down."""
    return _judged(context, arguments, "was_not")


def ask(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Ask before days are given: how many people get how many, with examples; above the limit, offer the owner."""
    downtime, days_each = _named(context, arguments), _days(arguments[1:])
    preview = _preview(context, downtime, days_each)
    if not (downtime.compensable(context.now) and preview.complete and preview.getting):
        return _card(context, downtime, phrase("here-is-current"))
    examples = _people(context, preview.getting[:EXAMPLES])
    limit = _limit(context)
    exceeded = None if allowed(preview, limit) else limit
    question = screens.Question(context.cause.rpartition(":")[2], days_each, exceeded)
    return Show(screens.preview_screen(_shown(context, downtime), preview, examples, question))


def choose_days(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Let the member choose how many days everybody gets."""
    return Show(screens.days_screen(_shown(context, _named(context, arguments))))


def give(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Begin to give days: once, however often the button is tapped."""
    name, version, question = (*arguments, "", "", "")[:3]
    giving = Giving(_days(arguments[3:]), _limit(context))
    entry = Entry(_cause(context, question), "compensation begun", context.now, context.actor)
    store, hurt = _store(context), context.staff().hurt
    try:
        return _card(context, compensate(store, hurt, name, entry, giving, seen=_number(version)))
    except OverLimit:
        return ask(context, [name, *arguments[3:]])


def call_owner(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Put the outage into what waits for the owner."""
    name, version, question = (*arguments, "", "", "")[:3]
    entry = Entry(_cause(context, question), "owner asked", context.now, context.actor)
    return _card(context, ask_owner(_store(context), name, entry, seen=_number(version)))


def _judged(context: UpdateContext, arguments: Sequence[str], said: str) -> Reply:
    name, version = (*arguments, "", "")[:2]
    entry = Entry(context.cause, f"said: {said}", context.now, context.actor)
    return _card(context, judge(_store(context), name, entry, screens.verdict_of(said), seen=_number(version)))


def _card(context: UpdateContext, downtime: Downtime, heading: Phrase | None = None) -> Show:
    preview = _preview(context, downtime)
    given = sum(share.given for share in preview.shares)
    screen = screens.card(_shown(context, downtime), preview, given)
    return Show(screen if heading is None else screen.headed(heading))


def _preview(context: UpdateContext, downtime: Downtime, days_each: int | None = None) -> Preview:
    staff = context.staff()
    return preview_compensation(downtime, staff.downtimes, staff.hurt, days_each)


def _limit(context: UpdateContext) -> CompensationLimit | None:
    """Return how much the sender may give; None: as much as it takes."""
    if context.may(Right.COMPENSATE_ANY):
        return None
    stored = context.payments.sales.settings.load(fresh=True)
    return CompensationLimit(stored.compensation_days, stored.compensation_people)


def _cause(context: UpdateContext, question: str) -> str:
    """Return the cause of an act: the question that was answered, so that two taps on its button are one act."""
    return f"act:{context.cause.split(':')[1]}:{question}"


def _days(arguments: Sequence[str]) -> int | None:
    """Return the days that a button names; None: those that follow from the lost time."""
    chosen = {str(days): days for days in screens.DAYS}
    return chosen.get(next(iter(arguments), ""))


def _people(context: UpdateContext, shares: Sequence[Share]) -> list[tuple[Person, Share]]:
    return [(context.people.open(PersonId(share.person)).person, share) for share in shares]


def _shown(context: UpdateContext, downtime: Downtime) -> Shown:
    servers = {listing.server.id: listing.server for listing in context.fleet.catalogue.listings()}
    server = servers.get(downtime.server_id)
    return Shown(downtime, name_of(server) if server else downtime.server_id, context.now)


def _named(context: UpdateContext, arguments: Sequence[str]) -> Downtime:
    return known_downtime(_store(context), next(iter(arguments), ""))


def _store(context: UpdateContext) -> Downtimes:
    return context.staff().downtimes


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 9 else -1


_ACTIONS: Mapping[str, Handler] = {
    "list": show_list,
    "one": show_one,
    "who": show_who,
    "was": say_down,
    "was_not": say_not_down,
    "ask": ask,
    "days": choose_days,
    "yes": give,
    "owner": call_owner,
}
