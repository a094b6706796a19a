"""The devices of a person: apps that say which device they run on when they load the subscription link.

The headers are `x-hwid`, `x-device-os`, `x-ver-os` and `x-device-model`; Happ, v2RayTun and others send them, and
Remnawave documents them (docs.rw, "HWID device limit"). `x-hwid` is made by the app: two apps on one phone have two
of them, and an app that is installed again may have another one. Apps that do not send it are not listed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.keys.vpn_apps import app_named

FORGOTTEN_AFTER = timedelta(days=14)
"""A device that has not loaded the link for so long has no place any more; apps load it twice a day."""
SEEN_AGAIN = timedelta(hours=6)
"""A later load by a known device is stored once in this time, and so is the rejection of devices without a place."""
MOST_LISTED = 20
"""So many devices are listed where a person may use any number: a leaked link cannot fill the table."""
LONGEST_TEXT = 40
_LONGEST_HWID = 128


@dataclass(frozen=True, slots=True)
class DeviceHeaders:
    """What an app says about its device: the id, and for people the model and the system."""

    hwid: str
    model: str = ""
    system: str = ""

    @classmethod
    def of(cls, hwid: str, model: str, system: str, version: str) -> "DeviceHeaders | None":
        """Return what the headers say, without control characters and not too long; None if there is no id."""
        known = _cleaned(hwid, _LONGEST_HWID)
        return cls(known, _cleaned(model), _cleaned(f"{system} {version}" if system else "")) if known else None


def _cleaned(text: str, longest: int = LONGEST_TEXT) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:longest].rstrip()


@dataclass(frozen=True, slots=True)
class Device:
    """One app on one device. `id` is a keyed hash of what the app sent (`KeyRing.device_id`); `app` is as in APPS."""

    id: str
    app: str
    first_at: datetime
    last_at: datetime
    model: str = ""
    system: str = ""

    @property
    def name(self) -> str:
        """The model and the app; without a model the app and the system; empty if nothing is known."""
        app = app_named(self.app)
        return " · ".join(filter(None, (self.model, app.title if app else "", "" if self.model else self.system)))


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices of a person; `version` counts the changes.

    `rejected_at`: when the last device was rejected because there was no place; None: not since a place became free.
    """

    known: tuple[Device, ...] = ()
    rejected_at: datetime | None = None
    version: int = 0

    def listed(self, now: datetime) -> tuple[Device, ...]:
        """Return the devices that are not forgotten, the one seen last first."""
        seen = (device for device in self.known if now - device.last_at < FORGOTTEN_AFTER)
        return tuple(sorted(seen, key=lambda device: (device.last_at, device.id), reverse=True))

    def with_place(self, limit: int | None, now: datetime) -> tuple[Device, ...]:
        """Return the devices that get keys: as many as `limit`, those seen last; None: all of them."""
        return self.listed(now)[:limit]

    def find(self, device_id: str, now: datetime) -> Device | None:
        """Return a listed device; None if there is none of this id."""
        return next((device for device in self.listed(now) if device.id == device_id), None)

    def loaded_by(self, device: Device, limit: int | None) -> tuple["Devices", bool]:
        """Return the devices after a load by `device` at its `last_at`, and whether it has a place.

        The same object is returned if the load need not be stored.
        """
        now = device.last_at
        known = self.find(device.id, now)
        if known is None and self._free(limit, now):
            return self._changed((device, *self.listed(now)), None), True
        if known is not None and known in self.with_place(limit, now):
            if now - known.last_at < SEEN_AGAIN:
                return self, True
            others = tuple(each for each in self.listed(now) if each.id != device.id)
            return self._changed((replace(device, first_at=known.first_at), *others), self.rejected_at), True
        if limit is None:
            return self, True  # not listed: there are enough
        again = self.rejected_at is not None and now - self.rejected_at < SEEN_AGAIN
        return (self if again else self._changed(self.listed(now), now)), False

    def _free(self, limit: int | None, now: datetime) -> bool:
        return len(self.listed(now)) < (MOST_LISTED if limit is None else limit)

    def without(self, device_id: str, now: datetime) -> "Devices":
        """Return the devices without one; its place is free."""
        return self._changed(tuple(each for each in self.listed(now) if each.id != device_id), None)

    def emptied(self) -> "Devices":
        """Return no devices: the link was replaced, so that each has to load the new one."""
        return self._changed((), None) if self.known or self.rejected_at else self

    def _changed(self, known: tuple[Device, ...], rejected_at: datetime | None) -> "Devices":
        return Devices(known, rejected_at, self.version + 1)
