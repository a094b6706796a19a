"""What a person writes to the operators: after the button "Write to us", in an open conversation, or passed on."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.people.limits import TooOften
from vpnbot.telegram.customer import support_screens as screens
from vpnbot.telegram.customer.home import show_current, show_home, show_not_understood
from vpnbot.telegram.customer.limit_screens import limited
from vpnbot.telegram.customer.not_understood import answered_once, row_in
from vpnbot.telegram.customer.states import Support
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.reply import Reply, Show, Silence
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.support.relay_question import (
    TooManyQuestions,
    continues_album,
    relay_edit,
    relay_question,
)

_COPIED = frozenset(
    {
        *("text", "animation", "audio", "document", "photo", "sticker", "video", "video_note", "voice"),
        *("contact", "dice", "venue", "location", "poll"),
    }
)
_NOT_COPIED = frozenset({"paid_media", "giveaway", "giveaway_winners", "invoice", "story", "checklist"})
"""Bot API, copyMessage: service messages, paid media, giveaways and invoices can't be copied."""


class Content(StrEnum):
    """Whether a message can be relayed. LIVE: a place that moves. NONE: no content, such as a pinned message."""

    COPIED = "copied"
    NOT_COPIED = "not_copied"
    LIVE = "live"
    NONE = "none"


def content_of(message: Mapping[str, Any]) -> Content:
    """Return what a message, as Telegram delivered it, contains."""
    location, poll = message.get("location"), message.get("poll")
    if isinstance(location, dict) and "live_period" in location:
        return Content.LIVE
    if message.keys() & _NOT_COPIED or (isinstance(poll, dict) and poll.get("type") == "quiz"):
        return Content.NOT_COPIED
    return Content.COPIED if message.keys() & _COPIED else Content.NONE


async def ask(_: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Ask the person to write."""
    if context.views.support_chat_id is None:
        return show_current(context)
    await state.set_state(Support.writing)
    return Show(screens.ask(), as_new=True)


async def on_command(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Ask the person to write, after a command or from a page; home, with its button, if support has an address."""
    await state.clear()
    if context.views.support_chat_id is None:
        return show_home(context)
    await state.set_state(Support.writing)
    return Show(screens.ask())


async def question(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Relay what the person has been asked for."""
    content = content_of(context.content)
    if content is not Content.COPIED:
        return Silence() if content is Content.LIVE else Show(screens.not_copied())
    await end_with(state, Outcome(context.cause, phrase("support-sent")))  # stored by the same commit
    try:
        return _relay(message, context)
    except TooOften as refused:
        await state.set_state(Support.writing)
        await state.set_data({})
        return Show(limited(context.view(), refused, context.now))


async def without_a_question(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Relay a message that no feature expects if the conversation is open; otherwise offer to pass it on.

    Members of the staff get the current screen: what they type late, such as a token, is not for other people.
    """
    if not context.person.readable:  # nothing is written beside what another version has stored
        return show_not_understood(context)
    content, topic = content_of(context.content), context.person.topic
    command = (message.text or "").startswith("/")
    offered = context.views.support_chat_id is not None and context.role is None
    album = message.media_group_id or ""
    if not offered or command or content is Content.NONE:
        return await answered_once(state, context.now, message.message_id, album, show_not_understood(context))
    if content is Content.LIVE:
        return Silence()
    if content is Content.NOT_COPIED:
        await state.clear()
        return Show(screens.not_copied())
    if topic is not None and topic.open:
        await state.clear()
        return _relay(message, context)
    offer = Show(screens.offer(message.message_id))
    return await answered_once(state, context.now, message.message_id, album, offer)


async def pass_on(query: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Relay the message below which the button is, with those after it in its row; two taps relay each once."""
    arguments = action_arguments(query.data)
    number = arguments[1] if len(arguments) == 2 else ""
    if context.views.support_chat_id is None or not (number.isascii() and number.isdecimal() and len(number) < 16):
        return show_current(context)
    row = row_in(await state.get_data())
    listed = row.messages if row is not None and row.messages[0][0] == int(number) else ((int(number), ""),)
    try:
        for message_id, album in listed:
            if message_id == listed[-1][0]:
                await state.clear()  # with the last commit: after a crash before it, all messages are still known
            relay_question(context.session, context, f"pass_on:{message_id}", message_id, album=album)
    except TooManyQuestions:
        await state.clear()
        return Show(screens.too_many())
    return Show(screens.sent())


async def edited(message: Message, context: UpdateContext) -> Reply:
    """Relay an edit of a message that may have been relayed."""
    if context.person.topic is None or content_of(context.content) is not Content.COPIED:
        return Silence()
    from vpnbot.telegram.messages.edited_copy import edited_content

    try:
        relay_edit(context.session, context, context.cause, message.message_id, edited_content(message))
    except TooManyQuestions:
        return Show(screens.too_many())
    return Silence()


def _relay(message: Message, context: UpdateContext) -> Reply:
    album = message.media_group_id or ""
    more_of_album = continues_album(context.person, album)
    try:
        relay_question(context.session, context, context.cause, message.message_id, album=album)
    except TooManyQuestions:
        return Show(screens.too_many())
    return Silence() if more_of_album else Show(screens.sent())
