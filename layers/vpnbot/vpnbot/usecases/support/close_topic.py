"""Close the conversation of a person with the operators; the person's next message opens it again."""

from dataclasses import replace

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import QuestionKind, new_question
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Session


class NotOpen(Rejected):
    """There is no open conversation with this person."""


def close_topic(session: Session, context: Context, cause: str) -> Person:
    """Commit the end of a conversation, with a message to the person, and let the topic be closed.

    Raises:
        NotOpen: the conversation is closed already, or there is none.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def closed(person: Person) -> Person:
        if person.topic is None or not person.topic.open or not person.user.known:
            raise NotOpen("there is no open conversation")
        told = person.with_notifications(notification(NotificationKind.SUPPORT_CLOSED, cause, now))
        ended = replace(told, topic=person.topic.closed())
        return ended.with_question(new_question(0, cause, now, kind=QuestionKind.CLOSE))

    try:
        return decide(session, Entry(cause, "conversation closed", now, actor="operator"), closed, context.metrics)
    except AlreadyDecided:
        return session.person
