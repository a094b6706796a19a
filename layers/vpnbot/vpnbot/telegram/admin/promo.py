"""Promo codes in the chat: listed, made, paused and ended by the staff."""

import string
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import CodeClosed, PromoCode
from vpnbot.domain.promo.entered import folded_name
from vpnbot.domain.promo.one_time_codes import one_time_codes
from vpnbot.domain.staff.acts import PromoAct
from vpnbot.telegram.admin import promo_screens as screens
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.made_at import made_before
from vpnbot.telegram.admin.promo_drafts import Draft, Options
from vpnbot.telegram.admin.states import Naming
from vpnbot.telegram.messages.reply import Reply, Send, Show
from vpnbot.telegram.messages.screen import Phrase, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.decided_items import IdTaken, ItemChanged, UnknownItem, known_item
from vpnbot.usecases.ports.promo import PromoCodes
from vpnbot.usecases.promo.keep_codes import change_code, make_code

SHOWN = 8
"""The codes on one page of the list."""
_LETTERS = "".join(sorted(set(string.ascii_uppercase + string.digits) - set("01OIL")))
_RANDOM_LENGTH = 8

type Handler = Callable[[UpdateContext, FSMContext, Sequence[str]], Awaitable[Reply]]


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Handle a tap of this area; an unknown action, or one about a code that is gone, shows the list."""
    await leave(context, state)
    name, *more = arguments or [""]
    try:
        return await _ACTIONS.get(name, show_list)(context, state, more)
    except UnknownItem:
        return await show_list(context, state, ())
    except ItemChanged:
        current = _card(context, known_item(_store(context), more[0]))
        return Show(current.screen.led_by(phrase("promo-changed")))
    except CodeClosed:
        return _card(context, known_item(_store(context), more[0]), phrase("here-is-current"))


async def typed(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take the name of a new code."""
    name = folded_name(message.text or "")
    if name is None:
        return Show(screens.ask_name().headed(phrase("promo-name-bad")))
    if _store(context).get(name) is not None:
        return Show(screens.ask_name().headed(phrase("promo-name-taken", code=name)))
    await state.clear()
    return _drafted(context, Draft(name, _options(context)))


