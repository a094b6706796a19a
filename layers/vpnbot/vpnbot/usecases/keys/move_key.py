"""Move a person's key off a server that is being drained: place a new key first, remove the old one later.

The link stays as it is: apps find the new key when they load the link again. The old key is removed once the new one
works and the apps had time to load it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.wanted_keys import telegram_only
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.placement import fits
from vpnbot.domain.servers.server import Server, ServerState
from vpnbot.errors import AllServersFull, AlreadyDecided, ClaimLost, Conflict
from vpnbot.usecases.decide import decide
from vpnbot.usecases.keys.place_keys import Placing
from vpnbot.usecases.ports import Context, Fleet, People, Session

APPS_RELOAD_WITHIN = timedelta(hours=24)
"""Every app loads its link again within a day: our responses ask for that (`profile-update-interval`). A fetch by one
app is not enough to remove the old key earlier: the person's other devices may not have loaded the link yet."""


def move_key(people: People, fleet: Fleet, context: Context, server: Server, key: ExpectedClient) -> bool:
    """Decide the next step of moving one key; return False if no server has a place, or the person is unreadable.

    Due work makes the changes on the panels.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    if key.wanted is Wanted.ABSENT:
        return True
    session = people.open(key.person_id)
    if not session.person.readable or not session.person.keys_readable:
        return False  # only a version that can read this person can decide about their keys
    access = session.person.access(server.id, key.key_tag)
    if access is None or access.wanted is Wanted.ABSENT:
        return True
    try:
        if _may_be_removed(session.person, access, server, fleet, context):
            _decide(session, context, server, access, "left", lambda person, now: _retired(person, access, now))
        elif access.leaving_at is None:
            return _start_move(session, fleet, context, server, access)
    except (AlreadyDecided, ClaimLost, Conflict):
        return True  # a concurrent change of this person; the next reconciliation run tries again
    return True


def _may_be_removed(person: Person, access: Access, server: Server, fleet: Fleet, context: Context) -> bool:
    """Tell whether the key can be removed: the link does not show it any more, or another key has replaced it.

    Another key has replaced it when that key works and the apps had time to load it. A key with which no more than
    Telegram can be reached is also removed if no other server offers that.
    """
    if access not in person.living_accesses:
        return True
    if server.state is not ServerState.OPEN and not _can_be_replaced(person, access, fleet, context.clock()):
        return True
    if access.leaving_at is None or not _has_replacement(person, access, fleet, context.clock()):
        return False
    loaded_by = access.leaving_at + APPS_RELOAD_WITHIN
    return (
        not (access.wanted is Wanted.ENABLED or access.telegram_only)
        or server.state is ServerState.DECOMMISSIONED
        or context.clock() >= loaded_by
    )


def _can_be_replaced(person: Person, access: Access, fleet: Fleet, now: datetime) -> bool:
    """Tell whether there is, or may be, another key that does the same as this one."""
    if not telegram_only(person, now):
        return True
    others = [other for other in _staying(person, fleet, now) if other.server_id != access.server_id]
    return bool(others) or _suitable_server_exists(person, fleet, now)


def _has_replacement(person: Person, leaving: Access, fleet: Fleet, now: datetime) -> bool:
    return any(other.in_sync and other.wanted is leaving.wanted for other in _staying(person, fleet, now))


def _staying(person: Person, fleet: Fleet, now: datetime) -> list[Access]:
    """Return the keys that stay: they are not being moved, and their server is open.

    For a person who may reach only Telegram, these are only the keys on servers that offer it.
    """
    limited = telegram_only(person, now)
    servers = {
        listing.server.id
        for listing in fleet.catalogue.listings()
        if listing.server.state is ServerState.OPEN and (not limited or listing.server.offers_telegram_only)
    }
    return [access for access in person.living_accesses if access.leaving_at is None and access.server_id in servers]


def _start_move(session: Session, fleet: Fleet, context: Context, server: Server, access: Access) -> bool:
    """Place a new key on another server and mark this one as leaving; return False if no server has capacity."""
    placing = Placing(fleet)

    def moved(person: Person, now: datetime) -> Person:
        return with_successor(person, access, placing, fleet, now)

    try:
        _decide(session, context, server, access, "leaves", moved)
    except AllServersFull:
        return False
    return True


def with_successor(person: Person, access: Access, placing: Placing, fleet: Fleet, now: datetime) -> Person:
    """Return the person with this key marked as leaving, and with a new key if the plan promises more than stay.

    Raises:
        AllServersFull: no new key could be placed, and either no other key stays, or a suitable server is only full.
        ClaimLost: the key is leaving already, or was removed.
    """
    subscription, known = person.subscription, person.access(access.server_id, access.key.tag)
    if known is None or known.leaving_at is not None or subscription.plan is None or subscription.key is None:
        raise ClaimLost("this key is leaving already, or was removed")
    leaving = person.with_access(replace(known, leaving_at=now))
    staying, limited = _staying(leaving, fleet, now), telegram_only(person, now)
    missing = max(subscription.plan.keys - len(staying), 0)
    placed = placing(
        leaving, subscription.plan, subscription.key, now, missing=min(missing, 1), telegram_only=limited
    )
    if (
        missing
        and len(placed.accesses) == len(leaving.accesses)
        and (not staying or _suitable_server_exists(leaving, fleet, now))
    ):
        raise AllServersFull("no other server has capacity")
    return placed


def _suitable_server_exists(person: Person, fleet: Fleet, now: datetime) -> bool:
    """Tell whether the plan allows a server on which the person has no key yet, whether or not it has capacity."""
    plan, has = person.subscription.plan, {access.server_id for access in person.living_accesses}
    limited = telegram_only(person, now)
    return plan is not None and any(
        fits(listing.server, plan, has, telegram_only=limited) for listing in fleet.catalogue.listings()
    )


def _retired(person: Person, access: Access, now: datetime) -> Person:
    known = person.access(access.server_id, access.key.tag)
    if known is None or known.wanted is Wanted.ABSENT:
        raise ClaimLost("this key was removed meanwhile")
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
