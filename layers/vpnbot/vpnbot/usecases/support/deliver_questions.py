"""Copy a person's messages to the operators' chat, in order. A message stays until the chat has it."""

from collections.abc import Collection
from dataclasses import replace

from vpnbot.domain.answers import without_followers
from vpnbot.domain.message_pairs import Pair, Side
from vpnbot.domain.questions import Question, QuestionKind
from vpnbot.domain.scheduling import RELAY_QUESTION, Due
from vpnbot.domain.support_chat import (
    ChatFailed,
    ChatMoved,
    ChatTrouble,
    CopyOutcome,
    EditRefused,
    Place,
    Relayed,
    SourceGone,
    SupportChat,
    ThreadGone,
    TopicsRefused,
)
from vpnbot.usecases.outbox import claimed_in_order, own_at_once, with_album
from vpnbot.usecases.ports import Context, Metric, Operators, Session
from vpnbot.usecases.support.support_chat import chat_error, follow_moved_chat
from vpnbot.usecases.support.topics import Desk, Later, forget_thread, place_of

type _Outcome = CopyOutcome | Later
_MOST_CHANGES = 3
"""After so many changes of the chat in one attempt it is tried again later: moved, without topics, a topic gone."""


def deliver_questions(
    session: Session, operators: Operators, context: Context, claimed: Collection[str] = frozenset()
) -> None:
    """Copy the messages of a person, oldest first; those that the chat does not take are due again later.

    However long the chat fails, no message is given up. `claimed` are the ids of questions whose claims this process
    holds besides those that its session committed.

    Raises:
        UnreadableItem: this version cannot read the state of the operators' chat.
        StorageUnavailable: the storage did not answer; the questions are due again when their claims end.
        Conflict: concurrent changes of the person; as above.
        ClaimLost: another worker changed a question meanwhile.
    """
    desk, own = Desk(session, operators, context), {*own_at_once(session, session.person.questions), *claimed}
    waiting = without_followers(session.person.questions)
    for question in claimed_in_order(session, context, waiting, own, takes_over=True):
        if not _delivered(question, desk):
            return


def _delivered(question: Question, desk: Desk) -> bool:
    """Do one question and the rest of its album; False if the chat does not take it now, so that it is due later."""
    session, operators, now = desk.session, desk.operators, desk.context.clock()
    chat = operators.support_chat.load(operators.support_chat_id)
    if chat.waits_until is not None and chat.waits(now):
        session.observe(question, question.rescheduled(Due(chat.waits_until)))
        return False
    album = with_album(session, desk.context, question, session.person.questions)
    outcome, chat = _done(album, chat, desk)
    if isinstance(outcome, Later):
        for each in album:
            session.observe(each, each.rescheduled(Due(outcome.at)))
        return False
    if isinstance(outcome, Relayed | SourceGone):
        for each in album:
            session.observe(each, None)
        if chat.hindered:
            operators.support_chat.save(chat, chat.working())
        return True
    failure = outcome if isinstance(outcome, ChatFailed) else ChatFailed(ChatTrouble.NO_ANSWER, "it changes again")
    failed = chat.failed(failure.trouble, now, failure.after)
    operators.support_chat.save(chat, failed)
    for each in album:
        session.observe(each, each.rescheduled(Due(failed.waits_until or now)))
    desk.context.metrics.count(Metric.QUESTIONS_DEFERRED)
    desk.context.metrics.deferred(RELAY_QUESTION.prefix, chat_error(failure))
    return False


def _done(album: tuple[Question, ...], chat: SupportChat, desk: Desk) -> tuple[_Outcome, SupportChat]:
    """Do what is asked in the chat as it is now; follow it if it has moved, or has lost its topics, or this one."""
    outcome: _Outcome = ChatFailed(ChatTrouble.NOT_SET, "not set")
    for _ in range(_MOST_CHANGES):
        if chat.chat_id is None:
            return outcome, chat
        outcome = _attempted(album, chat, desk)
        match outcome:
            case ChatMoved(to):
                chat = follow_moved_chat(desk.operators, to)
            case ThreadGone():
                forget_thread(desk, chat.chat_id or 0)
            case TopicsRefused():
                desk.operators.support_chat.save(chat, chat.without_topics(desk.context.clock()))
                chat = desk.operators.support_chat.load(desk.operators.support_chat_id)
            case _:
                return outcome, chat
    return outcome, chat


