"""Send a person's questions to the operators' chat, in order. A question stays until the chat has it."""

from collections.abc import Collection
from datetime import datetime

from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.person import Person
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import RELAY_QUESTION, Due
from vpnbot.domain.support_chat import ChatFailed, ChatMoved, ChatTrouble, Relayed, RelayOutcome, SupportChat
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.outbox import claimed_in_order
from vpnbot.usecases.ports import Context, Metric, Operators, Session
from vpnbot.usecases.support.support_chat import chat_error, follow_moved_chat


def deliver_questions(
    session: Session, operators: Operators, context: Context, claimed: Collection[str] = frozenset()
) -> None:
    """Send the questions of a person, oldest first; those that the chat does not take are due again later.

    However long the chat fails, no question is given up. `claimed` are the ids of questions whose claims this process
    holds besides those that its session committed.

    Raises:
        UnreadableItem: this version cannot read the state of the operators' chat.
        StorageUnavailable: the storage did not answer; the questions are due again when their claims end.
        ClaimLost: another worker changed a question meanwhile.
    """
    own = {*session.own_messages, *claimed}
    for question in claimed_in_order(session, context, session.person.questions, own):
        if not _delivered(question, session, operators, context):
            return


def move_to_questions(session: Session, context: Context, stored: Notification) -> None:
    """Move a question that an earlier release put among the notifications to the person's questions.

    Raises:
        Conflict: concurrent changes; due work tries again.
    """
    now = context.clock()
    question = Question(stored.id, stored.arguments["text"], Due(now))

    def moved(person: Person) -> Decision | None:
        if stored.id not in {message.id for message in person.outbox}:
            return None
        return Decision(person.without_notification(stored.id).with_question(question))

    apply_fact(session, context, moved)


def _delivered(question: Question, session: Session, operators: Operators, context: Context) -> bool:
    """Send one question; False if the chat does not take it now, so that it is due again later."""
    now = context.clock()
    chat = operators.support_chat.load(operators.support_chat_id)
    if chat.waits_until is not None and chat.waits(now):
        session.observe(question, question.rescheduled(Due(chat.waits_until)))
        return False
    outcome = _relay(question, session.person, chat, operators, now)
    if isinstance(outcome, ChatMoved):
        chat = follow_moved_chat(operators, outcome.to)
        outcome = _relay(question, session.person, chat, operators, now)
    match outcome:
        case Relayed():
            session.observe(question, None)
            if chat.trouble is not None:
                operators.support_chat.save(chat, chat.working())
            return True
        case ChatMoved():
            outcome = ChatFailed(ChatTrouble.NO_ANSWER, "the group has moved twice")
    failed = chat.failed(outcome.trouble, now, outcome.after)
    operators.support_chat.save(chat, failed)
    session.observe(question, question.rescheduled(Due(failed.waits_until or now)))
    context.metrics.count(Metric.QUESTIONS_DEFERRED)
    context.metrics.deferred(RELAY_QUESTION.prefix, chat_error(outcome))
    return False


def _relay(
    question: Question, person: Person, chat: SupportChat, operators: Operators, now: datetime
) -> RelayOutcome:
    if chat.chat_id is None:
        return ChatFailed(ChatTrouble.NOT_SET, "not set")
    return operators.sender.relay(question, person, chat.chat_id, now)
