"""The round that is made over a server's keys again and again: what the panel has beside what it should have."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.scheduling import Due

INTERVAL = timedelta(minutes=30)
INTERVAL_WHILE_DRAINING = timedelta(minutes=5)
"""How often a server that is being emptied is looked at."""


@dataclass(frozen=True, slots=True)
class ReconciliationRun:
    """How far the round over one server has got, and what it has found so far.

    `page` is the panel's next page of clients, from 1; `last_name` where the last one ended.
    """

    server_id: str
    began_at: datetime
    page: int = 1
    last_name: str = ""
    keys: int = 0
    missing: int = 0
    different: int = 0
    orphans: int = 0
    removed: int = 0
    unmoved: int = 0
    ended_at: datetime | None = None
    due: Due | None = None

    def continued(self, page: int, last_name: str, now: datetime) -> "ReconciliationRun":
        """Return this round with one more slice done; the next is due at once."""
        return replace(self, page=page, last_name=last_name, due=Due(now))

    def ended(self, now: datetime, again_in: timedelta = INTERVAL) -> "ReconciliationRun":
        """Return this round with all its slices done; the next round begins in a while."""
        return replace(self, page=1, last_name="", ended_at=now, due=Due(now + again_in))

    def begun(self, now: datetime) -> "ReconciliationRun":
        """Return a round that has found nothing yet."""
        return ReconciliationRun(self.server_id, now, due=self.due)

    @property
    def beginning(self) -> bool:
        """Whether no slice of it has been done."""
        return self.page == 1 and not self.last_name
