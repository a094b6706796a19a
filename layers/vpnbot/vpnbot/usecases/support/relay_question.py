"""Relay a question to the operators and an answer to the person, through the outbox, so that none is lost."""

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Session


def relay_question(session: Session, context: Context, cause: str, text: str) -> Person:
    """Commit the person's question as a notification to the operators' chat.

    Raises:
        Conflict: concurrent changes; try again later.
    """
    return _commit(
        session, context, cause, "asked a question", NotificationKind.SUPPORT_QUESTION, text, actor="person"
    )


def relay_answer(session: Session, context: Context, cause: str, text: str) -> Person:
    """Commit an operator's answer as a notification to the person's chat.

    Raises:
        Conflict: concurrent changes; try again later.
    """
    return _commit(session, context, cause, "was answered", NotificationKind.SUPPORT_ANSWER, text, actor="operator")


def _commit(
    session: Session, context: Context, cause: str, what: str, kind: NotificationKind, text: str, actor: str
) -> Person:
    now = context.clock()
    message = notification(kind, cause, now, text=text, person=session.person.id)
    try:
        return decide(
            session,
            Entry(cause, what, now, actor),
            lambda person: person.with_notifications(message),
            context.metrics,
        )
    except AlreadyDecided:
        return session.person
