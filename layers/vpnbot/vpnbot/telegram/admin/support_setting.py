"""Which group gets the questions: `/support_here` in the group, confirmed by an owner; and `/id`."""

from collections.abc import Sequence

from aiogram.types import ChatMemberUpdated, Message

from vpnbot.domain.people.roles import Right
from vpnbot.domain.support_group import GroupFacts, Missing, keeps_from_working
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.reply import Reply, Show, Silence
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.support.choose_group import Choice, GroupChanged, GroupNotReady, GroupUnknown, choose_group
from vpnbot.usecases.support.support_chat import follow_moved_chat

_PRESENT = frozenset({"member", "administrator"})
_HERE = Button(phrase("button-support-here"), action=Action.DESK.on("here"))
_FLAT = Button(phrase("button-support-flat"), action=Action.DESK.on("here", "flat"))


async def here(_: Message) -> Reply:
    """Ask an owner to confirm that this group gets the questions; the tap names who it is."""
    return Show(Screen((phrase("support-here"),), rows((_HERE,))))


async def moved(message: Message, context: UpdateContext) -> Reply:
    """Keep the new id of the operators' group, which has become a supergroup."""
    if message.migrate_to_chat_id is not None:
        follow_moved_chat(context.operators, message.migrate_to_chat_id)
    return Silence()


async def show_id(message: Message, context: UpdateContext) -> Reply:
    """Show the id of the chat; in a private chat it is that of the person."""
    words = "id-own" if message.chat.type == "private" else "id-chat"
    return Show(Screen((phrase(words, id=str(message.chat.id)),)))


async def added(update: ChatMemberUpdated, context: UpdateContext) -> Reply:
    """Say what to do after a member of the staff has added the bot to a group, or changed its rights."""
    if update.new_chat_member.status not in _PRESENT:
        return Silence()
    state = context.operators.support_chat
    chat = state.load(context.operators.support_chat_id)
    if chat.chosen_id is None or chat.chat_id != update.chat.id:
        return Show(Screen((phrase("support-added"),), rows((_HERE,))))
    missing = _facts(update).missing(topics=True)
    if not chat.topics and not keeps_from_working(missing):
        state.save(chat, chat.chosen(update.chat.id, chat.language, topics=True))
        return Show(Screen((phrase("support-here-done"), *missing_lines(missing))))
    lines = missing_lines(missing) if chat.topics else ()
    if chat.hindered:
        state.save(chat, chat.working())
        lines = (phrase("support-back"), *lines)
    return Show(Screen((lines,))) if lines else Silence()


def _facts(update: ChatMemberUpdated) -> GroupFacts:
    """Return what the update says about the group and the bot's rights in it."""
    member, title = update.new_chat_member, update.chat.title or ""
    topics, delete = (getattr(member, right, None) is True for right in ("can_manage_topics", "can_delete_messages"))
    return GroupFacts(title, update.chat.is_forum is True, member.status == "administrator", topics, delete)


def choose(context: UpdateContext, *, flat: bool) -> Reply:
    """Let this group get the questions, after Telegram has said that topics can be made in it.

    `flat`: without topics. Only an owner may; the group is that of the tapped message.
    """
    message = context.content.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    if not context.may(Right.SETTINGS) or not isinstance(chat, dict):
        return Silence()
    chat_id = int(chat["id"])
    language = context.views.language_of(context.person)
    choice = Choice(chat_id, language, topics=not flat, cause=context.cause, actor=context.actor)
    try:
        missing = choose_group(context.operators, context, choice)
    except GroupUnknown:
        return _not_yet(phrase("support-here-unknown"))
    except GroupChanged:
        return _not_yet(phrase("support-here-again"))
    except GroupNotReady as error:
        return _not_yet(*missing_lines(error.missing), flat=True)
    done = phrase("support-here-flat" if flat else "support-here-done")
    return Show(Screen((done, *missing_lines(missing))))


def missing_lines(missing: Sequence[Missing]) -> tuple[Phrase, ...]:
    """Return a sentence for each thing that the bot is missing in the group."""
    return tuple(phrase(f"support-missing-{each}") for each in missing)


def _not_yet(*lines: Phrase, flat: bool = False) -> Show:
    again = Button(phrase("button-refresh"), action=Action.DESK.on("here"))
    return Show(Screen((lines,), rows((again,), (_FLAT if flat else None,))))
