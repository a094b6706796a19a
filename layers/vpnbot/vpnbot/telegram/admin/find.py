"""Find a person: a member of the staff sends anything that names one, or chooses in Telegram's own list."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.staff.query import Query, QueryKind, asked_in
from vpnbot.telegram.admin import find_screens as screens
from vpnbot.telegram.admin import person_card
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.find_screens import LATEST, PICK
from vpnbot.telegram.admin.states import Finding
from vpnbot.telegram.messages.reply import AskForPerson, EndAsking, Reply, Show
from vpnbot.telegram.messages.screen import Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.staff.find_people import find_people, latest_people

_BOT = "bot"
"""The name of the bot in the data of the conversation, for its address."""


async def tap(query: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask whom to find, show the buttons of Telegram's list, or list the people who came last."""
    await leave(context, state)
    if arguments == [LATEST]:
        latest = latest_people(context.staff(), context.people)
        return Show(screens.latest(latest, context.now))
    if arguments == [PICK]:
        await state.set_state(Finding.picking)
        await state.set_data({_BOT: _bot_name(query)})
        return AskForPerson(phrase("picker-ask"), phrase("picker-choose"))
    await state.set_state(Finding.typing)
    return Show(screens.ask())


async def on_command(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Ask whom to find, and end any conversation before."""
    await leave(context, state)
    await state.set_state(Finding.typing)
    return Show(screens.ask())


async def typed(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show whom a message names; the conversation goes on, so that the next message finds another person."""
    shown = _answer(context, asked_in(context.content))
    if await state.get_state() != Finding.picking.state:
        return shown
    await state.set_state(Finding.typing)
    return EndAsking(shown.screen)


async def picked(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the person who was chosen in Telegram's list, whatever the conversation is about by now."""
    username = str((await state.get_data()).get(_BOT, ""))
    if await state.get_state() == Finding.picking.state:
        await state.set_state(Finding.typing)
    return EndAsking(_answer(context, asked_in(context.content), screens.stranger(username)).screen)


async def cancelled(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Remove the buttons of Telegram's list, and ask whom to find."""
    await leave(context, state)
    await state.set_state(Finding.typing)
    return EndAsking(screens.ask())


def _answer(context: UpdateContext, query: Query, not_found: Screen | None = None) -> Show:
    """Return the card of the only person found, or the list; `not_found` is shown if there is none."""
    found = find_people(query, context.staff(), context.people, context.fleet)
    if len(found.people) == 1 and not found.earlier:
        return person_card.show(context, context.open(found.people[0].id))
    if found.people:
        return Show(screens.several(found, query, context.now))
    return Show(not_found or screens.not_found(query.kind if query.kind in screens.EXPLAINED else QueryKind.UNKNOWN))


def _bot_name(query: CallbackQuery) -> str:
    """Return the name of the bot, whose message was tapped; empty if the update does not name it."""
    sender = query.message.from_user if isinstance(query.message, Message) else None
    return sender.username or "" if sender is not None else ""
