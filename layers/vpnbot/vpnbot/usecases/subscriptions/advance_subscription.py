"""Apply the scheduled events of a subscription: reminders, its end, the message after it, the end of its link."""

from dataclasses import replace
from datetime import datetime

from vpnbot.domain.notifications import notification_of
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.timeline import OFFERS_OF_HELP
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.ports import Context, Metric, Session


def advance_subscription(session: Session, context: Context) -> Person:
    """Commit every scheduled event that has passed, with the notifications that are still valid.

    Each event is decided once. Return the person.

    Raises:
        Conflict: three attempts failed because of concurrent changes; due work tries again.
    """
    expires = False

    def advanced(person: Person) -> Decision | None:
        nonlocal expires
        now = context.clock()
        passed = person.subscription.passed_events(now)
        after = _advanced(person, now) if passed else person
        expires = after.subscription.status is not person.subscription.status
        entries = tuple(Entry(event.cause, str(event.kind), now, actor="clock") for event in passed)
        return Decision(after, entries) if passed else None

    try:
        person = apply_fact(session, context, advanced)
    except AlreadyDecided:
        return session.person
    if expires:
        context.metrics.count(Metric.EXPIRED)
    return person


def _advanced(person: Person, now: datetime) -> Person:
    subscription, valid = person.subscription.settled(now)
    settled = replace(person, subscription=subscription)
    if settled.paused:
        return settled  # the end of the pause tells the person how they stand then
    to_notify = (event for event in valid if not (event.kind in OFFERS_OF_HELP and settled.connected))
    return settled.with_notifications(*(notification_of(event, now) for event in to_notify))
