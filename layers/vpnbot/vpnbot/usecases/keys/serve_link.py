"""Find the person and the keys of a subscription link. No panel is called."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.devices import DeviceHeaders
from vpnbot.domain.keys.key_ring import Key, KeyRing, person_of_token
from vpnbot.domain.keys.share_link import Endpoint, UnusableEndpoint
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.errors import UnreadableItem
from vpnbot.usecases.keys.record_load import Load, record_load
from vpnbot.usecases.ports import Context, Fleet, Metric, People


@dataclass(frozen=True, slots=True)
class ServedKey:
    """A key as apps need it: the VLESS user, and the inbound that accepts it."""

    client_id: UUID
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class ServedLink:
    """The content of a link: the person, their standing at `now`, and the keys.

    After the end of their time or traffic, these are the keys for Telegram only, if there are any. `rejected`: the
    device has no place, and so gets no keys.
    """

    person: Person
    standing: Standing
    keys: tuple[ServedKey, ...]
    now: datetime
    rejected: bool = False


def serve_link(
    token: str,
    people: People,
    fleet: Fleet,
    context: Context,
    *,
    app: str | None,
    device: DeviceHeaders | None = None,
    limited: Callable[[], bool] = lambda: True,
) -> ServedLink | None:
    """Return the content of a link; None if the token is malformed, unknown, or of a rotated or deleted key.

    A malformed token is refused before anything is read. All others make the same calls, so that a caller cannot tell
    by the response time why a token is invalid. `app` is the id of the VPN app that fetches, None for a browser. A
    fetch by an app is recorded if it tells something new. `device` is what the app says about its device, `limited`
    tells whether the shop limits the number of devices.

    Raises:
        UnreadableItem: this version cannot read the subscription; apps keep the keys that they have.
        StorageUnavailable: the storage did not answer; try again later.
        Conflict: many devices loaded the link at the same time; try again later.
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
    current = standing(person, now)
    if app is not None:
        load = Load(app, key, now, device)
        has_place = record_load(session, ring, context, load, limited, works=current.works)
        if session.person.subscription.key != key:
            return None  # replaced meanwhile
        person = session.person.as_of(now)
        if not has_place:
            return ServedLink(person, current, (), now, rejected=True)
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