async def show_list(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the newest codes, or those that were made before a time that a button names in microseconds."""
    found = _store(context).latest(before=made_before(arguments), limit=SHOWN + 1)
    return Show(screens.listed(found[:SHOWN], _titles(context), context.now, more=len(found) > SHOWN))


async def show_one(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the card of a code."""
    return _card(context, known_item(_store(context), next(iter(arguments), "")))


async def show_plans(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the plans for which a discount counts."""
    return Show(screens.plans_of(known_item(_store(context), next(iter(arguments), "")), _titles(context)))


async def ask_name(_: UpdateContext, state: FSMContext, __: Sequence[str]) -> Reply:
    """Ask for the name of a new code."""
    await state.set_state(Naming.code)
    return Show(screens.ask_name())


async def make_name(context: UpdateContext, _: FSMContext, __: Sequence[str]) -> Reply:
    """Go on with a random name."""
    seed = int(context.new_seed(), 16)
    name = "".join(_LETTERS[seed // len(_LETTERS) ** place % len(_LETTERS)] for place in range(_RANDOM_LENGTH))
    return _drafted(context, Draft(name, _options(context)))


async def show_draft(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show what was chosen so far."""
    draft = Draft.parse(arguments, _options(context))
    return await show_list(context, state, ()) if draft is None else _drafted(context, draft)


async def choose(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Offer the values of one field."""
    field, draft = next(iter(arguments), ""), Draft.parse(arguments[1:], _options(context))
    if draft is not None and draft.plans_changed:
        return _drafted(context, draft)
    if draft is not None and field == "effect":
        return Show(screens.effects(draft))
    if draft is not None and field == "plan":
        return Show(screens.plans(draft, _titles(context)))
    if draft is None or field not in screens.FIELDS:
        return await show_list(context, state, ())
    return Show(screens.choices(draft, field))


async def make(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Make the code, once however often the button is tapped."""
    draft, question = Draft.parse(arguments, _options(context)), (*arguments[2:], "")[0]
    if draft is None:
        return await show_list(context, state, ())
    if draft.plans_changed:
        return _drafted(context, draft)
    entry = Entry(_cause(context, question), f"code {draft.id} made", context.now, context.actor)
    try:
        code = make_code(_store(context), draft.code(context.session.person.id, context.now), entry)
    except IdTaken:
        await state.set_state(Naming.code)
        return Show(screens.ask_name().headed(phrase("promo-name-taken", code=draft.id)))
    return _card(context, code, phrase("promo-made"))


async def send_codes(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Send all codes of a batch as a file, each with the link that enters it."""
    batch = known_item(_store(context), next(iter(arguments), ""))
    if not batch.one_time:
        return _card(context, batch, phrase("here-is-current"))
    content = screens.file_of(one_time_codes(batch, context.fleet.ring().promo_mac), context.bot_name)
    return Send(content, phrase("promo-file", code=batch.id), phrase("promo-file-caption", code=batch.id))


async def pause(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Let the code not work for now."""
    return _moved(context, arguments, "paused", PromoCode.paused, PromoAct.PAUSE_CODE)


async def resume(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Let the code work again."""
    return _moved(context, arguments, "resumed", PromoCode.resumed, PromoAct.RESUME_CODE)


async def ask_end(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask before a code ends for good."""
    return Show(screens.ask_end(known_item(_store(context), next(iter(arguments), ""))))


async def end(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """End the code."""
    return _moved(context, arguments, "ended", PromoCode.ended, PromoAct.END_CODE)


def _moved(
    context: UpdateContext,
    arguments: Sequence[str],
    what: str,
    change: Callable[[PromoCode], PromoCode],
    act: PromoAct,
) -> Show:
    name, version = (*arguments, "", "")[:2]
    entry = Entry(context.cause, f"code {name} {what}", context.now, context.actor)
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else -1
    return _card(context, change_code(_store(context), name, entry, change, act, seen=seen))


def _card(context: UpdateContext, code: PromoCode, heading: Phrase | None = None) -> Show:
    store = _store(context)
    brought = store.brought(code.id) if code.is_discount else ()
    results = screens.Results(sum(store.taken(code.id).values()), brought)
    screen = screens.card(code, results, _titles(context), context.bot_name, context.now)
    return Show(screen if heading is None else screen.headed(heading))


def _drafted(context: UpdateContext, draft: Draft) -> Show:
    screen = screens.draft(draft, _titles(context), context.cause.rpartition(":")[2])
    return Show(screen.headed(phrase("promo-plans-changed")) if draft.plans_changed else screen)


def _options(context: UpdateContext) -> Options:
    """Return what codes can be about: the plans of which time has a price."""
    catalogue = context.payments.sales.plans.load()
    plans = (plan.id for plan in catalogue.plans if plan.shortest_month(catalogue.base_currency) is not None)
    return Options(catalogue.base_currency, tuple(plans))


def _titles(context: UpdateContext) -> screens.PlanTitles:
    language = context.view().language
    return {plan.id: plan.title(language) for plan in context.payments.sales.plans.load().plans}


def _cause(context: UpdateContext, question: str) -> str:
    """Return the cause of an act: the question that was answered, so that two taps on its button are one act."""
    return f"act:{context.cause.split(':')[1]}:{question}"


def _store(context: UpdateContext) -> PromoCodes:
    return context.payments.codes()


_ACTIONS: Mapping[str, Handler] = {
    "list": show_list,
    "one": show_one,
    "plans": show_plans,
    "new": ask_name,
    "any": make_name,
    "d": show_draft,
    "f": choose,
    "make": make,
    "file": send_codes,
    "pause": pause,
    "resume": resume,
    "ask_end": ask_end,
    "end": end,
}
