"""Suspend a person and resume them; their remaining time is kept meanwhile."""

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
    """Suspend access and bar a new trial.

    Raises:
        AlreadyDecided: this cause has been carried out.
        Conflict: too much happens at once; try again.
    """
    now = context.clock()

    def paused(person: Person) -> Person:
        barred = replace(person, user=replace(person.user, banned=True))
        if person.subscription.status not in RUNNING:
            return barred
        stopped = replace(barred, subscription=person.subscription.suspended(now))
        told = notification(NotificationKind.SUSPENDED, cause, now)
        return stopped.with_accesses(lambda access: access.changed(stopped.wanted(now), now)).with_notifications(told)

    decide(session, Entry(cause, "suspended", now, actor), paused, context.metrics)
    return provision_pending(session, fleet, context)


def resume(session: Session, fleet: Fleet, context: Context, cause: str, actor: str) -> Person:
    """Resume a suspended person.

    Raises:
        AlreadyDecided: this cause has been carried out.
        Conflict: too much happens at once; try again.
    """
    now = context.clock()

    def running(person: Person) -> Person:
        free = replace(person, user=replace(person.user, banned=False))
        if person.subscription.status is not Status.SUSPENDED:
            return free
        subscription = person.subscription.resumed(now)
        resumed = replace(free, subscription=subscription)
        if not (subscription.entitled(now) or subscription.waits_for_key):
            return resumed
        told = notification(NotificationKind.RESUMED, cause, now)
        working = resumed.with_accesses(lambda access: access.changed(resumed.wanted(now), now))
        return working.with_placement_due(inline_claim(now)).with_notifications(told)

    decide(session, Entry(cause, "resumed", now, actor), running, context.metrics)
    return provision_pending(session, fleet, context)
