"""The operators' group: what the staff write goes to the person, and the buttons of a topic."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.answers import deletion, edit_of_answer, new_answer
from vpnbot.domain.people.limits import TooOften
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Right
from vpnbot.domain.support_chat import Place
from vpnbot.telegram.admin import person_acts, person_card, topic_card
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.person_screens import RIGHTS
from vpnbot.telegram.admin.support_replies import asker
from vpnbot.telegram.admin.support_setting import choose
from vpnbot.telegram.customer.support import Content, content_of
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.edited_copy import edited_content
from vpnbot.telegram.messages.packed_ids import unpacked_person
from vpnbot.telegram.messages.reply import Reply, Show, Silence
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.ports import Session
from vpnbot.usecases.support.close_topic import NotOpen, close_topic
from vpnbot.usecases.support.diagnose import run_diagnosis
from vpnbot.usecases.support.relay_question import NothingToRelay, answer_in_words, relay_answer

_AMONG_STAFF = "//"
_DELETE = "🗑"
_AS_EMOJI = "\ufe0f"
"""What keyboards of phones add to it."""
_CLOSE = "/close"


async def written(message: Message, context: UpdateContext) -> Reply:
    """Relay a message in a person's topic, or a reply to a question in a chat without topics."""
    asked = _asked(message, context)
    if message.forum_topic_closed is not None:
        return _closed_by_hand(asked, context)
    content = content_of(context.content)
    if content in {Content.NONE, Content.LIVE}:
        return Silence()
    if asked is None:
        return _in_an_orphan(message, context)
    text = message.text or message.caption or ""
    if text.startswith(_AMONG_STAFF) or _about_card(message, asked.person):
        return Silence()
    if not _by_staff(context):
        return _say("support-no-role")
    if not asked.person.user.known:
        return _say("support-unknown")
    if text.partition("@")[0].strip() == _CLOSE:
        return Show(Screen((_closed(asked, context),)))
    if content is Content.NOT_COPIED:
        return _say("support-not-copied")
    return _relayed(asked, message, context)


def _relayed(asked: Session, message: Message, context: UpdateContext) -> Reply:
    """Relay a message to the person; a bin as a reply deletes the copy of that message there."""
    chat_id, written, reply = message.chat.id, message.message_id, message.reply_to_message
    answer = new_answer(chat_id, written, context.cause, context.now, album=message.media_group_id or "")
    bin_only = (message.text or "").replace(_AS_EMOJI, "").strip() == _DELETE
    if bin_only and reply is not None and reply.message_id != _thread(context):
        answer = deletion(chat_id, reply.message_id, context.cause, context.now, asked_in=written)
    try:
        relay_answer(asked, context, context.cause, answer)
    except NothingToRelay:
        return _say("support-unknown")
    return Silence()


async def edited(message: Message, context: UpdateContext) -> Reply:
    """Relay an edit of a message that was relayed."""
    asked = _asked(message, context)
    if asked is None or not _by_staff(context) or content_of(context.content) is not Content.COPIED:
        return Silence()
    if (message.text or message.caption or "").startswith(_AMONG_STAFF):
        return Silence()
    content = edited_content(message)
    if content is None:
        return _say("support-refused")
    change = edit_of_answer(message.chat.id, message.message_id, context.cause, context.now, content)
    with suppress(NothingToRelay):
        relay_answer(asked, context, context.cause, change)
    return Silence()


