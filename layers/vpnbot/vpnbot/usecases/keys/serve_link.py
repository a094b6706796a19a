"""Answer a subscription link: whose it is, what it opens, from our records alone."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Key, person_of_token
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.keys.share_link import Endpoint
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
    """A person as their link shows them, how they stand at `now`, and the keys inside.

    Once their time or traffic is over, these are the keys through which Telegram can be reached, if there are any.
    """

    person: Person
    standing: Standing
    keys: tuple[ServedKey, ...]
    now: datetime


def serve_link(token: str, people: People, fleet: Fleet, context: Context, *, app: str | None) -> ServedLink | None:
    """Return what the link opens, or None: malformed, unknown, rotated and deleted look alike and cost alike.

    `app` names the VPN app that fetches, None for a browser; a first fetch, or one that tells something new, is kept.

    Raises:
        UnreadableItem: the subscription cannot be read; apps keep the keys that they have.
        StorageUnavailable: try again.
    """
    ring = fleet.ring()
    person_id = person_of_token(token) or ring.person_id(0)
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
    client_id = ring.credentials(person_id, key).client_id
    stands = standing(person, now)
    keys = tuple(
        ServedKey(client_id, access.endpoint)
        for access in person.offered_accesses
        if access.endpoint is not None and _offers(stands, access)
    )
    return ServedLink(person, stands, keys, now)


def _offers(stands: Standing, access: Access) -> bool:
    """Tell whether a person who stands so is to use this access."""
    match stands:
        case Standing.RUNNING | Standing.LAST_DAY:
            return access.works
        case Standing.USED_UP | Standing.EXPIRED | Standing.LINK_GONE:
            return access.telegram_only
        case Standing.FIRST_KEY | Standing.KEY_AGAIN | Standing.PAUSED:
            return False
        case Standing.NEW | Standing.TRIAL_USED | Standing.DELETED | Standing.UNREADABLE:  # these have no link
            return False
        case _:
            assert_never(stands)


def _record(people: People, context: Context, person: Person, app: str, key: Key, now: datetime) -> None:
    """Record the fetch; if that fails, the link is served all the same."""
    known = person.fetch
    if known is not None and known.covers(app, key.tag, now):
        return
    fetch = LinkFetch(now, now, app, key.tag) if known is None else known.again(app, key.tag, now)
    with suppress(StorageUnavailable):
        if people.record_fetch(person.id, key, fetch) and known is None:
            context.metrics.count(Metric.CONNECTED)
