"""The ports for the people who run the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vpnbot.domain.feed import Event
from vpnbot.domain.needs import Need


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


@dataclass(frozen=True, slots=True)
class StaffPorts:
    """What use cases of the staff need besides the ports of all others."""

    needs: Needs
    feed: Feed
