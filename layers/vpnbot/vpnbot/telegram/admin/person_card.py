"""The card of a person: how they stand, their money, and what the staff can do for them."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.telegram.admin import find_screens
from vpnbot.telegram.admin import person_screens as screens
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.messages.packed_ids import unpacked_person
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.ports import Session
from vpnbot.usecases.staff.read_person import ledger_page, money_of, orders_of

LEDGER_SIZE = 8
_MOST_PAGES = 25
_ORDERS_SHOWN = 8


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the card of a person, or one of its tabs."""
    await leave(context, state)
    person_id = unpacked_person(arguments[0]) if arguments else None
    if person_id is None:
        return Show(find_screens.ask())
    session = context.open(person_id)
    if not session.person.user.version:
        return Show(screens.gone())
    tab = arguments[1] if len(arguments) > 1 else ""
    if tab == screens.Tab.ORDERS:
        orders = orders_of(session.person, context.people, limit=_ORDERS_SHOWN)[:_ORDERS_SHOWN]
        return Show(screens.orders(context, session.person, orders))
    if tab == screens.Tab.LEDGER:
        return _ledger(context, session, arguments[2] if len(arguments) > 2 else "0")
    if tab == screens.Tab.KEYS:
        return Show(screens.keys(context, session.person))
    if tab == screens.Tab.MORE:
        return Show(screens.more(context, session.person))
    return show(context, session)


def show(context: UpdateContext, session: Session, words: Phrase | None = None) -> Show:
    """Return the card; after a tap with these words in an alert, otherwise with them above its first line."""
    person = session.person.as_of(context.now)
    screen = screens.card(context, person, money_of(person, context.people))
    if words is None:
        return Show(screen)
    return Show(screen, toast=words, alert=True) if "data" in context.content else Show(screen.led_by(words))


def _ledger(context: UpdateContext, session: Session, page: str) -> Show:
    number = min(int(page), _MOST_PAGES) if page.isascii() and page.isdecimal() and len(page) < 3 else 0
    rows, more = ledger_page(session.person, context.people, number=number, size=LEDGER_SIZE)
    return Show(screens.ledger(context, session.person, rows, number, more=more and number < _MOST_PAGES))
