"""The effects of a change of a person on shared items: the capacity of servers, the lists of who waits, the staff."""

from collections.abc import Iterator
from datetime import datetime

from vpnbot.domain.effects import Delete, Effect, Put
from vpnbot.domain.orders.provider_waiters import provider_waiter_moves
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import staff_moves
from vpnbot.domain.servers.capacity import capacity_moves
from vpnbot.domain.servers.outage import waiter_moves

PLANS_WAITLIST = "WAITLIST#plans"
"""The partition of the people who asked to be notified when plans can be bought."""


def implied_effects(before: Person, after: Person, now: datetime) -> tuple[Effect, ...]:
    """Return the effects that every commit of this change must include; `now` is the time of the decision."""
    return (
        *capacity_moves(before.accesses, after.accesses),
        *_waitlist(before, after, now),
        *waiter_moves(before.id, before.watches, after.watches),
        *provider_waiter_moves(before.id, before.orders, after.orders),
        *staff_moves(before.id, before.user.role, after.user.role),
    )


def _waitlist(before: Person, after: Person, now: datetime) -> Iterator[Effect]:
    if after.user.wants_plans and not before.user.wants_plans:
        yield Put(PLANS_WAITLIST, after.id, at=now)
    elif before.user.wants_plans and not after.user.wants_plans:
        yield Delete(PLANS_WAITLIST, before.id)
