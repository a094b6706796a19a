"""Suspend a person, and resume them. The remaining time of the subscription is kept in between."""

from dataclasses import replace

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import inline_claim
from vpnbot.domain.subscriptions.subscription import RUNNING, Status
from vpnbot.usecases.decide import decide
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.ports import Context, Fleet, Session


def suspend(session: Session, fleet: Fleet, context: Context, cause: str, actor: str) -> Person:
    """Pause the subscription, disable the keys, and bar the person from the trial. Return the person.

    Raises:
        AlreadyDecided: this cause is in the ledger.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def paused(person: Person) -> Person:
        barred = replace(person, user=replace(person.user, banned=True))
        if person.subscription.status not in RUNNING:
            return barred
        stopped = replace(barred, subscription=person.subscription.suspended(now))
        message = notification(NotificationKind.SUSPENDED, cause, now)
        return stopped.with_accesses(lambda access: access.changed(stopped.wanted(now), now)).with_notifications(
            message
        )

    decide(session, Entry(cause, "suspended", now, actor), paused, context.metrics)
    return provision_pending(session, fleet, context)


def resume(session: Session, fleet: Fleet, context: Context, cause: str, actor: str) -> Person:
    """Resume a suspended person: the subscription continues with the remaining time. Return the person.

    Raises:
        AlreadyDecided: this cause is in the ledger.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def running(person: Person) -> Person:
        unbarred = replace(person, user=replace(person.user, banned=False))
        if person.subscription.status is not Status.SUSPENDED:
            return unbarred
        subscription = person.subscription.resumed(now)
        resumed = replace(unbarred, subscription=subscription)
        if not (subscription.entitled(now) or subscription.waits_for_key):
            return resumed
        message = notification(NotificationKind.RESUMED, cause, now)
        working = resumed.with_accesses(lambda access: access.changed(resumed.wanted(now), now))
        return working.with_placement_due(inline_claim(now)).with_notifications(message)

    decide(session, Entry(cause, "resumed", now, actor), running, context.metrics)
    return provision_pending(session, fleet, context)
