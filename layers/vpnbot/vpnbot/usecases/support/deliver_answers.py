"""Copy the operators' messages to a person, in order, and show the operators what became of each."""

from collections.abc import Collection

from vpnbot.domain.answers import Answer, AnswerKind, without_followers
from vpnbot.domain.message_pairs import Pair, Side
from vpnbot.domain.scheduling import RELAY_ANSWER, Due
from vpnbot.domain.support_chat import Place
from vpnbot.errors import MessageGone, MessageRefused, TelegramUnavailable, Unreachable
from vpnbot.usecases.backoff import next_due
from vpnbot.usecases.outbox import claimed_in_order, own_at_once, with_album
from vpnbot.usecases.people.record_blocked import record_blocked
from vpnbot.usecases.ports import Context, Metric, Operators, People, Session
from vpnbot.usecases.support.topics import Desk

DONE, FAILED = "👌", "😢"


def deliver_answers(
    session: Session,
    people: People,
    operators: Operators,
    context: Context,
    claimed: Collection[str] = frozenset(),
) -> None:
    """Send the answers to a person, oldest first. `claimed` as for `deliver_questions`.

    Answers to a person who has blocked the bot are kept until they come back, and the operators are told.

    Raises:
        TelegramUnavailable: Telegram asked to wait or did not answer; the answer is due again.
        StorageUnavailable: the storage did not answer; the answers are due again when their claims end.
        ClaimLost: another worker changed an answer meanwhile.
    """
    desk, own = Desk(session, operators, context), {*own_at_once(session, session.person.answers), *claimed}
    waiting = without_followers(session.person.answers)
    for answer in claimed_in_order(session, context, waiting, own, takes_over=True):
        if answer.kind is AnswerKind.MESSAGE:
            _deliver(answer, desk, people)
        else:
            _change(answer, desk)


def _deliver(answer: Answer, desk: Desk, people: People) -> None:
    """Copy an answer, and the rest of its album."""
    album = with_album(desk.session, desk.context, answer, desk.person.answers)
    now = desk.context.clock()
    if _copied_before(answer, desk):
        _finish(album, desk, "")
        return
    try:
        copies = desk.operators.answers.copy(album, desk.person, now)
    except Unreachable:
        desk.context.metrics.count(Metric.UNDELIVERED)
        for each in album:
            desk.session.observe(each, Answer(each.id, each.chat_id, each.message_id, None, each.album))
        _tell(answer, desk, "support-blocked")
        if desk.person.user.reachable:
            record_blocked(people, desk.person, now)
            desk.session.reload()
        return
    except TelegramUnavailable as error:
        _retry(album, desk, error)
        raise
    except MessageRefused:
        _finish(album, desk, "support-refused")
        return
    for each, copy in zip(album, copies, strict=len(copies) == len(album)):
        desk.operators.records.remember(desk.person.id, Pair(Side.OUT, each.message_id, each.chat_id, copy, now))
    _finish(album, desk, "" if len(copies) == len(album) else "support-refused")


def _change(answer: Answer, desk: Desk) -> None:
    """Edit or delete the copy of an answer; nothing if it was not copied, or has the edit already."""
    pair = desk.operators.records.pair(desk.person.id, Side.OUT, answer.message_id)
    edit = answer.kind is AnswerKind.EDIT
    if pair is not None and pair.chat_id != answer.chat_id:
        pair = None
    if edit and (pair is None or pair.copied_at > answer.written_at):
        desk.session.observe(answer, None)
        return
    if pair is None:
        _finish((answer,), desk, "support-not-deleted")
        return
    words = ""
    try:
        if edit:
            desk.operators.answers.edit(answer, desk.person, pair.copy, desk.context.clock())
        elif not desk.operators.answers.delete(desk.person, pair.copy):
            words = "support-not-deleted"
    except TelegramUnavailable as error:
        _retry((answer,), desk, error)
        raise
    except (Unreachable, MessageGone):
        words = "" if not edit else "support-refused"
    except MessageRefused:
        words = "support-refused"
    _finish((answer,), desk, words)


def _copied_before(answer: Answer, desk: Desk) -> bool:
    """Tell whether a process copied the answer and ended before it could store that."""
    if answer.id in desk.session.own_messages:
        return False
    pair = desk.operators.records.pair(desk.person.id, Side.OUT, answer.message_id)
    return pair is not None and pair.chat_id == answer.chat_id


def _retry(album: tuple[Answer, ...], desk: Desk, error: TelegramUnavailable) -> None:
    now = desk.context.clock()
    desk.context.metrics.count(Metric.RETRIED)
    for each in album:
        desk.session.observe(each, each.rescheduled(next_due(each.due or Due(now), error, RELAY_ANSWER, now)))


def _finish(album: tuple[Answer, ...], desk: Desk, trouble: str) -> None:
    """Remove what is done from the queue, and show it: a reaction, or with trouble also a sentence."""
    for each in album:
        desk.session.observe(each, None)
    _tell(album[0], desk, trouble)


def _tell(answer: Answer, desk: Desk, trouble: str) -> None:
    """Show what became of an answer; a reaction that is refused becomes a reply. It is not tried again.

    The sentence is one of the messages that the group may get in a minute.
    """
    shown = desk.operators.answers.react(answer, FAILED if trouble else DONE)
    if shown and not trouble:
        return
    topic = desk.person.topic
    thread = topic.thread_id if topic is not None and topic.chat_id == answer.chat_id else 0
    if desk.token(answer.chat_id) is None:
        chat = desk.operators.support_chat.load(desk.operators.support_chat_id)
        place = Place(answer.chat_id, thread, chat.language or desk.language)
        desk.operators.sender.say(place, trouble or "support-delivered", answer.shown_at)
