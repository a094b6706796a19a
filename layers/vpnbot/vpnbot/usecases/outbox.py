"""The claims on messages that wait to be sent in order: a person's notifications, or a person's questions."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from vpnbot.domain.notifications import Notification
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import Due
from vpnbot.errors import ClaimLost
from vpnbot.usecases.ports import Context, Session

LONGEST_SEND = timedelta(seconds=20)
"""Longer than a call to Telegram takes, including its time-outs."""

_AFTER_ANOTHER_WORKER = timedelta(seconds=1)


def claimed_in_order[M: (Notification, Question)](
    session: Session, context: Context, waiting: Sequence[M], own: Collection[str]
) -> Iterator[M]:
    """Yield the waiting messages, oldest first, each under a claim of this process.

    `own` are the ids of messages whose claims this process holds already. Any other message that is due is claimed
    first. If another worker holds the claim of an earlier message, the iteration stops, and the messages in `own` are
    due again one second after that claim ends: so each message is sent once, and in order. Messages without a due
    time, and dead-lettered ones, are passed over.

    Raises:
        ClaimLost: another worker changed a message meanwhile.
    """
    for message in sorted(waiting, key=lambda message: message.id):
        if message.due is None or message.due.dead_lettered:
            continue
        held = _extended(session, context, message) if message.id in own else _claimed(session, context, message)
        if held is None:
            _postpone_own(session, {each.id for each in waiting} & set(own), message.due)
            return
        yield held


def _extended[M: (Notification, Question)](session: Session, context: Context, message: M) -> M:
    """Return a message of this process under a claim that lasts until Telegram has answered.

    Raises:
        ClaimLost: another worker has it by now.
    """
    now = context.clock()
    if message.due is None or message.due.at - now >= LONGEST_SEND:
        return message
    held = message.rescheduled(message.due.claimed(now))
    session.observe(message, held)
    return held


def _claimed[M: (Notification, Question)](session: Session, context: Context, message: M) -> M | None:
    """Claim a message for this process; None if it is not due, or another worker was first."""
    now = context.clock()
    if message.due is None or message.due.at > now:
        return None
    held = message.rescheduled(message.due.claimed(now))
    try:
        session.observe(message, held)
    except ClaimLost:
        return None
    return held


def _postpone_own(session: Session, own: Collection[str], other: Due) -> None:
    """Make the messages with the ids `own` due after the claim of another worker ends."""
    messages: Sequence[Notification | Question] = (*session.person.outbox, *session.person.questions)
    for message in messages:
        if message.id in own and message.due is not None and not message.due.dead_lettered:
            later = replace(message.due, at=other.at + _AFTER_ANOTHER_WORKER)
            session.observe(message, message.rescheduled(later))
