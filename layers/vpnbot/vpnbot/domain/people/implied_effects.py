"""The effects of a change of a person on shared items: the capacity of servers, the lists of who waits, the staff."""

from collections.abc import Iterator
from datetime import datetime

from vpnbot.domain.effects import Delete, Effect, Put
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.provider_waiters import provider_waiter_moves
from vpnbot.domain.people.items import deletes
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import staff_moves
from vpnbot.domain.servers.capacity import capacity_moves
from vpnbot.domain.servers.outage import waiter_moves
from vpnbot.domain.topics import thread_moves
from vpnbot.domain.waiters import waiter_shard, waiters_partition

PLANS_WAITERS = "plans"
"""The kind of the rows of the people who asked to be notified when plans can be bought."""

EARLIER_PLANS_WAITLIST = "WAITLIST#plans"
"""The one partition in which earlier releases kept these rows."""


def implied_effects(before: Person, after: Person, now: datetime) -> tuple[Effect, ...]:
    """Return the effects that every commit of this change must include; `now` is the time of the decision."""
    return (
        *capacity_moves(before.accesses, after.accesses),
        *_waitlist(before, after, now),
        *_trial_list(before, after),
        *waiter_moves(before.id, before.watches, after.watches),
        *provider_waiter_moves(before.id, before.orders, after.orders),
        *staff_moves(before.id, before.user.role, after.user.role, now),
        *thread_moves(before.id, before.topic, after.topic),
        *_found_by(before, after, now),
        *_invitations(before, after),
    )


def _found_by(before: Person, after: Person, now: datetime) -> tuple[Effect, ...]:
    """Return the changes of the rows by which the staff find the person; most commits change none."""
    if before.user.username == after.user.username and len(before.orders) >= len(after.orders):
        return ()
    from vpnbot.domain.people.found_by import found_by_moves

    return tuple(found_by_moves(before, after, now))


def _invitations(before: Person, after: Person) -> tuple[Effect, ...]:
    """Return the removal of the counters of the invitations of a person whose data are deleted."""
    if not deletes(before, after):
        return ()
    from vpnbot.domain.invites.counted import counters_removed

    return tuple(counters_removed(before.id))


def _waitlist(before: Person, after: Person, now: datetime) -> Iterator[Effect]:
    if after.user.waits_for_opening and not before.user.waits_for_opening:
        yield Put(waiters_partition(PLANS_WAITERS, waiter_shard(after.id)), after.id, at=now)
    elif before.user.waits_for_opening and not after.user.waits_for_opening:
        yield from plans_rows_removed(before.id)


def _trial_list(before: Person, after: Person) -> Iterator[Effect]:
    """Yield the change of the row of a person who waits for a trial; it keeps the time from which they wait."""
    if after.user.in_trial_list and not before.user.in_trial_list:
        from vpnbot.domain.subscriptions.trial_places import TRIAL_WAITERS

        row = waiters_partition(TRIAL_WAITERS, waiter_shard(after.id))
        yield Put(row, after.id, at=after.user.waits_for_trial_since)
    elif before.user.in_trial_list and not after.user.in_trial_list:
        yield trial_row_removed(before.id)


def trial_row_removed(person_id: PersonId) -> Delete:
    """Return the removal of the row by which a person is found when there are trials again."""
    from vpnbot.domain.subscriptions.trial_places import TRIAL_WAITERS

    return Delete(waiters_partition(TRIAL_WAITERS, waiter_shard(person_id)), person_id)


def plans_rows_removed(person_id: PersonId) -> Iterator[Delete]:
    """Yield the removal of the rows by which a person is found when plans can be bought."""
    yield Delete(waiters_partition(PLANS_WAITERS, waiter_shard(person_id)), person_id)
    yield Delete(EARLIER_PLANS_WAITLIST, person_id)
