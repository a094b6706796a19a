"""Relay a question to the operators and an answer to the person; both are stored first, so that none is lost."""

from dataclasses import replace

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import LimitedAct
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import MOST_WAITING, new_question
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Session


class TooManyQuestions(Rejected):
    """As many questions of the person wait for the operators' chat as are kept."""


def relay_question(session: Session, context: Context, cause: str, text: str) -> Person:
    """Commit the person's question to the operators; `deliver_questions` sends it.

    Raises:
        TooManyQuestions: `MOST_WAITING` questions of this person wait already.
        TooOften: the person has asked as often as allowed.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def asked(person: Person) -> Person:
        if len(person.questions) >= MOST_WAITING:
            raise TooManyQuestions(f"{len(person.questions)} questions wait")
        return person.acted(LimitedAct.QUESTION, now).with_question(new_question(text, cause, now))

    try:
        return decide(session, Entry(cause, "asked a question", now), asked, context.metrics)
    except AlreadyDecided:
        return session.person


def relay_answer(session: Session, context: Context, cause: str, text: str) -> Person:
    """Commit an operator's answer as a notification to the person's chat; the limit of questions begins again.

    Raises:
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()
    message = notification(NotificationKind.SUPPORT_ANSWER, cause, now, text=text)
    entry = Entry(cause, "was answered", now, actor="operator")

    def answered(person: Person) -> Person:
        free = replace(person, user=person.user.without_acts(LimitedAct.QUESTION))
        return free.with_notifications(message)

    try:
        return decide(session, entry, answered, context.metrics)
    except AlreadyDecided:
        return session.person
