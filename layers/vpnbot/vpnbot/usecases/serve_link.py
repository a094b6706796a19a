"""Answer a subscription link: whose it is, what it opens, from our records alone."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.keys import Key, person_of_token
from vpnbot.domain.link_fetch import LinkFetch
from vpnbot.domain.person import Person
from vpnbot.domain.share_link import share_link
from vpnbot.errors import StorageUnavailable
from vpnbot.usecases.ports import Metric, Shop


@dataclass(frozen=True, slots=True)
class ServedLink:
    """A person as their link shows them, and the share links inside; none once it has ended."""

    person: Person
    share_links: tuple[str, ...]
    now: datetime


def serve_link(token: str, shop: Shop, *, app: str | None) -> ServedLink | None:
    """Return what the link opens, or None: malformed, unknown, rotated and deleted look alike and cost alike.

    `app` names the VPN app that fetches, None for a browser; a first fetch, or one that tells something new, is kept.

    Raises:
        StorageUnavailable: try again.
    """
    ring = shop.ring()
    person_id = person_of_token(token) or ring.person_id(0)
    session = shop.people.open(person_id)
    now = shop.clock()
    person = session.person.at(now)
    key = person.subscription.key
    genuine = ring.link_token_matches(token, person_id, key or Key(ring.current, ""))
    if key is None or not genuine:
        return None
    if app is not None:
        _record(shop, person, app, key, now)
    credentials = ring.credentials(person_id, key)
    entitled = person.subscription.entitled(now) and not person.paused
    links = tuple(
        share_link(credentials.client_id, access.endpoint, access.endpoint.title)
        for access in person.offered_accesses
        if entitled and access.endpoint is not None and access.works
    )
    return ServedLink(person, links, now)


def _record(shop: Shop, person: Person, app: str, key: Key, now: datetime) -> None:
    """Note the fetch; a note that cannot be made now keeps nobody from their keys."""
    known = person.fetch
    if known is not None and known.covers(app, key.tag, now):
        return
    fetch = LinkFetch(now, now, app, key.tag) if known is None else known.again(app, key.tag, now)
    with suppress(StorageUnavailable):
        if shop.people.record_fetch(person.id, key, fetch) and known is None:
            shop.meter.count(Metric.CONNECTED)
