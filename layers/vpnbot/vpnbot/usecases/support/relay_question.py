"""Relay messages between a person and the operators; each is stored first, so that none is lost.

The content is not stored, only where the message is: `deliver_questions` and `deliver_answers` let Telegram copy it.
"""

from collections.abc import Callable
from dataclasses import replace

from vpnbot.domain.answers import Answer, AnswerKind
from vpnbot.domain.edited_content import Edited
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import LimitedAct
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import MOST_WAITING, edit_of_question, new_question
from vpnbot.domain.topics import Topic
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Session


class TooManyQuestions(Rejected):
    """As many questions of the person wait for the operators' chat as are kept."""


class NothingToRelay(Rejected):
    """The person is not known any more, or the conversation does not exist."""


def relay_question(session: Session, context: Context, cause: str, message_id: int, *, album: str = "") -> Person:
    """Commit a message of the person to the operators, and open the conversation; `deliver_questions` copies it.

    Messages of an album after the first are not counted as questions of their own.

    Raises:
        TooManyQuestions: `MOST_WAITING` questions of this person wait already.
        TooOften: the person has asked as often as allowed.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def asked(person: Person) -> Person:
        _ensure_room(person)
        counted = person if continues_album(person, album) else person.acted(LimitedAct.QUESTION, now)
        topic = (person.topic or Topic()).asked(now)
        return replace(counted, topic=topic).with_question(new_question(message_id, cause, now, album=album))

    return _decided(session, context, Entry(cause, "asked a question", now), asked)


def relay_edit(session: Session, context: Context, cause: str, message_id: int, edited: Edited | None) -> Person:
    """Commit that the person has edited a message which the operators have, or will have.

    `edited` is what it contains now; None: that cannot be put into the copy, which is made again.

    Raises:
        TooManyQuestions, Conflict: as `relay_question`.
    """
    now = context.clock()

    def changed(person: Person) -> Person:
        _ensure_room(person)
        return person.with_question(edit_of_question(message_id, cause, now, edited))

    return _decided(session, context, Entry(cause, "edited a question", now), changed)


def continues_album(person: Person, album: str) -> bool:
    """Tell whether another message of an album waits already."""
    return bool(album) and any(waiting.album == album for waiting in person.questions)


def relay_answer(session: Session, context: Context, cause: str, answer: Answer) -> Person:
    """Commit a message of the operators to the person; with a new one the limit of questions begins again.

    Raises:
        NothingToRelay: the person has deleted their data.
        Conflict: concurrent changes; try again later.
    """

    new = answer.kind is AnswerKind.MESSAGE

    def answered(person: Person) -> Person:
        _ensure_known(person)
        return (_answered(person) if new else person).with_answer(answer)

    what = "was answered" if new else "an answer was changed"
    return _decided(session, context, Entry(cause, what, context.clock(), actor="operator"), answered)


def answer_in_words(session: Session, context: Context, cause: str, text: str) -> Person:
    """Commit a text as an answer, for example one of the prepared ones.

    Raises:
        NothingToRelay, Conflict: as `relay_answer`.
    """
    now = context.clock()
    words = notification(NotificationKind.SUPPORT_ANSWER, cause, now, text=text)

    def answered(person: Person) -> Person:
        _ensure_known(person)
        return _answered(person).with_notifications(words)

    return _decided(session, context, Entry(cause, "was answered", now, actor="operator"), answered)


def _ensure_known(person: Person) -> None:
    if not person.user.known:
        raise NothingToRelay("the person has deleted their data")


def _answered(person: Person) -> Person:
    topic = (person.topic or Topic()).answered()
    return replace(person, user=person.user.without_acts(LimitedAct.QUESTION), topic=topic)


def _ensure_room(person: Person) -> None:
    if len(person.questions) >= MOST_WAITING:
        raise TooManyQuestions(f"{len(person.questions)} questions wait")


def _decided(session: Session, context: Context, entry: Entry, choose: Callable[[Person], Person]) -> Person:
    try:
        return decide(session, entry, choose, context.metrics)
    except AlreadyDecided:
        return session.person
