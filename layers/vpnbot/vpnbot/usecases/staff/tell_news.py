"""The content of a news alert, read from the feed when it is sent."""

import json
from datetime import datetime

from vpnbot.domain.feed import WantedNews, body_of, feed_time
from vpnbot.domain.news import TOLD
from vpnbot.domain.payments.alerts import Alert, AlertMessage
from vpnbot.usecases.ports.staff import Feed

MOST_TOLD = 10
"""The most events in one message; it says how many more there are."""
_MOST_READ = 200


def news_message(alert: Alert, feed: Feed, wanted: WantedNews) -> AlertMessage | None:
    """Return the news of the minute that an alert names; None if the staff want none of them any more.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    since, until = (datetime.fromisoformat(alert.arguments[name]) for name in ("since", "until"))
    found = feed.latest(before=feed_time(until), since=since, limit=_MOST_READ)
    events = [event for event in reversed(found) if event.kind in TOLD[wanted] and since <= event.at < until]
    if not events:
        return None
    told = [{"at": event.at.isoformat(), **body_of(event)} for event in events[:MOST_TOLD]]
    more = str(len(events) - len(told)) if len(events) > len(told) else ""
    return AlertMessage(alert.kind, {"events": json.dumps(told), "more": more})
