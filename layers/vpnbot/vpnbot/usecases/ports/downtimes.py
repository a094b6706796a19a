"""The ports for measured outages, and for the people whose keys did not work in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.downtime import Downtime
from vpnbot.domain.servers.hurt import Hurt


class Downtimes(Protocol):
    """The measured outages of all servers. Each call may raise StorageUnavailable."""

    def get(self, downtime_id: str) -> Downtime | None:
        """Return a downtime; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
        """
        ...

    def last_of(self, server_id: str) -> Downtime | None:
        """Return the last downtime of a server; None if there was none.

        Raises:
            UnreadableItem: as `get`.
        """
        ...

    def latest(self, *, before: datetime | None = None, limit: int = 10) -> Sequence[Downtime]:
        """Return at most `limit` downtimes, the newest first; with `before`, those whose beginning is older."""
        ...

    def since(self, moment: datetime) -> Sequence[Downtime]:
        """Return all downtimes that began at this time or later, the oldest first."""
        ...

    def observe(self, before: Downtime | None, after: Downtime) -> bool:
        """Write what was observed; False, and no change, if it is not as in `before` any more.

        Raises:
            UnreadableItem: as `get`.
        """
        ...

    def decide(self, before: Downtime, after: Downtime, entry: Entry, *effects: Effect) -> Downtime:
        """Write what the staff has decided, the entry and the effects, all or none; return it as stored.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            Conflict: it was changed since `before` was read.
            UnreadableItem: as `get`.
        """
        ...

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the downtimes has this cause."""
        ...


class HurtPeople(Protocol):
    """The people whose keys did not work in a downtime. Each call may raise StorageUnavailable."""

    def get(self, downtime_id: str, person: str) -> Hurt | None:
        """Return what is recorded about a person; None if nothing is."""
        ...

    def put(self, downtime: Downtime, hurt: Hurt) -> None:
        """Write what is recorded about a person; only the work that holds the claim of the downtime calls it."""
        ...

    def page(self, downtime_id: str, shard: int, *, after: str = "", limit: int = 100) -> Sequence[Hurt]:
        """Return the next people of a shard, in the order of their ids."""
        ...
