"""Record that an app loaded the link, if it tells something new, and give its device a place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from vpnbot.correlation import note
from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.devices import Device, DeviceHeaders, Devices
from vpnbot.domain.keys.key_ring import Key, KeyRing
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.people.device_places import device_limit, devices_of, devices_readable
from vpnbot.domain.people.person import Person
from vpnbot.errors import Conflict, StorageUnavailable
from vpnbot.usecases.ports import Context, Metric, Session

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Load:
    """One load of a link: the id of the app, the key of the link, and what the app says about its device."""

    app: str
    key: Key
    at: datetime
    headers: DeviceHeaders | None = None


def record_load(
    session: Session, ring: KeyRing, context: Context, load: Load, limited: Callable[[], bool], *, works: bool
) -> bool:
    """Record a load, and return whether the app gets keys: its device has a place, or it does not say which it is.

    `limited` tells whether the shop limits devices; it is asked only where that matters. Places are given only while
    the subscription `works`. If the storage does not answer, what was loaded decides, and nothing is recorded.

    Raises:
        Conflict: other devices took places at the same time, three times; the app has to load again.
    """
    for _ in range(ATTEMPTS):
        person = session.person
        if person.subscription.key != load.key:
            return False
        devices, has_place = _placed(person, ring, load, limited) if works else (None, True)
        fetch = _fetch(person, load) if has_place else None
        if fetch is None and devices is None:
            return has_place
        try:
            if _recorded(session, context, load, fetch, devices) or devices is None:
                return has_place
        except StorageUnavailable:
            return has_place
        session.reload()
    raise Conflict("other devices were given places at the same time")


def _placed(person: Person, ring: KeyRing, load: Load, limited: Callable[[], bool]) -> tuple[Devices | None, bool]:
    """Return the devices to be stored, None if they stay as they are, and whether this one has a place."""
    if load.headers is None or not devices_readable(person):
        return None, True
    said, before = load.headers, devices_of(person)
    device = Device(
        ring.device_id(person.id, said.hwid), load.app, load.at, load.at, model=said.model, system=said.system
    )
    after, has_place = before.loaded_by(device, device_limit(person, limited=limited()))
    return (None if after is before else after), has_place


def _fetch(person: Person, load: Load) -> LinkFetch | None:
    """Return the record of this fetch; None if it tells nothing new."""
    known, tag = person.fetch, load.key.tag
    if known is None:
        return LinkFetch(load.at, load.at, load.app, tag)
    return None if known.covers(load.app, tag, load.at) else known.again(load.app, tag, load.at)


def _recorded(
    session: Session, context: Context, load: Load, fetch: LinkFetch | None, devices: Devices | None
) -> bool:
    person = session.person
    first = fetch is not None and person.fetch is None
    note(person=person.id, outcome="fetch recorded" if fetch else "device recorded")
    effects = _counted(person, load.at) if first else ()
    recorded = session.record_load(load.key, fetch, devices, first=first, effects=effects)
    if recorded and first:
        context.metrics.count(Metric.CONNECTED)
    return recorded


def _counted(person: Person, now: datetime) -> tuple[Effect, ...]:
    """Return what a first fetch adds to the statistics."""
    from vpnbot.domain.statistics.entry import connected, entry_effects

    return entry_effects([connected(person)], now, token_hex(8))
