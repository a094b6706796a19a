"""Move a question that an earlier release put among the notifications to the person's questions."""

from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import Due
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.ports import Context, Session


def move_to_questions(session: Session, context: Context, stored: Notification) -> None:
    """Move the question, which is due at once.

    Raises:
        Conflict: concurrent changes; due work tries again.
    """
    question = Question(stored.id, stored.arguments["text"], Due(context.clock()))

    def moved(person: Person) -> Decision | None:
        if stored.id not in {message.id for message in person.outbox}:
            return None
        return Decision(person.without_notification(stored.id).with_question(question))

    apply_fact(session, context, moved)
