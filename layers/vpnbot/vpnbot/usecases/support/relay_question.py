"""Relay a question to the operators and an answer to the person; both are stored first, so that none is lost."""

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
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
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def asked(person: Person) -> Person:
        if len(person.questions) >= MOST_WAITING:
            raise TooManyQuestions(f"{len(person.questions)} questions wait")
        return person.with_question(new_question(text, cause, now))

    try:
        return decide(session, Entry(cause, "asked a question", now), asked, context.metrics)
    except AlreadyDecided:
        return session.person


def relay_answer(session: Session, context: Context, cause: str, text: str) -> Person:
    """Commit an operator's answer as a notification to the person's chat.

    Raises:
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()
    message = notification(NotificationKind.SUPPORT_ANSWER, cause, now, text=text)
    entry = Entry(cause, "was answered", now, actor="operator")
    try:
        return decide(session, entry, lambda person: person.with_notifications(message), context.metrics)
    except AlreadyDecided:
        return session.person
