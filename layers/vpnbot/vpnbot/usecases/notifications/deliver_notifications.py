"""Empty a person's outbox in order: each notice until Telegram has it or it is no longer true."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.notifications import REMINDER_KINDS, Notification
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DELIVER_NOTIFICATION, Due
from vpnbot.errors import ClaimLost, TelegramUnavailable, Unreachable, UnreadableItem
from vpnbot.usecases.backoff import next_due
from vpnbot.usecases.ports import Context, Metric, NotificationSender, People, Session

_AFTER_ANOTHER_WORKER = timedelta(seconds=1)


def deliver_notifications(
    session: Session,
    people: People,
    context: Context,
    sender: NotificationSender,
    claimed: Collection[str] = frozenset(),
) -> None:
    """Send what waits, oldest first.

    A worker's own are the notices that its session committed and those it has `claimed`. Of the others, which a
    reload may have brought just now, it takes those that are free, and when another worker is at one of them, it
    lets its own wait, so that a person hears things once and in order.

    Raises:
        MessengerUnavailable: Telegram asked to wait or did not answer; the notice has its next time.
        UnreadableItem: the profile, and with it the chat, cannot be read; everything waits.
    """
    if session.person.outbox and not session.person.profile_readable:
        raise UnreadableItem("not delivered: the profile cannot be read")
    own = {*session.own_notifications, *claimed}
    for notice in sorted(session.person.outbox, key=lambda notice: notice.id):
        if notice.due is None or notice.due.dead_lettered:
            continue
        mine = notice if notice.id in own else _taken(session, context, notice)
        if mine is None:
            _wait_for(session, notice.due, own)
            return
        _deliver(session, people, context, sender, mine)


def _taken(session: Session, context: Context, notice: Notification) -> Notification | None:
    now = context.clock()
    if notice.due is None or notice.due.at > now:
        return None
    taken = notice.rescheduled(notice.due.claimed(now))
    try:
        session.observe(notice, taken)
    except ClaimLost:
        return None
    return taken


def _wait_for(session: Session, other: Due, own: Collection[str]) -> None:
    for notice in session.person.outbox:
        if notice.id in own and notice.due is not None and not notice.due.dead_lettered:
            later = replace(notice.due.not_attempted(), at=other.at + _AFTER_ANOTHER_WORKER)
            session.observe(notice, notice.rescheduled(later))


def _deliver(
    session: Session, people: People, context: Context, sender: NotificationSender, notice: Notification
) -> None:
    now = context.clock()
    if _unwanted(session.person, notice, now):
        session.observe(notice, None)
        return
    try:
        sender.notify(session.person, notice, now)
    except Unreachable:
        _keep_for_next_contact(session, people, context, notice)
    except TelegramUnavailable as error:
        context.metrics.count(Metric.RETRIED)
        retry = next_due(notice.due or Due(now), error, DELIVER_NOTIFICATION, now)
        session.observe(notice, notice.rescheduled(retry))
        if retry.dead_lettered:
            context.metrics.count(Metric.DEAD_LETTERED)
        raise
    else:
        session.observe(notice, None)


def _unwanted(person: Person, notice: Notification, now: datetime) -> bool:
    muted = notice.kind in REMINDER_KINDS and not (person.user.reminders and person.user.reachable)
    return notice.stale(now) or muted or person.user.chat_id is None


def _keep_for_next_contact(session: Session, people: People, context: Context, notice: Notification) -> None:
    """Drop a reminder; keep any other word, no longer due, until the person is back."""
    context.metrics.count(Metric.UNDELIVERED)
    kept = None if notice.kind in REMINDER_KINDS else replace(notice, due=None)
    session.observe(notice, kept)
    if session.person.user.reachable:
        people.record_reachable(session.person, reachable=False)
        session.reload()
