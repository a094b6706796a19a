"""Links in advertisements: listed with what they have brought, made, named, paused and deleted by the staff."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.ads.link import AdLink, LinkDeleted, LinkState
from vpnbot.domain.money import Money
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.plan_field import prices
from vpnbot.domain.servers.operator_input import BadInput, title
from vpnbot.domain.staff.acts import LinkAct
from vpnbot.telegram.admin import ad_links_screens as screens
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.made_at import made_before
from vpnbot.telegram.admin.states import Advertising
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.ads.keep_links import change_link, make_link
from vpnbot.usecases.ads.link_figures import link_figures
from vpnbot.usecases.decided_items import ItemChanged, UnknownItem, known_item
from vpnbot.usecases.ports.ads import AdLinks

SHOWN = 8
"""The links on one page of the list."""

_BOT = "bot"
"""The name of the bot in the data of a conversation: only the tap that began it has told it."""

type Handler = Callable[[UpdateContext, FSMContext, Sequence[str]], Awaitable[Reply]]


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Handle a tap of this area; an unknown action, or one about a link that is gone, shows the list."""
    await leave(context, state)
    name, *more = arguments or [""]
    try:
        return await _ACTIONS.get(name, show_list)(context, state, more)
    except (UnknownItem, LinkDeleted):
        return await show_list(context, state, ())
    except ItemChanged:
        return _changed_meanwhile(context, more[0])


