"""A broadcast is written: its message in each language, its buttons, and when it begins."""

from collections.abc import Mapping, Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from vpnbot.domain.broadcasts.broadcast import UNSENT, Broadcast, IllegalStep, Kind, State, broadcast_id
from vpnbot.domain.broadcasts.content import BadContent, Content, LeadsTo, LinkButton, is_page
from vpnbot.domain.people.ledger import Entry
from vpnbot.telegram.admin import broadcasts_screens as screens
from vpnbot.telegram.admin.broadcast_changes import about, card_of, changed, mine, presented, store_of
from vpnbot.telegram.admin.broadcast_content import content_of
from vpnbot.telegram.admin.broadcast_times import typed_time
from vpnbot.telegram.admin.states import Broadcasting
from vpnbot.telegram.admin.zone import zone_of
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.broadcasts.change_broadcast import add_broadcast, stored

_LABEL_CHARACTERS = 40


async def ask_content(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask for the message: of a new broadcast, or of one language of a draft."""
    broadcast, language = (*arguments, "", "")[:2]
    if broadcast:
        stored(store_of(context), broadcast).allow(State.DRAFT)
    await state.set_state(Broadcasting.content)
    await state.set_data({"broadcast": broadcast, "language": language})
    return Show(_compose(context, language), as_new=bool(broadcast))


async def taken(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take the message that is to be sent to people."""
    data = await state.get_data()
    try:
        content = content_of(message)
    except BadContent as error:
        return Show(screens.bad_content(error.error))
    language = str(data.get("language")) or context.views.language_of(context.session.person)
    known = str(data.get("broadcast", ""))
    try:
        broadcast = _with_content(context, known, language, content) if known else _add(context, language, content)
    except IllegalStep:
        return await _begun(context, state, known)
    await end_with(state, Outcome(context.cause, phrase("broadcast-saved"), broadcast_id=broadcast.id))
    return presented(context, broadcast, language)


async def choose_kind(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Make it news, or a message about the service."""
    name, seen = about(arguments)
    other = {Kind.NEWS: Kind.SERVICE, Kind.SERVICE: Kind.NEWS}
    after = changed(context, name, "kind", lambda each: each.with_kind(other[each.kind]), seen=seen)
    return Show(card_of(context, after))


async def ask_buttons(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the buttons of a broadcast."""
    broadcast = stored(store_of(context), next(iter(arguments), ""))
    broadcast.allow(State.DRAFT)
    return Show(screens.buttons(broadcast))


async def add_button(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Add a button; for a page, ask for its label and address."""
    name, leads_to = (*arguments, "", "")[:2]
    if leads_to == LeadsTo.PAGE:
        await state.set_state(Broadcasting.page)
        await state.set_data({"broadcast": name})
        return Show(screens.ask_page(stored(store_of(context), name)))
    if leads_to not in frozenset(LeadsTo):
        return Show(card_of(context, stored(store_of(context), name)))
    button = LinkButton(LeadsTo(leads_to))
    return Show(screens.buttons(changed(context, name, "button", lambda each: _with_button(each, button))))


async def page_typed(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take the label and the address of a button."""
    name = str((await state.get_data()).get("broadcast", ""))
    label, _, address = (message.text or "").strip().rpartition(" ")
    broadcast = stored(store_of(context), name)
    if not label.strip() or len(label) > _LABEL_CHARACTERS or not is_page(address):
        return Show(screens.ask_page(broadcast).headed(phrase("broadcast-bad-page")))
    button = LinkButton(LeadsTo.PAGE, address, label.strip())
    try:
        after = changed(context, name, "button", lambda each: _with_button(each, button))
    except IllegalStep:
        return await _begun(context, state, name)
    await end_with(state, Outcome(context.cause, phrase("broadcast-saved"), broadcast_id=name))
    return Show(screens.buttons(after))


async def remove_button(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Remove a button."""
    name, number = (*arguments, "", "")[:2]

    def removed(each: Broadcast) -> Broadcast:
        return each.with_buttons(tuple(b for place, b in enumerate(each.buttons) if str(place) != number))

    return Show(screens.buttons(changed(context, name, "button", removed)))


async def ask_time(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask when it is to begin."""
    broadcast = stored(store_of(context), next(iter(arguments), ""))
    broadcast.allow(*UNSENT)
    await state.set_state(Broadcasting.time)
    await state.set_data({"broadcast": broadcast.id})
    return Show(screens.ask_time(broadcast, context.now))


async def time_typed(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take the time of the start."""
    name = str((await state.get_data()).get("broadcast", ""))
    at, broadcast = typed_time(message.text or "", context.now, zone_of(context)), stored(store_of(context), name)
    if at is None:
        return Show(screens.ask_time(broadcast, context.now).headed(phrase("broadcast-bad-time")))
    try:
        after = changed(context, name, "scheduled", lambda each: mine(context, each.scheduled(at, context.now)))
    except IllegalStep:
        return Show(screens.ask_time(broadcast, context.now).headed(phrase("broadcast-bad-time")))
    await end_with(state, Outcome(context.cause, phrase("broadcast-saved"), broadcast_id=name))
    return Show(card_of(context, after))


async def _begun(context: UpdateContext, state: FSMContext, name: str) -> Reply:
    """Show the card of a broadcast that was started meanwhile, so that what was typed for its draft is not taken."""
    await state.clear()
    return Show(card_of(context, stored(store_of(context), name)).led_by(phrase("broadcast-changed")))


def current(context: UpdateContext, state: str | None, data: Mapping[str, object]) -> Screen | None:
    """Return the present question of a conversation; None if its broadcast is gone."""
    if state == Broadcasting.content.state:
        return _compose(context, str(data.get("language", "")))
    broadcast = store_of(context).get(str(data.get("broadcast", "")))
    if broadcast is None:
        return None
    if state == Broadcasting.correction.state:
        return screens.ask_correction(broadcast, str(data.get("language", "")))
    if state == Broadcasting.page.state:
        return screens.ask_page(broadcast)
    return screens.ask_time(broadcast, context.now)


def _add(context: UpdateContext, language: str, content: Content) -> Broadcast:
    draft = Broadcast(broadcast_id(context.now, context.new_seed()), context.session.person.id, made_at=context.now)
    entry = Entry(context.cause, "written", context.now, context.actor)
    return add_broadcast(store_of(context), draft.with_content(language, content), entry)


def _with_content(context: UpdateContext, name: str, language: str, content: Content) -> Broadcast:
    return changed(context, name, "content changed", lambda each: each.with_content(language, content))


def _with_button(broadcast: Broadcast, button: LinkButton) -> Broadcast:
    return broadcast.with_buttons((*broadcast.buttons, button))


def _compose(context: UpdateContext, language: str) -> Screen:
    return screens.compose(context.views.messages.names.get(language, ""))