def _attempted(album: tuple[Question, ...], chat: SupportChat, desk: Desk) -> _Outcome:
    first, chat_id = album[0], chat.chat_id or 0
    if first.text:
        later = desk.token(chat_id)
        return later or desk.operators.sender.relay(first, desk.person, chat_id, desk.context.clock())
    if first.kind is QuestionKind.CLOSE:
        return _closed(desk, chat)
    if first.kind is QuestionKind.EDIT:
        return _edited(first, chat, desk)
    place = place_of(desk, chat)
    if not isinstance(place, Place):
        return place
    known = None if first.id in desk.session.own_messages else _pair(first, place, desk)
    if known is not None:  # copied by a process that ended before it could store that
        return _named(place, known.copy, desk)
    return _copied(album, place, desk, reply_to=None)


def _copied(album: tuple[Question, ...], place: Place, desk: Desk, *, reply_to: int | None) -> _Outcome:
    """Copy the messages, and store which is the copy of which."""
    asked = [each.message_id for each in album]
    if later := desk.token(place.chat_id, len(asked) + (0 if place.thread_id else 1)):
        return later
    now = desk.context.clock()
    outcome = desk.operators.sender.copy(asked, desk.person, place, reply_to)
    if isinstance(outcome, SourceGone):
        _say(desk, place, "support-taken-back")
        return outcome
    if not isinstance(outcome, Relayed):
        return outcome
    if len(outcome.message_ids) == len(asked):
        for original, copy in zip(asked, outcome.message_ids, strict=True):
            desk.operators.records.remember(desk.person.id, Pair(Side.IN, original, place.chat_id, copy, now))
    else:
        _say(desk, place, "support-copied-in-part")
    return _named(place, outcome.message_ids[0], desk, counted=True)


def _named(place: Place, copy: int, desk: Desk, *, counted: bool = False) -> _Outcome:
    """In a chat without topics, say below a copy whose it is."""
    if place.thread_id:
        return Relayed((copy,))
    if not counted and (later := desk.token(place.chat_id)):
        return later
    return desk.operators.sender.name(desk.person, place, copy, desk.context.clock())


def _edited(question: Question, chat: SupportChat, desk: Desk) -> _Outcome:
    """Change the copy of an edited message; nothing if that was made after the edit.

    What Telegram does not put into the copy is copied again, below the copy of before.
    """
    earlier = _pair(question, chat.place(), desk)
    if earlier is None or earlier.copied_at > question.asked_at:
        return Relayed()
    if question.edited is not None:
        if later := desk.token(earlier.chat_id):
            return later
        outcome = desk.operators.sender.edit(question.edited, chat.place(), earlier.copy)
        if not isinstance(outcome, EditRefused | SourceGone | ThreadGone):
            return outcome
    place = place_of(desk, chat)
    if not isinstance(place, Place):
        return place
    return _copied((replace(question, album=""),), place, desk, reply_to=earlier.copy)


def _closed(desk: Desk, chat: SupportChat) -> _Outcome:
    """Close the topic; nothing if the person has written again meanwhile, or there is no topic."""
    topic = desk.person.topic
    if topic is None or topic.open or not topic.thread_id or topic.closed_there or topic.chat_id != chat.chat_id:
        return Relayed()
    outcome = desk.operators.sender.set_closed(Place(topic.chat_id, topic.thread_id), closed=True)
    if isinstance(outcome, Relayed):
        desk.keep(replace(topic, closed_there=True))
    return outcome


def _pair(question: Question, place: Place, desk: Desk) -> Pair | None:
    """Return the pair of a message in this chat."""
    found = desk.operators.records.pair(desk.person.id, Side.IN, question.message_id)
    return found if found is not None and found.chat_id == place.chat_id else None


def _say(desk: Desk, place: Place, words: str) -> None:
    """Say something in the topic, if the group may get one more message now; it is not tried again."""
    if desk.token(place.chat_id) is None:
        desk.operators.sender.say(replace(place, language=place.language or desk.language), words)