async def typed(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take the name of a link, or what it has cost; the question stays open after a text that is neither."""
    data, text = await state.get_data(), message.text or ""
    tag, seen, asks_cost = str(data.get("link", "")), _number(str(data.get("version", ""))), bool(data.get("cost"))
    try:
        change = _costing(context, text) if asks_cost else _named(title(text))
    except BadInput as error:
        return Show(screens.ask(tag, cost=asks_cost).headed(phrase(f"input-{error}")))
    try:
        link, heading = _taken(context, tag, seen, change, asks_cost=asks_cost)
    except (UnknownItem, LinkDeleted):
        await state.clear()
        return await show_list(context, state, ())
    except ItemChanged:
        await state.clear()
        return _changed_meanwhile(context, tag)
    await end_with(state, Outcome(context.cause, heading, link=link.id))
    return card(context, link, heading, name=str(data.get(_BOT, "")))


async def show_list(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the newest links, or those that were made before a time that a button names."""
    found = _store(context).latest(before=made_before(arguments), limit=SHOWN + 1)
    return Show(screens.listed(found[:SHOWN], more=len(found) > SHOWN))


async def show_one(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show what a link has brought."""
    return card(context, _known(context, arguments))


async def ask_title(context: UpdateContext, state: FSMContext, __: Sequence[str]) -> Reply:
    """Ask what a new link is to be called."""
    await state.set_state(Advertising.typing)
    await state.set_data({_BOT: context.bot_name})
    return Show(screens.ask(""))


async def ask_new_title(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask for another name of a link."""
    return await _ask(context, state, _known(context, arguments), cost=False)


async def ask_cost(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask what the advertisement has cost."""
    return await _ask(context, state, _known(context, arguments), cost=True)


async def show_code(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the address of a link as a QR code, in a message of its own."""
    link, name = _known(context, arguments), context.bot_name
    if not name or link.state is not LinkState.LIVE:
        return card(context, link, phrase("here-is-current"))
    return Show(screens.code(link, name), as_new=True)


async def pause(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Count no more people who come by the link."""
    return _moved(context, arguments, AdLink.paused, LinkAct.PAUSE_LINK)


async def resume(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Count the people who come by the link again."""
    return _moved(context, arguments, AdLink.resumed, LinkAct.RESUME_LINK)


async def ask_deletion(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask before a link is deleted."""
    return Show(screens.ask_deletion(_known(context, arguments)))


async def delete(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Delete the link, and show the list."""
    _move(context, arguments, AdLink.deleted, LinkAct.DELETE_LINK)
    return await show_list(context, state, ())


def card(context: UpdateContext, link: AdLink, heading: Phrase | None = None, *, name: str = "") -> Show:
    """Return the card of a link, with its figures as of now; `name` is that of the bot, if a tap has told it."""
    figures = link_figures(context.staff().statistics, link, context.now)
    screen = screens.card(link, figures, context.bot_name or name)
    return Show(screen if heading is None else screen.headed(heading))


def ended(context: UpdateContext, tag: str, heading: Phrase) -> Show | None:
    """Return what a conversation has done with a link, for the repetition of its update; None: it is gone."""
    link = _store(context).get(tag)
    return None if link is None else card(context, link, heading)


async def _ask(context: UpdateContext, state: FSMContext, link: AdLink, *, cost: bool) -> Reply:
    await state.set_state(Advertising.typing)
    await state.set_data({"link": link.id, "version": link.version, "cost": cost, _BOT: context.bot_name})
    return Show(screens.ask(link.id, cost=cost))


def _taken(
    context: UpdateContext, tag: str, seen: int, change: Callable[[AdLink], AdLink], *, asks_cost: bool
) -> tuple[AdLink, Phrase]:
    """Commit what was typed about a link, or make a new one; return it, and what was done."""
    if tag:
        act = LinkAct.COST_OF_LINK if asks_cost else LinkAct.NAME_LINK
        entry = Entry(context.cause, f"ad link {tag}: {act}", context.now, context.actor)
        return change_link(_store(context), tag, entry, change, act, seen=seen), phrase("ad-saved")
    entry = Entry(context.cause, "ad link made", context.now, context.actor)
    made = make_link(_store(context), change(AdLink("", "")).title, entry, context.fleet.ring())
    return made, phrase("ad-made")


def _named(name: str) -> Callable[[AdLink], AdLink]:
    return lambda link: link.named(name)


def _costing(context: UpdateContext, text: str) -> Callable[[AdLink], AdLink]:
    """Return the change to the cost that was typed: an amount, in the shop's currency if none is named.

    Raises:
        BadInput: it is no amount.
    """
    currency = context.payments.sales.settings.load().base_currency
    typed_one = prices(f"{text} {currency}" if text.strip()[-1:].isdecimal() else text)
    if len(typed_one) != 1:
        raise BadInput("prices")
    ((name, minor),) = typed_one.items()
    return lambda link: link.costing(Money(minor, name))


def _moved(
    context: UpdateContext, arguments: Sequence[str], change: Callable[[AdLink], AdLink], act: LinkAct
) -> Show:
    return card(context, _move(context, arguments, change, act))


def _move(
    context: UpdateContext, arguments: Sequence[str], change: Callable[[AdLink], AdLink], act: LinkAct
) -> AdLink:
    tag, version = (*arguments, "", "")[:2]
    entry = Entry(context.cause, f"ad link {tag}: {act}", context.now, context.actor)
    return change_link(_store(context), tag, entry, change, act, seen=_number(version))


def _changed_meanwhile(context: UpdateContext, tag: str) -> Show:
    current = card(context, known_item(_store(context), tag))
    return Show(current.screen.led_by(phrase("promo-changed")))


def _known(context: UpdateContext, arguments: Sequence[str]) -> AdLink:
    """Return the link that a button names.

    Raises:
        UnknownItem, LinkDeleted: there is none any more.
    """
    link = known_item(_store(context), next(iter(arguments), ""))
    if link.state is LinkState.DELETED:
        raise LinkDeleted(link.id)
    return link


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _store(context: UpdateContext) -> AdLinks:
    return context.payments.links()


_ACTIONS: Mapping[str, Handler] = {
    "list": show_list,
    "one": show_one,
    "new": ask_title,
    "name": ask_new_title,
    "cost": ask_cost,
    "qr": show_code,
    "pause": pause,
    "resume": resume,
    "ask_delete": ask_deletion,
    "delete": delete,
}
