"""Broadcasts in the chat: written, shown as people will see them, scheduled, started, paused, stopped and deleted."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.domain.broadcasts.broadcast import UNSENT, Broadcast, IllegalStep
from vpnbot.domain.staff.acts import BroadcastAct
from vpnbot.telegram.admin import broadcast_afterwards as afterwards
from vpnbot.telegram.admin import broadcast_draft as draft
from vpnbot.telegram.admin import broadcast_segments as segments
from vpnbot.telegram.admin import broadcasts_screens as screens
from vpnbot.telegram.admin.broadcast_changes import (
    about,
    asked_before,
    card_of,
    changed,
    mine,
    people_of,
    presented,
    question_of,
    store_of,
)
from vpnbot.telegram.admin.states import Broadcasting
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.broadcasts.change_broadcast import ChangedMeanwhile, UnknownBroadcast, stored

SHOWN = 8
"""The broadcasts on one page of the list."""

type Handler = Callable[[UpdateContext, FSMContext, Sequence[str]], Awaitable[Reply]]


async def tap(query: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Handle a tap of this area; an unknown action, or one about a broadcast that is gone, shows the list."""
    name, *more = arguments or [""]
    handler = _ACTIONS.get(name, show_list)
    if handler not in _KEEPS_CONVERSATION and await state.get_state() in Broadcasting:
        await state.clear()
    try:
        return await handler(context, state, more)
    except UnknownBroadcast:
        return everything(context)
    except ChangedMeanwhile as error:
        return Show(card_of(context, error.current).led_by(phrase("broadcast-changed")))
    except IllegalStep:
        return one(context, next(iter(more), ""), phrase("here-is-current"))


def everything(context: UpdateContext, before: str = "") -> Show:
    """Return the list of broadcasts."""
    found = store_of(context).latest(before=before, limit=SHOWN + 1)
    return Show(screens.listed(found[:SHOWN], more=len(found) > SHOWN))


def one(context: UpdateContext, broadcast_id: str, heading: Phrase | None = None) -> Show:
    """Return the card of a broadcast; the list if there is none with this id."""
    try:
        screen = card_of(context, stored(store_of(context), broadcast_id))
    except UnknownBroadcast:
        return everything(context)
    return Show(screen if heading is None else screen.headed(heading))


async def show_list(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the list."""
    return everything(context, next(iter(arguments), ""))


async def show_one(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the card of a broadcast."""
    return one(context, next(iter(arguments), ""))


async def show_message(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the message as people will get it."""
    broadcast = stored(store_of(context), next(iter(arguments), ""))
    return presented(context, broadcast, context.views.language_of(context.session.person))


async def unschedule(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Make a scheduled broadcast a draft again."""
    name, seen = about(arguments)
    return Show(card_of(context, changed(context, name, "not scheduled", Broadcast.unscheduled, seen=seen)))


async def ask_start(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask before the start, with how many people will get it."""
    broadcast = stored(store_of(context), next(iter(arguments), ""))
    broadcast.allow(*UNSENT)
    return Show(screens.confirm(broadcast, people_of(context, broadcast), question_of(context)))


async def start(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Start it, once however often the button is tapped."""

    def started(each: Broadcast) -> Broadcast:
        return mine(context, each.started(context.now, audience=people_of(context, each).count))

    return asked_before(context, arguments, "started", started, BroadcastAct.SEND)


async def pause(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Pause it."""
    return _moved(context, arguments, "paused", Broadcast.paused, BroadcastAct.PAUSE_SENDING)


async def resume(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Let it go on."""
    return _moved(
        context,
        arguments,
        "resumed",
        lambda each: mine(context, each.resumed(context.now)),
        BroadcastAct.RESUME_SENDING,
    )


async def stop(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """End it before everybody has it."""
    return _moved(context, arguments, "stopped", lambda each: each.cancelled(context.now), BroadcastAct.STOP_SENDING)


def _moved(
    context: UpdateContext,
    arguments: Sequence[str],
    what: str,
    change: Callable[[Broadcast], Broadcast],
    act: BroadcastAct,
) -> Show:
    return Show(card_of(context, changed(context, next(iter(arguments), ""), what, change, act=act)))


async def drop(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Put away a draft."""
    name, seen = about(arguments)
    changed(context, name, "dropped", lambda each: each.cancelled(context.now), seen=seen)
    return everything(context)


_ACTIONS: Mapping[str, Handler] = {
    "list": show_list,
    "one": show_one,
    "new": draft.ask_content,
    "text": draft.ask_content,
    "show": show_message,
    "who": segments.ask_whom,
    "segment": segments.choose_segment,
    "values": segments.ask_value,
    "value": segments.choose_value,
    "language": segments.choose_language,
    "kind": draft.choose_kind,
    "buttons": draft.ask_buttons,
    "button": draft.add_button,
    "unbutton": draft.remove_button,
    "when": draft.ask_time,
    "unschedule": unschedule,
    "ask": ask_start,
    "start": start,
    "pause": pause,
    "resume": resume,
    "stop": stop,
    "drop": drop,
    "ask_correct": afterwards.ask_correct,
    "ask_again": afterwards.ask_again,
    "again": afterwards.send_again,
    "ask_delete": afterwards.ask_delete,
    "delete": afterwards.delete,
}
_KEEPS_CONVERSATION = frozenset({draft.ask_content, draft.add_button, draft.ask_time, afterwards.ask_correct})
"""The handlers that begin a conversation themselves."""
