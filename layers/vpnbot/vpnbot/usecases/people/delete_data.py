"""Delete a person's data: personal data at once, keys when the panels confirm, the history later, in slices."""

from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.payments.ending import with_person_deleted
from vpnbot.domain.payments.renewals import without_charges_there
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import LimitedAct
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import ERASE_AFTER, User
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import AlreadyDecided, StorageUnavailable, UnreadableItem
from vpnbot.usecases.decide import decide
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.ports import Context, DueIndex, Fleet, Metric, People, Session

SLICE = timedelta(seconds=20)
"""After this time the erasure of a long history stops; the dispatcher continues it in the next minute."""


def delete_data(session: Session, fleet: Fleet, context: Context, cause: str) -> Person:
    """Commit the deletion, then try to remove the keys from the panels at once; due work retries what fails.

    Only the trial and ban marks stay, under a keyed hash, accesses until their panels confirm the removal, the id of
    the topic in the operators' group until Telegram has deleted it, and what
    is needed for money: orders without the address for receipts, refunds, receipts, and the register of payments.
    Saved payment methods are gone at once; charges that Telegram makes are stopped as due work, which stays.

    Raises:
        UnreadableItem: this version cannot read an item of this person; nothing is deleted.
        TooOften: the person has deleted their data as often as allowed, and has returned each time.
        Conflict: concurrent changes; try again later.
    """
    now, known = context.clock(), False

    def deleted(person: Person) -> Person:
        nonlocal known
        known = person.user.known
        return with_data_deleted(person.acted(LimitedAct.DELETION, now) if known else person, now)

    session.states.clear()
    try:
        decide(session, Entry(cause, "deleted", now), deleted, context.metrics)
        if known:
            context.metrics.count(Metric.DELETED)
    except AlreadyDecided:
        pass
    return provision_pending(session, fleet, context)


def with_data_deleted(person: Person, now: datetime) -> Person:
    """Return what stays of a person; one who is not known, or has deleted their data, is returned unchanged.

    Raises:
        UnreadableItem: this version cannot read an item of this person.
    """
    if person.unreadable:
        raise UnreadableItem("not deleted: there are items that this version cannot read")
    if not person.user.known:
        return person
    running = person.subscription.status is not Status.DELETED
    return replace(
        without_charges_there(person, now).with_accesses(lambda access: access.changed(Wanted.ABSENT, now)),
        user=person.user.deleted(now, erase=Due(now + ERASE_AFTER)),
        subscription=person.subscription.deleted() if running else person.subscription,
        outbox=(),
        questions=(),
        answers=(),
        topic=None if person.topic is None else person.topic.leaving(now),
        fetch=None,
        devices=None,
        winback=None,
        watches=(),
        orders=tuple(with_person_deleted(order, now) for order in person.orders),
        methods=(),
    )


def erase_history(
    user: User,
    item: DueItem,
    session: Session,
    people: People,
    context: Context,
    index: DueIndex,
    retention: timedelta,
) -> None:
    """Delete the history that a deletion left, for at most `SLICE`; the item stays due until nothing is left.

    Records of payments stay without what is personal in them; DynamoDB deletes them after `retention`.

    Entries that the person makes after returning are later than `user.erase_until`, and stay. While the person has
    not returned, all entries are deleted, and conversations too: an update or a payment that was handled during the
    deletion, by a process whose clock is a little ahead, may have written one.

    Raises:
        StorageUnavailable: the storage did not answer, and nothing was deleted; due work tries again.
        Conflict: an update writes a conversation now; due work tries again.
    """
    if not user.known:
        session.states.clear()
        session.flush()
    began_at, erased_some = context.clock(), False
    until = user.erase_until if user.known and user.erase_until else began_at
    kept_until = began_at + retention
    person_id = PersonId(item.partition)
    while context.clock() - began_at <= SLICE:
        try:
            erased = people.erase_history(person_id, until, kept_until)
            if erased and people.wipe_orders(person_id, until, kept_until):
                index.done(item)
                return
        except StorageUnavailable:
            if not erased_some:
                raise
            break  # the table throttles so many deletions; the next slice continues
        erased_some = True
    index.postpone(item, context.clock(), attempts=0)
