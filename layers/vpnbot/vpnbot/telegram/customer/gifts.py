"""Gifts: a link that opens one, and what its buyer sees of it."""

from collections.abc import Callable

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.bot_link import GIFT_MARK, bot_address
from vpnbot.domain.gifts.gift import Gift, GiftRefused, GiftUnavailable
from vpnbot.domain.gifts.link import gift_token
from vpnbot.domain.payments.gift_opening import preview_of_gift
from vpnbot.domain.payments.settlement import order_of
from vpnbot.domain.people.limits import TooOften
from vpnbot.telegram.customer import gifts_screens as screens
from vpnbot.telegram.customer.home import show_current, show_home
from vpnbot.telegram.customer.limit_screens import limited
from vpnbot.telegram.customer.plans import bot_link
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.gifts.keep_gift import keep_gift
from vpnbot.usecases.gifts.make_gift_link import gift_of_buyer, make_gift_link
from vpnbot.usecases.gifts.open_gift import count_wrong_link, gift_of_link, open_gift
from vpnbot.usecases.ports import Context, Session
from vpnbot.usecases.ports.gifts import Gifts

type Change = Callable[[Session, Gifts, Context, str, str], Gift]
"""A use case that changes the gift with the id that is its last argument; the one before is the cause."""


async def from_link(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show what a gift is and does, before it is opened."""
    await state.clear()
    if not context.person.readable:
        return show_home(context)
    token = (message.text or "").partition(GIFT_MARK)[2].strip()
    try:
        named = gift_of_link(context.payments.gifts, context.fleet.ring(), token)
        refusal = named.gift.refusal(context.session.person.id, named.generation, context.now)
        if refusal is not None:
            return Show(screens.refused(context.view(), refusal, named.gift.id))
    except GiftRefused as error:
        return _wrong(context, error)
    preview = preview_of_gift(context.person, named.gift, context.now)
    return Show(screens.offered(context.view(), named.gift, preview, token))


async def take(query: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Open the gift."""
    await state.set_state(None)
    if not context.person.readable:
        return show_current(context)
    token = next(iter(action_arguments(query.data)[1:]), "")
    try:
        open_gift(context.session, context.payments.gifts, context.fleet, context, token)
    except GiftRefused as error:
        return _wrong(context, error)
    return Show(screens.taken(context.view()))


async def show(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show a gift to its buyer, with its link."""
    gift = _own(query, context)
    return Show(screens.unknown(context.view()) if gift is None else _of_buyer(query, context, gift))


async def ask_new_link(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Ask before a gift gets another link."""
    gift = _own(query, context)
    return Show(screens.unknown(context.view()) if gift is None else screens.ask_new_link(gift))


async def new_link(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Make another link of a gift; the earlier ones are dead."""
    return _changed(query, context, make_gift_link, phrase("toast-gift-new-link"))


async def keep(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Take the request for the money of a gift back."""
    return _changed(query, context, keep_gift, phrase("toast-gift-kept"))


def _changed(query: CallbackQuery, context: UpdateContext, change: Change, toast: Phrase) -> Reply:
    """Change a gift for its buyer, and show it; as it is, if it cannot be changed so."""
    gift = _own(query, context)
    if gift is None:
        return Show(screens.unknown(context.view()))
    try:
        gift = change(context.session, context.payments.gifts, context, context.cause, gift.id)
    except GiftUnavailable:
        return Show(_of_buyer(query, context, _own(query, context) or gift))
    return Show(_of_buyer(query, context, gift), toast=toast)


def _of_buyer(query: CallbackQuery, context: UpdateContext, gift: Gift) -> Screen:
    known = context.views.front.bot_username
    bot = bot_link(query) or (bot_address(known) if known else "")
    token = gift_token(gift.id, gift.generation, context.fleet.ring().gift_mac)
    link = f"{bot}?start={GIFT_MARK}{token}" if bot else ""
    return screens.of_buyer(context.view(), gift, link, order_of(gift.id))


def _own(query: CallbackQuery, context: UpdateContext) -> Gift | None:
    """Return the gift that a button is about, if this person has bought it."""
    gift_id = next(iter(action_arguments(query.data)[1:]), "")
    try:
        return gift_of_buyer(context.payments.gifts, context.session.person.id, gift_id)
    except GiftUnavailable:
        return None


def _wrong(context: UpdateContext, error: GiftRefused) -> Reply:
    try:
        count_wrong_link(context.session, context, error.refusal)
    except TooOften as refused:
        return Show(limited(context.view(), refused, context.now))
    return Show(screens.refused(context.view(), error.refusal))
