"""The ports for the people who run the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from vpnbot.domain.feed import Event
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.needs import Need
from vpnbot.domain.people.roles import Role

if TYPE_CHECKING:
    from vpnbot.domain.staff.acts import Act
    from vpnbot.usecases.ports.audience import Audience
    from vpnbot.usecases.ports.bot_profile import MenuRows
    from vpnbot.usecases.ports.broadcasts import Broadcasts, Deliveries
    from vpnbot.usecases.ports.downtimes import Downtimes, HurtPeople
    from vpnbot.usecases.ports.statistics import Statistics


class Needs(Protocol):
    """The rows of what waits for the staff. Each call may raise StorageUnavailable."""

    def waiting(self, *, limit: int = 50) -> Sequence[Need]:
        """Return at most `limit` rows, by kind."""
        ...

    def remove(self, need: Need) -> None:
        """Remove the row of something that does not wait any more."""
        ...


class Feed(Protocol):
    """What has happened with people and money. Each call may raise StorageUnavailable."""

    def latest(self, *, before: str = "", since: datetime | None = None, limit: int = 10) -> Sequence[Event]:
        """Return at most `limit` events, the newest first: before the key `before`, and not older than `since`."""
        ...


class Finding(Protocol):
    """The rows by which people are found, see `domain/people/found_by.py`. Each call may raise StorageUnavailable."""

    def by_username(self, username: str, *, limit: int) -> Sequence[PersonId]:
        """Return who was seen with a username in lower case, the last one first."""
        ...

    def by_order(self, number: str, *, limit: int) -> Sequence[PersonId]:
        """Return who has placed an order with this id, or this number that people read."""
        ...


class ActLog(Protocol):
    """The log of acts of the staff. Each call may raise StorageUnavailable."""

    def page(self, month: str, *, before: str = "", limit: int) -> "Sequence[Act]":
        """Return acts of a month (`2026-11`), the newest first; with `before` only those older than this key."""
        ...

    def act(self, at: datetime, cause: str) -> "Act | None":
        """Return one act; None if there is none."""
        ...


class DaysGiven(Protocol):
    """The days that a member with limits has given in one day. Each call may raise StorageUnavailable."""

    def taken(self, giver: str, day: str) -> Sequence[tuple[int, str]]:
        """Return the numbers that are taken of the allowance of a day, each with the cause of the act."""
        ...


class Members(Protocol):
    """The list of the people with a role. Each call may raise StorageUnavailable."""

    def listed(self, *, limit: int = 50) -> Sequence[tuple[PersonId, Role]]:
        """Return who has a role."""
        ...


@dataclass(frozen=True, slots=True)
class StaffPorts:
    """What use cases of the staff need besides the ports of all others."""

    needs: Needs
    feed: Feed
    finding: Finding
    acts: ActLog
    given: DaysGiven
    members: Members
    menus: "MenuRows"
    statistics: "Statistics"
    broadcasts: "Broadcasts"
    deliveries: "Deliveries"
    audience: "Audience"
    downtimes: "Downtimes"
    hurt: "HurtPeople"
