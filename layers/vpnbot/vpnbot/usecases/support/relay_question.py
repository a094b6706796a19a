"""A question goes to the operators and an answer comes back, through the outbox, so that neither is lost."""

from vpnbot.domain.notifications import Topic, notice
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Session


def pass_on_question(session: Session, context: Context, cause: str, text: str) -> Person:
    """Commit a question to the operators' chat.

    Raises:
        Conflict: too much happens at once; come back.
    """
    return _tell(session, context, cause, "asked a question", Topic.SUPPORT_QUESTION, text, actor="person")


def pass_on_answer(session: Session, context: Context, cause: str, text: str) -> Person:
    """Commit an operator's answer to a person's chat.

    Raises:
        Conflict: too much happens at once; come back.
    """
    return _tell(session, context, cause, "was answered", Topic.SUPPORT_ANSWER, text, actor="operator")


def _tell(session: Session, context: Context, cause: str, what: str, topic: Topic, text: str, actor: str) -> Person:
    now = context.clock()
    message = notice(topic, cause, now, text=text, person=session.person.id)
    try:
        return decide(
            session, Entry(cause, what, now, actor), lambda person: person.telling(message), context.metrics
        )
    except AlreadyDecided:
        return session.person
