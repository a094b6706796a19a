"""The feed, over the in-memory table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.fakes.people import Table
from vpnbot.domain.feed import FEED, Event, event_of, feed_time


@dataclass
class FeedInMemory:
    """Implements the port `Feed`."""

    table: Table = field(default_factory=Table)

    def latest(self, *, before: str = "", since: datetime | None = None, limit: int = 10) -> Sequence[Event]:
        """Return the newest events."""
        first = feed_time(since) if since is not None else ""
        found = sorted(
            ((key, row) for (partition, key), row in self.table.rows.items() if partition == FEED), reverse=True
        )
        wanted = [(key, row) for key, row in found if key >= first and (not before or key < before)]
        events = [event_of(key, row.body, row.at) for key, row in wanted if row.at is not None]
        return [event for event in events if event is not None][:limit]
