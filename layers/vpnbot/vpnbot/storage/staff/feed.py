"""The feed of what has happened, see `domain/feed.py`.

| item  | pk   | sk                       | written                                   |
|-------|------|--------------------------|-------------------------------------------|
| Event | FEED | time#kind#person#number  | with the commit of what it says; TTL 14 days |
"""

from collections.abc import Sequence
from datetime import datetime

from vpnbot.domain.feed import FEED, Event, event_of, feed_time
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.table import from_text, query_backwards

_LAST = "~"
"""Later than every time."""


class StoredFeed:
    """Implements the port `Feed`."""

    def latest(self, *, before: str = "", since: datetime | None = None, limit: int = 10) -> Sequence[Event]:
        """Return at most `limit` events, the newest first: before the key `before`, and not older than `since`.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        first = feed_time(since) if since is not None else ""
        raw = query_backwards(FEED, first or "0", before or _LAST, limit=limit + 1)
        items = [item for item in map(Stored.of, raw) if item.sk != before]
        events = [event_of(item.sk, item.body, from_text(item.attributes["at"])) for item in items]
        return [event for event in events if event is not None][:limit]
