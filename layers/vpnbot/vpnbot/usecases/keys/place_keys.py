"""Find places for the keys that a person's plan promises; if there is none, the clock looks again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import inline_claim
from vpnbot.domain.servers.placement import choose_shard, fits, place
from vpnbot.domain.servers.server import Listing
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.timeline import timed_cause
from vpnbot.errors import AllServersFull, AlreadyDecided
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Fleet, Metric, Session


class Placing:
    """Adds the missing keys to a person. A second call reads the catalogue again: the first picture was stale."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._again = False

    def __call__(self, person: Person, plan: Plan, key: Key, now: datetime, missing: int | None = None) -> Person:
        """Return the person with an access in every place that was found for the keys that they miss."""
        listings = self._fleet.catalogue.listings(fresh=self._again)
        self._again = True
        has = {access.server_id for access in person.living_accesses}
        wanting = replace(plan, keys=len(has) + (person.missing_keys if missing is None else missing))
        name = self._fleet.ring().credentials(person.id, key).email
        for found in place(wanting, listings, has, key.seed):
            access = Access(
                found.server.id,
                key,
                Wanted.ENABLED,
                devices=plan.devices,
                traffic_limit_bytes=person.traffic_limit_bytes,
                due=inline_claim(now),
                name=name,
                capacity_shard=found.shard,
            )
            person = person.with_access(access)
        return person


def place_keys(session: Session, fleet: Fleet, context: Context) -> Person:
    """Place the keys that a person lacks: all, when no server had capacity, or some, when there were too few servers.

    A person with a key gets the others when other work of theirs is due. For a person without one, due work tries
    again until a server has capacity. Keys that work again after they gave back their capacity take it again, over
    the server's limit if need be, which is counted: their customer has paid.

    Raises:
        AllServersFull: the person has no key, and no server has capacity for one.
        Conflict: too much happens at once; the clock comes back.
    """
    now, placing, over = context.clock(), Placing(fleet), 0

    def placed(person: Person) -> Person:
        nonlocal over
        subscription = person.subscription
        if subscription.plan is None or subscription.key is None:
            return person
        found = placing(person, subscription.plan, subscription.key, now) if person.missing_keys else person
        if person.missing_keys and not found.living_accesses:
            raise AllServersFull("no server has capacity")
        found = replace(found, subscription=subscription.retry_placement(None))
        if _unplaced(person):
            return found
        wanted = person.wanted(now)
        working = found.with_accesses(lambda access: access.changed(wanted, now))
        counted, over = _with_capacity(working, fleet.catalogue.listings())
        return counted

    if not _may_get_more(session.person, fleet):
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


def _may_get_more(person: Person, fleet: Fleet) -> bool:
    """Return whether a decision is needed: without free capacity only a person who is due for placement needs one."""
    if _unplaced(person) or person.subscription.placement_due:
        return True
    if person.paused or person.traffic_used_up or not (person.missing_keys or person.uncounted_keys):
        return False
    plan, has = person.subscription.plan, {access.server_id for access in person.living_accesses}
    listings = fleet.catalogue.listings()
    if _with_capacity(person, listings)[0] != person:
        return True
    return (
        person.missing_keys > 0
        and plan is not None
        and any(one.has_capacity and fits(one.server, plan, has) for one in listings)
    )


def _with_capacity(person: Person, listings: Sequence[Listing]) -> tuple[Person, int]:
    """Return the person with a shard for each key that lacks one, and how many of these exceed a server's limit."""
    listed, over = {listing.server.id: listing for listing in listings if listing.shards}, 0
    for access in person.uncounted_keys:
        if listing := listed.get(access.server_id):
            person = person.with_access(replace(access, capacity_shard=choose_shard(listing, access.key.seed)))
            over += not listing.has_capacity
    return person, over


def _cause(person: Person, now: datetime) -> str:
    """Return the cause: the first keys are placed once, others whenever they are missed, as often as that may be."""
    subscription = person.subscription
    first = timed_cause("placed", subscription.course, subscription.key.tag if subscription.key else "")
    return first if _unplaced(person) else f"{first}:{now:%Y-%m-%dT%H:%M:%SZ}"


def _unplaced(person: Person) -> bool:
    return person.subscription.waits_for_key and not person.living_accesses
