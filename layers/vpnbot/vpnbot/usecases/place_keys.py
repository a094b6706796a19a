"""Find places for the keys that a person's plan promises; if there is none, the clock looks again."""

from dataclasses import replace
from datetime import datetime

from vpnbot.domain.access import Access, Wanted
from vpnbot.domain.due import inline
from vpnbot.domain.keys import Key
from vpnbot.domain.ledger import Entry
from vpnbot.domain.person import Person
from vpnbot.domain.placement import place
from vpnbot.domain.plan import Plan
from vpnbot.errors import AllServersFull
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Metric, Session, Shop


class Placing:
    """Adds the missing keys to a person. Asked again, it looks at the catalogue anew: the first look was stale."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._again = False

    def __call__(self, person: Person, plan: Plan, key: Key, now: datetime, missing: int | None = None) -> Person:
        """Return the person with an access in every place that was found for the keys that they miss."""
        listings = self._shop.servers.listings(fresh=self._again)
        self._again = True
        has = {access.server_id for access in person.living_accesses}
        wanting = replace(plan, keys=len(has) + (person.missing_keys if missing is None else missing))
        name = self._shop.ring().credentials(person.id, key).email
        for found in place(wanting, listings, has, key.seed):
            access = Access(
                found.server.id,
                key,
                Wanted.ENABLED,
                devices=plan.devices,
                traffic_limit_bytes=plan.traffic_limit_bytes,
                due=inline(now),
                name=name,
                room=found.room,
            )
            person = person.with_access(access)
        return person


def place_keys(session: Session, shop: Shop) -> Person:
    """Place the keys of somebody who waits for their first one because no server had room.

    Raises:
        AllServersFull: nor has one now.
        Conflict: too much happens at once; the clock comes back.
    """
    now, placing = shop.clock(), Placing(shop)

    def placed(person: Person) -> Person:
        subscription = person.subscription
        if not _unplaced(person) or subscription.plan is None or subscription.key is None:
            return person
        found = placing(person, subscription.plan, subscription.key, now)
        if not found.living_accesses:
            raise AllServersFull("no server has room")
        return replace(found, subscription=subscription.looks_again(None))

    if not _unplaced(session.person):
        return session.person
    cause = f"event:placed:{session.person.subscription.key.tag if session.person.subscription.key else ''}"
    try:
        return decide(session, Entry(cause, "keys placed", now, actor="clock"), placed, shop.meter)
    except AllServersFull:
        shop.meter.count(Metric.UNPLACED)
        raise


def _unplaced(person: Person) -> bool:
    return person.subscription.waits_for_key and not person.living_accesses