async def tap(query: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Handle a button of the card in a topic, or an act on the person; any other is answered with silence."""
    word, *arguments = action_arguments(query.data) or [""]
    if (query.data or "").startswith(f"{Action.ADMIN}:"):
        return await _act(query, context, state, word, arguments)
    if word == "here":
        return choose(context, flat=arguments == ["flat"])
    person_id = unpacked_person(arguments[0]) if arguments else None
    if person_id is None or not context.may(Right.ANSWER):
        return Silence()
    session = context.open(person_id)
    if not session.person.user.version:
        return Silence()
    return _desk(word, session, context, arguments[1:])


def _desk(word: str, session: Session, context: UpdateContext, arguments: Sequence[str]) -> Reply:
    person, now = session.person, context.now
    match word:
        case "card":
            return Show(topic_card.card(person, now))
        case "check":
            return _checked(session, context)
        case "words":
            return Show(topic_card.prepared(person, context.cause.rpartition(":")[2]))
        case "say" if arguments and arguments[0] in topic_card.PREPARED:
            return _said(session, context, *arguments[:2])
        case "who":
            return topic_card.within_topic(person_card.show(context, session), person)
        case "close":
            words = _closed(session, context)
            return Show(topic_card.card(session.person, now).headed(words))
        case _:
            return Silence()


def _checked(session: Session, context: UpdateContext) -> Reply:
    """Check the servers of the person, as the button "VPN doesn't work" does."""
    try:
        found = run_diagnosis(session, context.fleet, context)
    except TooOften:
        found = None
    return Show(topic_card.card(session.person, context.now, found), toast=phrase("toast-checked"))


def _said(session: Session, context: UpdateContext, name: str, question: str = "") -> Reply:
    """Send a prepared answer, in the language of the person; two taps on it are one answer."""
    messages, person = context.views.messages, session.person
    bot = context.cause.split(":")[1]
    cause = f"act:{bot}:{question}/{name}" if question else context.cause
    text = messages.text(context.views.language_of(person), f"prepared-{name}")
    try:
        answer_in_words(session, context, cause, text)
    except NothingToRelay:
        return _say("support-unknown")
    heading = phrase("topic-said", label=phrase(f"prepared-{name}-label"))
    return Show(topic_card.card(session.person, context.now).headed(heading))


async def _act(
    query: CallbackQuery, context: UpdateContext, state: FSMContext, word: str, arguments: Sequence[str]
) -> Reply:
    tapped = topic_card.possible_in_group(arguments) if word == Area.ACT else None
    if tapped is None or not context.may(RIGHTS[tapped.kind]):
        return Silence()
    reply = await person_acts.tap(query, context, state, arguments)
    person = context.people.open(tapped.person).person
    return topic_card.within_topic(reply, person) if isinstance(reply, Show) else reply


def _closed(session: Session, context: UpdateContext) -> Phrase:
    try:
        close_topic(session, context, context.cause)
    except NotOpen:
        return phrase("support-not-open")
    return phrase("support-closed")


def _closed_by_hand(asked: Session | None, context: UpdateContext) -> Reply:
    """Close the conversation whose topic a member of the staff has closed in Telegram."""
    if asked is not None and _by_staff(context) and asked.person.user.known:
        with suppress(NotOpen):
            close_topic(asked, context, context.cause)
    return Silence()


def _asked(message: Message, context: UpdateContext) -> Session | None:
    """Return the person whom a message is for: whose topic it is in, or whose question it replies to."""
    thread = _thread(context)
    if thread:
        found = context.operators.records.person_of(Place(message.chat.id, thread))
        return context.open(found) if found is not None else None
    person_id = asker(message.reply_to_message.text if message.reply_to_message else None)
    return context.open(person_id) if person_id is not None else None


def _in_an_orphan(message: Message, context: UpdateContext) -> Reply:
    """Tell a member of the staff, once for each topic, that nobody gets what is written there."""
    thread, text = _thread(context), message.text or message.caption or ""
    if not thread or text.startswith(_AMONG_STAFF) or not _by_staff(context):
        return Silence()
    records, place = context.operators.records, Place(message.chat.id, thread)
    return _say("support-orphan") if records.tells_of_orphan(place, context.cause, context.now) else Silence()


def _thread(context: UpdateContext) -> int:
    thread = context.content.get("message_thread_id")
    return thread if context.content.get("is_topic_message") is True and isinstance(thread, int) else 0


def _about_card(message: Message, person: Person) -> bool:
    reply, topic = message.reply_to_message, person.topic
    return reply is not None and topic is not None and reply.message_id == topic.card_id


def _by_staff(context: UpdateContext) -> bool:
    """Tell whether the sender may answer: by role, as an anonymous administrator of the group, or in a chat of two.

    A private chat gets the questions because the settings say so.
    """
    chat = context.content.get("chat")
    private = isinstance(chat, dict) and chat.get("type") == "private"
    return private or context.may(Right.ANSWER) or is_anonymous_admin(context.content)


def is_anonymous_admin(message: Mapping[str, Any] | Mapping[str, object]) -> bool:
    """Tell whether a message is in the name of its group, as only administrators write (Bot API, Message)."""
    sender, chat = message.get("sender_chat"), message.get("chat")
    return isinstance(sender, dict) and isinstance(chat, dict) and sender.get("id") == chat.get("id")


def _say(words: str) -> Show:
    return Show(Screen((phrase(words),)))
