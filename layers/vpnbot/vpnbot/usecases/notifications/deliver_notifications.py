"""Deliver a person's outbox in order. A notification stays until it is sent or is no longer valid."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.notifications import REMINDER_KINDS, Notification
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DELIVER_NOTIFICATION, Due
from vpnbot.errors import ClaimLost, TelegramUnavailable, Unreachable, UnreadableItem
from vpnbot.usecases.backoff import next_due
from vpnbot.usecases.ports import Context, Metric, NotificationSender, People, Session

LONGEST_SEND = timedelta(seconds=20)
"""Longer than a call to Telegram takes, including its time-outs."""

_AFTER_ANOTHER_WORKER = timedelta(seconds=1)


def deliver_notifications(
    session: Session,
    people: People,
    context: Context,
    sender: NotificationSender,
    claimed: Collection[str] = frozenset(),
) -> None:
    """Send the notifications in the outbox, oldest first.

    This process holds the claims of the notifications that its session committed, and of those whose ids are in
    `claimed`. It claims any other notification that is due before sending it. If another worker holds the claim of an
    earlier notification, the delivery stops and is due again one second after that claim ends: so each notification
    is sent once, and in order.

    Raises:
        TelegramUnavailable: Telegram asked to wait or did not answer; the notification is due again.
        Misconfigured: the operators' chat cannot be written to.
        UnreadableItem: this version cannot read the profile, which has the chat; nothing is sent.
        ClaimLost: another worker changed a notification meanwhile.
    """
    if session.person.outbox and not session.person.profile_readable:
        raise UnreadableItem("not delivered: the profile cannot be read")
    own = {*session.own_notifications, *claimed}
    for waiting in sorted(session.person.outbox, key=lambda waiting: waiting.id):
        if waiting.due is None or waiting.due.dead_lettered:
            continue
        held = _extended(session, context, waiting) if waiting.id in own else _claimed(session, context, waiting)
        if held is None:
            _postpone_own(session, waiting.due, own)
            return
        _deliver(session, people, context, sender, held)


def _extended(session: Session, context: Context, waiting: Notification) -> Notification:
    """Return a notification of this process under a claim that lasts until Telegram has answered.

    Raises:
        ClaimLost: another worker has it by now.
    """
    now = context.clock()
    if waiting.due is None or waiting.due.at - now >= LONGEST_SEND:
        return waiting
    held = waiting.rescheduled(waiting.due.claimed(now))
    session.observe(waiting, held)
    return held


def _claimed(session: Session, context: Context, waiting: Notification) -> Notification | None:
    """Claim a notification for this process; None if it is not due, or another worker was first."""
    now = context.clock()
    if waiting.due is None or waiting.due.at > now:
        return None
    held = waiting.rescheduled(waiting.due.claimed(now))
    try:
        session.observe(waiting, held)
    except ClaimLost:
        return None
    return held


def _postpone_own(session: Session, other: Due, own: Collection[str]) -> None:
    """Make this process's notifications due after the claim of another worker ends."""
    for waiting in session.person.outbox:
        if waiting.id in own and waiting.due is not None and not waiting.due.dead_lettered:
            later = replace(waiting.due, at=other.at + _AFTER_ANOTHER_WORKER)
            session.observe(waiting, waiting.rescheduled(later))


def _deliver(
    session: Session, people: People, context: Context, sender: NotificationSender, message: Notification
) -> None:
    now = context.clock()
    if _unwanted(session.person, message, now):
        session.observe(message, None)
        return
    try:
        sender.notify(session.person, message, now)
    except Unreachable:
        _keep_for_next_contact(session, people, context, message)
    except TelegramUnavailable as error:
        context.metrics.count(Metric.RETRIED)
        retry = next_due(message.due or Due(now), error, DELIVER_NOTIFICATION, now)
        session.observe(message, message.rescheduled(retry))
        if retry.dead_lettered:
            context.metrics.count(Metric.DEAD_LETTERED)
        raise
    else:
        session.observe(message, None)


def _unwanted(person: Person, message: Notification, now: datetime) -> bool:
    muted = message.kind in REMINDER_KINDS and not (person.user.reminders and person.user.reachable)
    return message.stale(now) or muted or person.user.chat_id is None


def _keep_for_next_contact(session: Session, people: People, context: Context, message: Notification) -> None:
    """Delete a reminder; keep any other notification, not due, until the person uses the bot again."""
    context.metrics.count(Metric.UNDELIVERED)
    kept = None if message.kind in REMINDER_KINDS else replace(message, due=None)
    session.observe(message, kept)
    if session.person.user.reachable:
        people.record_reachable(session.person, reachable=False)
        session.reload()
