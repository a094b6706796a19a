"""Acts on a person in the chat: each is asked once with its consequence, and done once."""

from collections.abc import Sequence
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.people.roles import Right
from vpnbot.domain.staff.acts import Act, ActKind
from vpnbot.domain.staff.given_days import OverLimit
from vpnbot.domain.staff.person_acts import MOST_DAYS, CannotAct
from vpnbot.telegram.admin import find_screens, person_acts_screens, person_card, person_screens
from vpnbot.telegram.admin.act_callbacks import ActTap, TappedAct, mark, tapped_act
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.states import Acting
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.ports import Session
from vpnbot.usecases.staff.act_on_person import Asked, PictureChanged, act_on_person, preview
from vpnbot.usecases.staff.changed_person import Changing
from vpnbot.usecases.staff.undo_act import known_act, undo_act

OWN = "own"
"""The value of the button that asks for a number of days."""
_TYPED = frozenset({ActKind.NOTE, ActKind.MESSAGE})
_ASKING = frozenset({ActTap.CHOOSE, ActTap.ASK})


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Handle a button of an act, if the sender's role includes it."""
    tapped = tapped_act(arguments)
    if tapped is None:
        return Show(find_screens.ask())
    if not context.may(person_screens.RIGHTS[tapped.kind]):
        return show_current(context)
    session = context.open(tapped.person)
    if not session.person.user.version:
        return Show(person_screens.gone())
    if not session.person.user.known and tapped.tap in _ASKING:
        return person_card.show(context, session)
    match tapped.tap:
        case ActTap.CHOOSE:
            await leave(context, state)
            return Show(person_acts_screens.choice(context, session.person, tapped.kind))
        case ActTap.ASK:
            return await _ask(context, state, session, tapped)
        case ActTap.UNDO:
            return _undo(context, session, tapped)
        case _:
            return await _do(context, state, session, tapped)


