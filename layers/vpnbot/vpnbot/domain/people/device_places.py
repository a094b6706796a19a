"""How many devices of a person get keys, and which have a place now."""

from datetime import datetime

from vpnbot.domain.keys.devices import Device, Devices
from vpnbot.domain.people.person import Person


def device_limit(person: Person, *, limited: bool) -> int | None:
    """Return how many devices get keys; None: any number. `limited` is the switch of the shop."""
    plan = person.subscription.plan
    return plan.devices if limited and plan is not None and plan.devices > 0 else None


def devices_of(person: Person) -> Devices:
    """Return the devices that are stored for a person."""
    return person.devices or Devices()


def devices_readable(person: Person) -> bool:
    """Tell whether this version can read the devices of a person; otherwise none is limited."""
    return "DEVICES" not in person.unreadable


def without_place(person: Person, now: datetime, *, limited: bool) -> tuple[Device, ...]:
    """Return the listed devices that get no keys, for example after a change to a plan for fewer devices."""
    devices = devices_of(person)
    placed = devices.with_place(device_limit(person, limited=limited), now)
    return devices.listed(now)[len(placed) :]
