"""Delete a person's data: personal data at once, keys when the panels confirm, the history later, in slices."""

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
"""Telegram delivers a tap again for up to 150 s; until then the ledger must have the cause of the deletion."""


def delete_data(session: Session, fleet: Fleet, context: Context, cause: str) -> Person:
    """Commit the deletion, then try to remove the keys from the panels at once; due work retries what fails.

    Only the trial and ban marks stay, under a keyed hash, and accesses until their panels confirm the removal.

    Raises:
        UnreadableItem: this version cannot read an item of this person; nothing is deleted.
        Conflict: concurrent changes; try again later.
    """
    now, known = context.clock(), False

    def deleted(person: Person) -> Person:
        nonlocal known
        if person.unreadable:
            raise UnreadableItem("not deleted: there are items that this version cannot read")
        known = person.user.known
        if not known:
            return person
        running = person.subscription.status is not Status.DELETED
        return replace(
            person.with_accesses(lambda access: access.changed(Wanted.ABSENT, now)),
            user=person.user.deleted(now, erase=Due(now + ERASE_AFTER)),
            subscription=person.subscription.deleted() if running else person.subscription,
            outbox=(),
            questions=(),
            fetch=None,
            watches=(),
        )

    session.states.clear()
    try:
        decide(session, Entry(cause, "deleted", now), deleted, context.metrics)
        if known:
            context.metrics.count(Metric.DELETED)
    except AlreadyDecided:
        pass
    return provision_pending(session, fleet, context)


def erase_history(user: User, item: DueItem, people: People, context: Context, index: DueIndex) -> None:
    """Delete one slice of the history that a deletion left; the item stays due until nothing is left.

    Entries that the person makes after returning are later than `user.erase_until`, and stay.

    Raises:
        StorageUnavailable: the storage did not answer; due work tries again.
    """
    now = context.clock()
    if people.erase_history(PersonId(item.partition), user.erase_until or now):
        index.done(item)
    else:
        index.postpone(item, now, attempts=0)