async def typed(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take the words of an act: the days, a note or a message; and ask."""
    data = await state.get_data()
    tapped = tapped_act(str(data.get("act", "")).split(":"))
    text = (message.text or "").strip()
    if tapped is None or not context.may(person_screens.RIGHTS[tapped.kind]):
        await leave(context, state)
        return show_current(context)
    session = context.open(tapped.person)
    if not session.person.user.known:
        return person_card.show(context, session)
    if tapped.kind is ActKind.DAYS:
        days = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
        if not 0 < days <= MOST_DAYS:
            return Show(person_acts_screens.type_words(session.person, tapped.kind, again=True))
        return _question(context, session, tapped.kind, str(days))
    if not text:
        return Show(person_acts_screens.type_words(session.person, tapped.kind, again=True))
    await state.update_data({"text": text, "updates": [_update(context)]})
    return _question(context, session, tapped.kind, text)


async def _ask(context: UpdateContext, state: FSMContext, session: Session, tapped: TappedAct) -> Reply:
    if tapped.kind in _TYPED or tapped.value == OWN:
        await state.set_state(Acting.typing)
        await state.set_data({"act": ":".join(tapped.data.split(":")[2:])})
        return Show(person_acts_screens.type_words(session.person, tapped.kind))
    await leave(context, state)
    value = _named(context, session, tapped)
    if value is None:
        return person_card.show(context, session, phrase("act-cannot-unknown"))
    return _question(context, session, tapped.kind, value)


def _question(context: UpdateContext, session: Session, kind: ActKind, value: str, *, again: bool = False) -> Show:
    """Show the consequence of an act, or why it is not possible."""
    person, asked = session.person, _asked(context, session, kind, value)
    try:
        after = preview(person, _changing(context), context.staff(), context, asked)
    except (CannotAct, OverLimit) as error:
        return person_card.show(context, session, person_acts_screens.refusal(error))
    question = person_acts_screens.Question(person, after, kind, value, person.user.version, _update(context))
    screen = person_acts_screens.question(context, question)
    return Show(screen.headed(phrase("act-changed")) if again else screen)


async def _do(context: UpdateContext, state: FSMContext, session: Session, tapped: TappedAct) -> Reply:
    """Do an act; if the person has changed since it was asked, ask again."""
    cause = _cause(context, tapped.update)
    value = await _value(context, state, session, tapped)
    if value is None:
        if not session.decided(cause):
            return person_card.show(context, session, phrase("act-question-gone"))
        value = ""
    told = tapped.tap is ActTap.YES
    asked = _asked(context, session, tapped.kind, value, cause=cause, version=tapped.version, told=told)
    try:
        act_on_person(session, _changing(context), context.staff(), context, asked)
    except PictureChanged:
        if not session.person.user.known:
            return person_card.show(context, session)
        if tapped.kind in _TYPED:
            data = await state.get_data()
            await state.update_data({"updates": [*data["updates"], _update(context)]})
        return _question(context, session, tapped.kind, value, again=True)
    except (CannotAct, OverLimit) as error:
        return person_card.show(context, session, person_acts_screens.refusal(error))
    await leave(context, state)
    return Show(person_acts_screens.done(context, session.person, tapped))


def _undo(context: UpdateContext, session: Session, tapped: TappedAct) -> Reply:
    act = known_act(session, context.people, context.staff(), _cause(context, tapped.update))
    if act is None or act.kind != tapped.kind or not _may_undo(context, act):
        return person_card.show(context, session, phrase("act-question-gone"))
    try:
        undo_act(session, _changing(context), context.staff(), context, act, context.actor)
    except CannotAct as error:
        return Show(person_acts_screens.not_undone(session.person, error))
    return Show(person_acts_screens.undone(session.person))


def _may_undo(context: UpdateContext, act: Act) -> bool:
    """Tell whether the sender may undo an act: support undoes only what it has done itself."""
    return context.may(Right.ACT) or act.actor == context.actor


async def _value(context: UpdateContext, state: FSMContext, session: Session, tapped: TappedAct) -> str | None:
    """Return what an act is about: what the button names, or the words that were typed for this question."""
    if tapped.kind not in _TYPED:
        return _named(context, session, tapped)
    data: dict[str, Any] = await state.get_data()
    known = tapped_act(str(data.get("act", "")).split(":"))
    same = known is not None and (known.person, known.kind) == (tapped.person, tapped.kind)
    return str(data["text"]) if same and tapped.update in data.get("updates", ()) else None


def _named(context: UpdateContext, session: Session, tapped: TappedAct) -> str | None:
    """Return the days, the plan or the server that a button names; None if it names none."""
    match tapped.kind:
        case ActKind.DAYS:
            text = tapped.value
            valid = text.isascii() and text.isdecimal() and len(text) < 5 and 0 < int(text) <= MOST_DAYS
            return text if valid else None
        case ActKind.PLAN:
            plans = (plan.id for plan in context.payments.sales.plans.load().plans)
            return next((plan for plan in plans if mark(plan) == tapped.value), None)
        case ActKind.MOVE:
            servers = (access.server_id for access in session.person.living_accesses)
            return next((server for server in servers if mark(server) == tapped.value), None)
        case _:
            return ""


def _asked(
    context: UpdateContext,
    session: Session,
    kind: ActKind,
    value: str,
    *,
    cause: str = "",
    version: int = 0,
    told: bool = False,
) -> Asked:
    limited = not context.may(Right.ACT)
    return Asked(kind, value, cause, context.actor, version, told=told, limited=limited)


def _changing(context: UpdateContext) -> Changing:
    return Changing(context.fleet, context.payments.sales, context.trial, context.new_seed())


def _update(context: UpdateContext) -> int:
    return int(context.cause.rpartition(":")[2])


def _cause(context: UpdateContext, update: int) -> str:
    """Return the cause of an act: the update that asked the question."""
    return f"act:{context.cause.split(':')[1]}:{update}"
