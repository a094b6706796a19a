"""Move a person off a server that is being emptied: first another key, and when it serves them, the old one goes.

The link stays as it is: apps find the new key in it when they look again, and until then the old one works.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.placement import fits
from vpnbot.domain.servers.server import Server, ServerState
from vpnbot.errors import AllServersFull, AlreadyDecided, ClaimLost, Conflict
from vpnbot.usecases.decide import decide
from vpnbot.usecases.keys.place_keys import Placing
from vpnbot.usecases.ports import Context, Fleet, People, Session

APPS_LOOK_WITHIN = timedelta(hours=24)
"""Every app loads its link again within a day: our answers ask for that (`profile-update-interval`). One that has
done so says nothing of the person's other devices, which hold the old key until they look."""


def move_key(people: People, fleet: Fleet, context: Context, server: Server, key: ExpectedClient) -> bool:
    """Take the next step of a move; False when there is no place to go to, or it cannot be decided.

    What has to be done on panels is done by the clock.
    """
    if key.wanted is Wanted.ABSENT:
        return True
    session = people.open(key.person_id)
    if not session.person.readable or not session.person.keys_readable:
        return False  # where this person's keys are, and whether they may go, is for a version that can read them
    access = session.person.access(server.id, key.key_tag)
    if access is None or access.wanted is Wanted.ABSENT:
        return True
    try:
        if _may_go(session.person, access, server, fleet, context):
            _decide(session, context, server, access, "left", lambda person, now: _gone(person, access, now))
        elif access.leaving_at is None:
            return _leave(session, fleet, context, server, access)
    except (AlreadyDecided, ClaimLost, Conflict):
        return True  # something else happens to this person just now; the next round looks again
    return True


def _may_go(person: Person, access: Access, server: Server, fleet: Fleet, context: Context) -> bool:
    """Return whether the key can go: it is not offered any more, or another key works and the apps have loaded it."""
    if access.wanted is Wanted.LIMITED or access not in person.living_accesses:
        return True
    if access.leaving_at is None or not _served_without(person, access, fleet):
        return False
    left_at = access.leaving_at + APPS_LOOK_WITHIN
    return (
        access.wanted is not Wanted.ENABLED
        or server.state is ServerState.DECOMMISSIONED
        or context.clock() >= left_at
    )


def _served_without(person: Person, leaving: Access, fleet: Fleet) -> bool:
    return any(other.in_sync and other.wanted is leaving.wanted for other in _staying(person, fleet))


def _staying(person: Person, fleet: Fleet) -> list[Access]:
    """Return the keys that go on serving: not about to leave, nor on a server that everybody is to leave."""
    serving = {
        listing.server.id for listing in fleet.catalogue.listings() if listing.server.state is ServerState.OPEN
    }
    return [one for one in person.living_accesses if one.leaving_at is None and one.server_id in serving]


def _leave(session: Session, fleet: Fleet, context: Context, server: Server, access: Access) -> bool:
    """Find the person another place; False when there is none that would do."""
    placing = Placing(fleet)

    def moved(person: Person, now: datetime) -> Person:
        return _with_successor(person, access, placing, fleet, now)

    try:
        _decide(session, context, server, access, "leaves", moved)
    except AllServersFull:
        return False
    return True


def _with_successor(person: Person, access: Access, placing: Placing, fleet: Fleet, now: datetime) -> Person:
    """Return the person with this key leaving, and a new one if the others are fewer than they should have.

    Raises:
        AllServersFull: no other key serves, or they would have one less, while a server that is full would do.
        ClaimLost: the key is leaving already, or gone.
    """
    subscription, known = person.subscription, person.access(access.server_id, access.key.tag)
    if known is None or known.leaving_at is not None or subscription.plan is None or subscription.key is None:
        raise ClaimLost("this key has left by now")
    leaving = person.with_access(replace(known, leaving_at=now))
    staying = _staying(leaving, fleet)
    missing = max(subscription.plan.keys - len(staying), 0)
    placed = placing(leaving, subscription.plan, subscription.key, now, missing=min(missing, 1))
    if missing and len(placed.accesses) == len(leaving.accesses) and (not staying or _would_do(leaving, fleet)):
        raise AllServersFull("there is no other place")
    wanted = person.wanted(now)
    return placed.with_accesses(lambda other: other.changed(wanted, now))


def _would_do(person: Person, fleet: Fleet) -> bool:
    """Tell whether there is a server where the person has no key yet, full as it is."""
    plan, has = person.subscription.plan, {access.server_id for access in person.living_accesses}
    return plan is not None and any(fits(listing.server, plan, has) for listing in fleet.catalogue.listings())


def _gone(person: Person, access: Access, now: datetime) -> Person:
    known = person.access(access.server_id, access.key.tag)
    if known is None or known.wanted is Wanted.ABSENT:
        raise ClaimLost("this key has gone by now")
    return person.with_key_retired(known, now)


def _decide(
    session: Session,
    context: Context,
    server: Server,
    access: Access,
    step: str,
    choose: Callable[[Person, datetime], Person],
) -> None:
    now = context.clock()
    cause = f"event:{step}:{server.id}:{server.version}:{access.key.tag}"
    entry = Entry(cause, f"key {step} server {server.id}", now, actor="clock")
    decide(session, entry, lambda person: choose(person, now), context.metrics)
