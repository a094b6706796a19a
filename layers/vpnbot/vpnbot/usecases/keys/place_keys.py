"""Place the keys that a person's plan promises on servers; if no server has capacity, due work tries again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Derivation, Key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.wanted_keys import with_keys_as_granted
from vpnbot.domain.scheduling import Due, inline_claim
from vpnbot.domain.servers.placement import choose_shard, fits, place
from vpnbot.domain.servers.server import Listing
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.timeline import timed_cause
from vpnbot.errors import AllServersFull, AlreadyDecided, UnreadableItem
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Fleet, Metric, Session

RETRY_FULL = timedelta(hours=1)
"""When a person who has a key is looked at again, while the servers for the other keys are full."""


class Placing:
    """Adds the missing keys to a person. Each call after the first reads the catalogue again, after a conflict."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._called_before = False

    def __call__(
        self,
        person: Person,
        plan: Plan,
        key: Key,
        now: datetime,
        missing: int | None = None,
        *,
        telegram_only: bool = False,
    ) -> Person:
        """Return the person with one more access for each missing key for which a server has capacity.

        `missing` is the number of keys to place; None: as many as the plan promises and the person lacks. For
        `telegram_only` see `place`.
        """
        listings = self._fleet.catalogue.listings(fresh=self._called_before)
        self._called_before = True
        has = {access.server_id for access in person.living_accesses}
        wanted_plan = replace(plan, keys=len(has) + (person.missing_keys if missing is None else missing))
        name = self._fleet.ring().client_name(person.id, key)
        for found in place(wanted_plan, listings, has, key.seed, telegram_only=telegram_only):
            access = Access(
                found.server.id,
                key,
                Wanted.LIMITED if telegram_only else Wanted.ENABLED,
                devices=plan.devices,
                traffic_limit_bytes=person.traffic_limit_bytes,
                due=inline_claim(now),
                name=name,
                capacity_shard=found.shard,
                derivation=Derivation.PER_SERVER,
            )
            person = person.with_access(access)
        return person


def place_keys(session: Session, fleet: Fleet, context: Context) -> Person:
    """Place the keys that a person lacks: all, when no server had capacity, or some, when there were too few servers.

    While the servers for a key are full, due work tries again: often for a person without any key, once an hour for
    the others. Existing keys become what the subscription grants, because an earlier decision could not change keys
    that another version had written. Keys that work again after they gave back their capacity take capacity again, if
    necessary over the server's limit, because the customer has paid; a metric counts these.

    Raises:
        AllServersFull: the person has no key, and no server has capacity for one.
        UnreadableItem: placement is due, but this version cannot read a key; it waits for one that can.
        Conflict: concurrent changes; due work tries again.
    """
    now, placing, over = context.clock(), Placing(fleet), 0

    def placed(person: Person) -> Person:
        nonlocal over
        subscription, found = person.subscription, person
        if person.missing_keys and subscription.plan and subscription.key:
            found = placing(person, subscription.plan, subscription.key, now)
            if not found.living_accesses:
                raise AllServersFull("no server has capacity")
        listings = fleet.catalogue.listings()
        retry = Due(now + RETRY_FULL) if _server_fits(found, listings) else None
        found = replace(found, subscription=subscription.retry_placement(retry))
        counted, over = _with_capacity(with_keys_as_granted(found, now), listings)
        return counted

    if not session.person.keys_readable and session.person.subscription.placement_due:
        raise UnreadableItem("not placed: there are keys that this version cannot read")
    if not _needs_decision(session.person, fleet):
        return session.person
    try:
        person = decide(
            session, Entry(_cause(session.person, now), "keys placed", now, "clock"), placed, context.metrics
        )
    except AlreadyDecided:
        return session.person
    except AllServersFull:
        context.metrics.count(Metric.UNPLACED)
        raise
    if over:
        context.metrics.count(Metric.OVER_CAPACITY, over)
    return person


def _needs_decision(person: Person, fleet: Fleet) -> bool:
    """Tell whether there is something to decide.

    That is so for a person who is due for placement, and for any other person if there is a server for a missing key,
    or if a key that works again must be counted.
    """
    if _unplaced(person) or person.subscription.placement_due:
        return True
    if person.paused or person.traffic_used_up or not (person.missing_keys or person.uncounted_keys):
        return False
    listings = fleet.catalogue.listings()
    return _server_fits(person, listings) or _with_capacity(person, listings)[0] != person


def _server_fits(person: Person, listings: Sequence[Listing]) -> bool:
    """Return whether there is a server for a key that is missing, whether or not it has capacity now."""
    plan, has = person.subscription.plan, {access.server_id for access in person.living_accesses}
    if plan is None or not person.missing_keys:
        return False
    return any(fits(listing.server, plan, has) for listing in listings)


def _with_capacity(person: Person, listings: Sequence[Listing]) -> tuple[Person, int]:
    """Return the person with a shard for each key that lacks one, and how many of these exceed a server's limit."""
    listed, over = {listing.server.id: listing for listing in listings if listing.shards}, 0
    for access in person.uncounted_keys:
        if listing := listed.get(access.server_id):
            person = person.with_access(replace(access, capacity_shard=choose_shard(listing, access.key.seed)))
            over += not listing.has_capacity
    return person, over


def _cause(person: Person, now: datetime) -> str:
    """Return the cause in the ledger. It has the time, because keys may be placed more than once in a course.

    Even the first keys may: a key that was removed before it worked, with its server, leaves the person waiting. Two
    workers do not place twice, because the version of the person decides.
    """
    subscription = person.subscription
    placed = timed_cause("placed", subscription.course, subscription.key.tag if subscription.key else "")
    return f"{placed}:{now:%Y-%m-%dT%H:%M:%SZ}"


def _unplaced(person: Person) -> bool:
    return person.subscription.waits_for_key and not person.living_accesses
