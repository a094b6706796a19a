"""Deliver a person's outbox in order. A notification stays until it is sent, or is no longer valid or true."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from vpnbot.domain.notifications import REMINDER_KINDS, Notification, NotificationKind
from vpnbot.domain.payments.renewal_notices import dated, delivered
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.outdated import outdated
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DELIVER_NOTIFICATION, Due
from vpnbot.errors import AlreadyDecided, TelegramUnavailable, Unreachable, UnreadableItem
from vpnbot.usecases.backoff import next_due
from vpnbot.usecases.decide import decide
from vpnbot.usecases.outbox import claimed_in_order
from vpnbot.usecases.ports import Context, Metric, NotificationSender, People, Session


def deliver_notifications(
    session: Session,
    people: People,
    context: Context,
    sender: NotificationSender,
    claimed: Collection[str] = frozenset(),
) -> None:
    """Send the notifications in the outbox, oldest first.

    This process holds the claims of the notifications that its session committed, and of those whose ids are in
    `claimed`; `claimed_in_order` says how the others are claimed. Questions to the operators have a queue of their
    own (`deliver_questions`), because they must never hold back the person's notifications.

    Raises:
        TelegramUnavailable: Telegram asked to wait or did not answer; the notification is due again.
        UnreadableItem: this version cannot read the profile, which has the chat; nothing is sent.
        ClaimLost: another worker changed a notification meanwhile.
    """
    if session.person.outbox and not session.person.profile_readable:
        raise UnreadableItem("not delivered: the profile cannot be read")
    to_person = [
        message for message in session.person.outbox if message.kind is not NotificationKind.SUPPORT_QUESTION
    ]
    for held in claimed_in_order(session, context, to_person, {*session.own_messages, *claimed}):
        _deliver(session, people, context, sender, held)


def _deliver(
    session: Session, people: People, context: Context, sender: NotificationSender, message: Notification
) -> None:
    now = context.clock()
    if _unwanted(session.person, message, now):
        session.observe(message, None)
        return
    announces = message.kind is NotificationKind.RENEWAL_AHEAD
    sent = dated(session.person, message, now) if announces else message
    try:
        sender.notify(session.person, sent, now)
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
        if sent.kind is NotificationKind.RENEWAL_AHEAD:
            _record_delivery(session, context, message)
        else:
            session.observe(message, None)


def _record_delivery(session: Session, context: Context, notice: Notification) -> None:
    """Commit that the notice of a charge was delivered, from when the time until the charge counts.

    Raises:
        Conflict, StorageUnavailable: not recorded; the notice is sent again, and the charge waits for that.
    """
    now = context.clock()
    entry = Entry(f"notification:{notice.id}:delivered", "charge announced", now, "clock")
    try:
        decide(session, entry, lambda person: delivered(person, notice, now), context.metrics)
    except AlreadyDecided:
        session.observe(notice, None)


def _unwanted(person: Person, message: Notification, now: datetime) -> bool:
    muted = message.kind in REMINDER_KINDS and not (person.user.reminders and person.user.reachable)
    if message.stale(now) or muted or person.user.chat_id is None:
        return True
    return outdated(message, person.as_of(now), now)


def _keep_for_next_contact(session: Session, people: People, context: Context, message: Notification) -> None:
    """Delete a reminder; keep any other notification, not due, until the person uses the bot again."""
    context.metrics.count(Metric.UNDELIVERED)
    kept = None if message.kind in REMINDER_KINDS else replace(message, due=None)
    session.observe(message, kept)
    if session.person.user.reachable:
        people.record_reachable(session.person, reachable=False)
        session.reload()
