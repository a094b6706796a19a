"""Deliver a person's outbox in order. A notification stays until it is sent, or is no longer valid or true."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from vpnbot.domain.notifications import CAN_WAIT, PAID_KINDS, REMINDER_KINDS, Notification, NotificationKind
from vpnbot.domain.payments.renewal_notices import dated, delivered
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.outdated import outdated
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import CLAIM, DELIVER_NOTIFICATION, Due
from vpnbot.errors import AlreadyDecided, ClaimLost, TelegramUnavailable, Unreachable, UnreadableItem
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
    own (`deliver_questions`), because they must never hold back the person's notifications. One that can wait is
    postponed into the hours of the shop, and deleted if it is no longer valid then.

    The news that a key is ready is left out after the confirmation of a payment that was sent while both were in the
    outbox: the confirmation, worded as of the sending, has told the end of the time and leads on to the key already.

    Raises:
        TelegramUnavailable: Telegram asked to wait or did not answer; the notification is due again.
        UnreadableItem: this version cannot read the profile, which has the chat; nothing is sent.
        ClaimLost: another worker changed a notification meanwhile.
    """
    if session.person.outbox and not session.person.profile_readable:
        raise UnreadableItem("not delivered: the profile cannot be read")
    to_person = [message for message in session.person.outbox if _in_order(message, context.clock())]
    told: set[str] = set()
    for held in claimed_in_order(session, context, to_person, {*session.own_messages, *claimed}):
        known = {message.id for message in session.person.outbox if message.kind is NotificationKind.KEY_READY}
        if held.id in told:
            session.observe(held, None)
        elif _delivered(session, people, context, sender, held) and held.kind in PAID_KINDS:
            told |= known
    _withdraw(session, told)


def _in_order(message: Notification, now: datetime) -> bool:
    """Tell whether a notification keeps its place in the order; one that waits for the hours of the shop does not."""
    if message.kind is NotificationKind.SUPPORT_QUESTION:
        return False
    return message.kind not in CAN_WAIT or message.due is None or message.due.at <= now + CLAIM


def _withdraw(session: Session, told: Collection[str]) -> None:
    """Delete notifications that another worker holds and has not sent: it sends none before an earlier one is sent.

    It may postpone them at the same time; then they are deleted as postponed. One that changes twice is sent.
    """
    for _ in range(2):
        try:
            for message in session.person.outbox:
                if message.id in told:
                    session.observe(message, None)
        except ClaimLost:
            session.reload()
        else:
            return


def _delivered(
    session: Session, people: People, context: Context, sender: NotificationSender, message: Notification
) -> bool:
    """Send a notification; False if it is not wanted, or the person cannot be reached now."""
    now = context.clock()
    if _unwanted(session.person, message, now):
        session.observe(message, None)
        return False
    opens = opens_at(session.person, context, message.kind, now)
    if opens is not None:
        session.observe(message, None if message.stale(opens) else message.rescheduled(Due(opens)))
        return False
    announces = message.kind is NotificationKind.RENEWAL_AHEAD
    sent = dated(session.person, message, now) if announces else message
    try:
        sender.notify(session.person, sent, now)
    except Unreachable:
        _keep_for_next_contact(session, people, context, message)
        return False
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
        return True


def opens_at(person: Person, context: Context, kind: NotificationKind, now: datetime) -> datetime | None:
    """Return when a notification is sent that has to wait for the hours of the shop; None: now."""
    window = context.hours(person.user.language) if kind in CAN_WAIT else None
    return None if window is None or window.open_at(now) else window.following(now)


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
        from vpnbot.usecases.people.record_blocked import record_blocked

        record_blocked(people, session.person, context.clock())
        session.reload()
