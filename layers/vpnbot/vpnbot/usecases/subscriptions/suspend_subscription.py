"""Suspend a person, and resume them. The remaining time of the subscription is kept in between."""

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.payments.renewals import without_charges_there
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import inline_claim
from vpnbot.usecases.decide import decide
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.ports import Context, Fleet, Session
from vpnbot.usecases.subscriptions.advance_subscription import advance_subscription


def suspend(session: Session, fleet: Fleet, context: Context, cause: str, actor: str) -> Person:
    """Pause the subscription, disable all keys, and bar the person from the trial. Return the person.

    The keys with which only Telegram can be reached are disabled as well. Automatic charges of Telegram are
    stopped; those of a saved method wait until the person is resumed, and are announced again. A person who has a key
    is notified.

    Raises:
        AlreadyDecided: this cause is in the ledger.
        Conflict: concurrent changes; try again later.
    """
    advance_subscription(session, context)  # time that has ended is not kept
    now = context.clock()

    def paused(person: Person) -> Person:
        stopped = without_charges_there(person, now).paused_at(now).without_notifications(NotificationKind.RESUMED)
        if person.paused or person.subscription.key is None:
            return stopped
        return stopped.with_notifications(notification(NotificationKind.SUSPENDED, cause, now))

    decide(session, Entry(cause, "suspended", now, actor), paused, context.metrics)
    return provision_pending(session, fleet, context)


def resume(session: Session, fleet: Fleet, context: Context, cause: str, actor: str) -> Person:
    """Resume a suspended person: the subscription continues with the remaining time. Return the person.

    A person who has a key is notified; the message says how they stand then, for example that the time is over.

    Raises:
        AlreadyDecided: this cause is in the ledger.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def running(person: Person) -> Person:
        resumed = person.resumed_at(now)
        if not person.paused or resumed.subscription.key is None:
            return resumed
        message = notification(NotificationKind.RESUMED, cause, now)
        return resumed.with_placement_due(inline_claim(now)).with_notifications(message)

    decide(session, Entry(cause, "resumed", now, actor), running, context.metrics)
    return provision_pending(session, fleet, context)
