"""Remove a device of a person: its place is free at once."""

from contextlib import suppress
from dataclasses import replace

from vpnbot.domain.people.device_places import devices_of
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Session


class NoSuchDevice(Rejected):
    """The person has no device of this id; it was removed already, or is forgotten."""


def remove_device(session: Session, context: Context, cause: str, device_id: str) -> Person:
    """Commit that a device has no place any more, and return the person.

    Its app keeps the keys that it has loaded until the link is replaced; when it loads the link again it is a new
    device, which gets keys if there is a place.

    Raises:
        NoSuchDevice: there is no such device, and this cause did not remove it.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def removed(person: Person) -> Person:
        devices = devices_of(person)
        if devices.find(device_id, now) is None:
            raise NoSuchDevice("there is no such device")
        return replace(person, devices=devices.without(device_id, now))

    with suppress(AlreadyDecided):
        return decide(session, Entry(cause, "device removed", now), removed, context.metrics)
    return session.person
