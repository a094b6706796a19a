"""Forget a person: personal data at once, keys as soon as the panels confirm, history in slices behind."""

from dataclasses import replace
from datetime import timedelta

from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import AlreadyDecided, UnreadableItem
from vpnbot.usecases.decide import decide
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.ports import Context, DueIndex, Fleet, Metric, People, Session

ERASE_AFTER = timedelta(minutes=10)
"""Telegram delivers a tap again for 150 s; so long the history still has to know that it was granted."""


def delete_data(session: Session, fleet: Fleet, context: Context, cause: str) -> Person:
    """Commit the deletion, then try to remove the keys at once; what fails comes by itself.

    Only the trial and ban marks stay, under a keyed hash, and accesses until their panels confirm.

    Raises:
        UnreadableItem: something of this person cannot be read, and so cannot be deleted; nothing is.
        Conflict: too much happens at once; come back.
    """
    now = context.clock()

    def forgotten(person: Person) -> Person:
        if person.unreadable:
            raise UnreadableItem("not deleted: there are items that this version cannot read")
        if not person.user.known:
            return person
        running = person.subscription.status is not Status.DELETED
        return replace(
            person.with_accesses(lambda access: access.changed(Wanted.ABSENT, now)),
            user=person.user.deleted(now, erase=Due(now + ERASE_AFTER)),
            subscription=person.subscription.deleted() if running else person.subscription,
            outbox=(),
            fetch=None,
            watches=(),
        )

    session.states.clear()
    try:
        decide(session, Entry(cause, "deleted", now), forgotten, context.metrics)
        context.metrics.count(Metric.DELETED)
    except AlreadyDecided:
        pass
    return provision_pending(session, fleet, context)


def erase_history(user: User, item: DueItem, people: People, context: Context, index: DueIndex) -> None:
    """Remove a slice of the history that a deletion leaves behind, and come back for the rest.

    What the person does after coming back is a history of its own, and stays.

    Raises:
        StorageUnavailable: the clock comes back.
    """
    now = context.clock()
    if people.erase_history(PersonId(item.partition), user.erase_until or now):
        index.done(item)
    else:
        index.postpone(item, now, attempts=0)
