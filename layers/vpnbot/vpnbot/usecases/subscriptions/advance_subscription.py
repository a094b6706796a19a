"""What time brings to a subscription: reminders, the end, a word after, the end of its link."""

from dataclasses import replace

from vpnbot.domain.notifications import notification_of
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.timeline import OFFERS_OF_HELP
from vpnbot.errors import AlreadyDecided, Conflict
from vpnbot.usecases.decide import ATTEMPTS
from vpnbot.usecases.ports import Context, Metric, Session


def advance_subscription(session: Session, context: Context) -> Person:
    """Commit everything that is over by now, with the words that are still true; each moment is decided once.

    Raises:
        Conflict: too much happens at once; the clock comes back.
    """
    for attempt in range(1, ATTEMPTS + 1):
        now = context.clock()
        before = session.person
        passed = before.subscription.passed_events(now)
        if not passed:
            return before
        after = _advanced(before, context)
        try:
            person = session.commit(after, *(Entry(m.cause, str(m.kind), now, actor="clock") for m in passed))
        except AlreadyDecided:
            context.metrics.count(Metric.DUPLICATES)
            return session.reload()
        except Conflict:
            context.metrics.count(Metric.CONFLICTS)
            if attempt == ATTEMPTS:
                raise
            session.reload()
        else:
            if before.subscription.status is not person.subscription.status:
                context.metrics.count(Metric.EXPIRED)
            return person
    raise AssertionError("the loop above returns or raises")


def _advanced(person: Person, context: Context) -> Person:
    now = context.clock()
    subscription, told = person.subscription.settled(now)
    settled = replace(person, subscription=subscription)
    settled = settled.with_accesses(lambda access: access.changed(settled.wanted(now), now))
    needed = (moment for moment in told if not (moment.kind in OFFERS_OF_HELP and settled.connected))
    return settled.with_notifications(*(notification_of(moment, now) for moment in needed))
