"""Find the person and the keys of a subscription link. No panel is called."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import assert_never
from uuid import UUID

from vpnbot.correlation import note
from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Key, KeyRing, person_of_token
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.keys.share_link import Endpoint, UnusableEndpoint
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.errors import StorageUnavailable, UnreadableItem
from vpnbot.usecases.ports import Context, Fleet, Metric, People


@dataclass(frozen=True, slots=True)
class ServedKey:
    """A key as apps need it: the VLESS user, and the inbound that accepts it."""

    client_id: UUID
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class ServedLink:
    """The content of a link: the person, their standing at `now`, and the keys.

    After the end of their time or traffic, these are the keys for Telegram only, if there are any.
    """

    person: Person
    standing: Standing
    keys: tuple[ServedKey, ...]
    now: datetime


def serve_link(token: str, people: People, fleet: Fleet, context: Context, *, app: str | None) -> ServedLink | None:
    """Return the content of a link; None if the token is malformed, unknown, or of a rotated or deleted key.

    A malformed token is refused before anything is read. All others make the same calls, so that a caller cannot tell
    by the response time why a token is invalid. `app` is the id of the VPN app that fetches, None for a browser. A
    fetch by an app is recorded if it tells something new.

    Raises:
        UnreadableItem: this version cannot read the subscription; apps keep the keys that they have.
        StorageUnavailable: the storage did not answer; try again later.
    """
    person_id = person_of_token(token)
    if person_id is None:
        return None
    ring = fleet.ring()
    session = people.open(person_id)
    now = context.clock()
    person = session.person.as_of(now)
    if not person.subscription_readable:
        raise UnreadableItem("link not served: the subscription cannot be read")
    key = person.subscription.key
    genuine = ring.link_token_matches(token, person_id, key or Key(ring.current, ""))
    if key is None or not genuine:
        return None
    if app is not None:
        _record(people, context, person, app, key, now)
    current = standing(person, now)
    offered = [access for access in person.offered_accesses if _offers(current, access)]
    keys = tuple(_served(person, ring, offered, context))
    return ServedLink(person, current, keys, now)


def _served(person: Person, ring: KeyRing, accesses: Sequence[Access], context: Context) -> Iterator[ServedKey]:
    """Yield the keys that an app can use; one that it cannot use is counted, and leaves the others in the link."""
    for access in accesses:
        if access.endpoint is None:
            continue
        try:
            yield ServedKey(access.credentials(ring, person.id).client_id, access.endpoint.checked())
        except UnusableEndpoint:
            context.metrics.count(Metric.UNUSABLE_ENDPOINTS)


def _offers(current: Standing, access: Access) -> bool:
    """Tell whether a link shows this access to a person with this standing."""
    match current:
        case Standing.RUNNING | Standing.LAST_DAY:
            return access.works
        case Standing.USED_UP | Standing.EXPIRED | Standing.LINK_GONE:
            return access.telegram_only
        case Standing.FIRST_KEY | Standing.KEY_AGAIN | Standing.PAUSED:
            return False
        case Standing.NEW | Standing.TRIAL_USED | Standing.DELETED | Standing.UNREADABLE:  # these have no link
            return False
        case _:
            assert_never(current)


def _record(people: People, context: Context, person: Person, app: str, key: Key, now: datetime) -> None:
    """Record the fetch if it tells something new; if that fails, the link is served all the same."""
    known = person.fetch
    if known is not None and known.covers(app, key.tag, now):
        return
    fetch = LinkFetch(now, now, app, key.tag) if known is None else known.again(app, key.tag, now)
    with suppress(StorageUnavailable):
        note(person=person.id, outcome="fetch recorded")
        if known is not None:
            people.record_fetch(person.id, key, fetch)
        elif people.record_fetch(person.id, key, fetch, first=True, effects=_counted(person, now)):
            context.metrics.count(Metric.CONNECTED)


def _counted(person: Person, now: datetime) -> tuple[Effect, ...]:
    """Return what a first fetch adds to the statistics."""
    from vpnbot.domain.statistics.entry import connected, entry_effects

    return entry_effects([connected(person)], now, token_hex(8))
