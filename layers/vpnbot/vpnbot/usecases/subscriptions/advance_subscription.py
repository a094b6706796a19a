"""Apply what time brings to a subscription: reminders, its end, a last message, the end of its link."""

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
    """Commit every scheduled event that has passed, with the messages that are still true; each is decided once.

    Raises:
        Conflict: three pictures in a row were stale; the clock comes back.
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
    subscription, told = person.subscription.settled(now)
    settled = replace(person, subscription=subscription)
    settled = settled.with_accesses(lambda access: access.changed(settled.wanted(now), now))
    needed = (moment for moment in told if not (moment.kind in OFFERS_OF_HELP and settled.connected))
    return settled.with_notifications(*(notification_of(moment, now) for moment in needed))
