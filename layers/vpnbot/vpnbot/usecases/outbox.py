"""The claims on messages that wait to be sent in order: notifications, questions or answers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.answers import Answer, followers
from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.items import Message
from vpnbot.domain.questions import ALBUM_WAIT, Question, time_of
from vpnbot.domain.scheduling import Due
from vpnbot.errors import ClaimLost
from vpnbot.usecases.ports import Context, Session

LONGEST_SEND = timedelta(seconds=20)
"""Longer than a call to Telegram takes, including its time-outs."""

_AFTER_ANOTHER_WORKER = timedelta(seconds=1)


def claimed_in_order[M: (Notification, Question, Answer)](
    session: Session, context: Context, waiting: Sequence[M], own: Collection[str], *, takes_over: bool = False
) -> Iterator[M]:
    """Yield the waiting messages, oldest first, each under a claim of this process.

    `own` are the ids of messages whose claims this process holds already. Any other message that is due is claimed
    first. If another worker holds the claim of an earlier message, the iteration stops, and the messages in `own` are
    due again one second after that claim ends: so each message is sent once, and in order. Messages without a due
    time, and dead-lettered ones, are passed over.

    With `takes_over`, the messages after the first are claimed also before they are due, except an album that waits
    for its rest: many come at once, and each has a claim that a worker cannot use while an earlier message waits.
    Then those in `own` are due again soon, if another worker has an earlier one.

    Raises:
        ClaimLost: another worker changed a message meanwhile.
    """
    follows = False
    for message in sorted(waiting, key=lambda message: message.id):
        if message.due is None or message.due.dead_lettered:
            continue
        early = takes_over and follows and not _waits_for_rest(message, context)
        if message.id in own:
            held: M | None = _extended(session, context, message)
        else:
            held = _claimed(session, context, message, early=early)
        if held is None:
            soon = context.clock() + LONGEST_SEND
            at = min(message.due.at, soon) if takes_over else message.due.at
            _postpone_own(session, {each.id for each in waiting} & set(own), at + _AFTER_ANOTHER_WORKER)
            return
        follows = True
        yield held


def own_at_once(session: Session, waiting: Sequence[Question | Answer]) -> set[str]:
    """Return the ids of the messages that this session has committed and sends at once; an album waits."""
    albums = {message.id for message in waiting if message.album}
    return {*session.own_messages} - albums


def with_album[M: (Question, Answer)](
    session: Session, context: Context, head: M, waiting: Sequence[M]
) -> tuple[M, ...]:
    """Return a message and those of its album that wait, all under a claim of this process.

    It takes over claims that were given to other workers but not yet used: a worker uses none while an earlier
    message waits. A message that another worker changes now goes alone later.
    """
    album, now = [head], context.clock()
    for each in followers(head, waiting):
        held = each.rescheduled((each.due or Due(now)).claimed(now))
        try:
            session.observe(each, held)
        except ClaimLost:
            break
        album.append(held)
    return tuple(album)


def _extended[M: (Notification, Question, Answer)](session: Session, context: Context, message: M) -> M:
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


def _waits_for_rest(message: Message, context: Context) -> bool:
    """Tell whether a message is of an album of which more may come."""
    if isinstance(message, Notification) or not message.album:
        return False
    return context.clock() < time_of(message.id) + ALBUM_WAIT


def _claimed[M: (Notification, Question, Answer)](
    session: Session, context: Context, message: M, *, early: bool
) -> M | None:
    """Claim a message for this process; None if it is not due and not to be sent early, or another worker has it."""
    now = context.clock()
    if message.due is None or (message.due.at > now and not early):
        return None
    held = message.rescheduled(message.due.claimed(now))
    try:
        session.observe(message, held)
    except ClaimLost:
        return None
    return held


def _postpone_own(session: Session, own: Collection[str], at: datetime) -> None:
    """Make the messages with the ids `own` due when the claim of another worker has ended."""
    person = session.person
    messages: Sequence[Message] = (*person.outbox, *person.questions, *person.answers)
    for message in messages:
        if message.id in own and message.due is not None and not message.due.dead_lettered:
            session.observe(message, message.rescheduled(replace(message.due, at=at)))
