"""Find a person: a member of the staff sends anything that names one."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.staff.query import Query, QueryKind, asked_in
from vpnbot.telegram.admin import find_screens as screens
from vpnbot.telegram.admin import person_card
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.states import Finding
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.staff.find_people import find_people, latest_people

LATEST = "latest"
"""The argument of the button to the people who came last."""


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask whom to find, or list the people who came last."""
    await leave(context, state)
    if arguments == [LATEST]:
        latest = latest_people(context.staff(), context.people)
        return Show(screens.latest(latest, context.now))
    await state.set_state(Finding.typing)
    return Show(screens.ask())


async def typed(_: Message, context: UpdateContext) -> Reply:
    """Show whom a message names; the conversation goes on, so that the next message finds another person."""
    return answer(context, asked_in(context.content))


def answer(context: UpdateContext, query: Query) -> Reply:
    """Return the card of the only person found, or the list."""
    found = find_people(query, context.staff(), context.people, context.fleet)
    if len(found.people) == 1 and not found.earlier:
        return person_card.show(context, context.open(found.people[0].id))
    if found.people:
        return Show(screens.several(found, query, context.now))
    return Show(screens.nobody(query.kind if query.kind in screens.EXPLAINED else QueryKind.UNKNOWN))
