"""Give a person a new link with new keys: the old link and its keys open no connection any more."""

from contextlib import suppress
from datetime import datetime

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Derivation
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import (
    MOST_RETIRING_KEYS,
    RETIRING_KEYS_AGAIN,
    LimitedAct,
    TooOften,
    again_at,
)
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.wanted_keys import wanted_state
from vpnbot.domain.scheduling import inline_claim
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import decide
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.keys.record_traffic import refresh_traffic
from vpnbot.usecases.ports import Context, Fleet, Session


class NothingToRotate(Rejected):
    """The key does not exist any more, or may not be replaced now."""


def rotate_key(session: Session, fleet: Fleet, context: Context, cause: str, key_tag: str) -> Person:
    """Replace one key, then call the panels at once; due work makes the keys that fail.

    `key_tag` says which key was on the screen, so that a second tap does not replace the new key.

    Raises:
        TooOften: the person has replaced the link as often as allowed, or panels still have keys of earlier links.
        NothingToRotate: the key was replaced already, the person is paused, or the first key is still being made.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()
    if session.person.traffic_limit_bytes is not None and _may_rotate(session.person, key_tag, now):
        refresh_traffic(session, fleet, context, session.person.living_accesses)  # a new key counts from zero

    def rotated(person: Person) -> Person:
        ensure_replaceable(person, key_tag, now)
        return with_successors(person.acted(LimitedAct.NEW_LINK, now), fleet, now)

    with suppress(AlreadyDecided):
        decide(session, Entry(cause, "new link", now), rotated, context.metrics)
    return provision_pending(session, fleet, context)


def _may_rotate(person: Person, key_tag: str, now: datetime) -> bool:
    """Tell whether the key will be replaced: a tap that replaces nothing is not counted, so it calls no panel."""
    try:
        ensure_replaceable(person, key_tag, now)
    except (NothingToRotate, TooOften):
        return False
    return again_at(person.user.acts, LimitedAct.NEW_LINK, now) is None


def ensure_replaceable(person: Person, key_tag: str, now: datetime) -> None:
    """Raise NothingToRotate, or TooOften while too many keys of earlier links wait for panels that do not answer."""
    key = person.subscription.key
    if key is None or key.tag != key_tag or not person.can_rotate_key:
        raise NothingToRotate("this key cannot be replaced")
    retiring = sum(access.wanted is Wanted.ABSENT for access in person.accesses)
    if retiring and retiring + len(person.living_accesses) > MOST_RETIRING_KEYS:
        raise TooOften(LimitedAct.NEW_LINK, now + RETIRING_KEYS_AGAIN, busy=True)


def with_successors(person: Person, fleet: Fleet, now: datetime) -> Person:
    """Return the person with every current key marked for removal, and a new key on the same server."""
    subscription, ring = person.subscription.rotated(fleet.ring().current), fleet.ring()
    rotated, key, wanted = person, subscription.key, wanted_state(person, now)
    if key is None:
        raise NothingToRotate("there is no key")
    name = ring.client_name(person.id, key)
    for old in person.living_accesses:
        successor = Access(
            old.server_id,
            key,
            wanted,
            devices=old.devices,
            traffic_limit_bytes=old.traffic_limit_bytes,
            due=inline_claim(now),
            name=name,
            capacity_shard=old.capacity_shard if wanted is Wanted.ENABLED else None,
            leaving_at=old.leaving_at,
            derivation=Derivation.PER_SERVER,
        )
        rotated = rotated.with_key_retired(old, now).with_access(successor)
    return rotated.with_rotated_key(subscription)
