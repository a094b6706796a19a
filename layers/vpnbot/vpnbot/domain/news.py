"""News: a short message to the staff about trials, sales and refunds, a minute at a time, while they want it.

All events of one minute make one due alert, whose content is read from the feed when it is sent. A group takes 20
messages a minute from a bot; one message for each sale would hold up the questions of customers.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from vpnbot.domain.effects import Effect
from vpnbot.domain.feed import Event, EventKind, WantedNews
from vpnbot.domain.payments.alerts import AlertKind, alert_about

MINUTE = timedelta(minutes=1)
_SENT_AFTER = timedelta(seconds=20)
"""So long after the end of a minute its news are sent: longer than a request takes to commit."""


_MONEY = frozenset({EventKind.SALE, EventKind.HELD, EventKind.REFUND})
TOLD = {WantedNews.OFF: frozenset[EventKind](), WantedNews.MONEY: _MONEY, WantedNews.ALL: _MONEY | {EventKind.TRIAL}}
"""The kinds of events that each choice includes; a first contact is never told."""


def news_moves(events: Iterable[Event], wanted: Callable[[], WantedNews]) -> Iterator[Effect]:
    """Yield the due alert for the minute of these events, if they are to be told.

    `wanted` is called only if an event may be told. Written again by each event of the minute, it stays the same.
    """
    first = next((event for event in events if event.kind in TOLD[WantedNews.ALL]), None)
    if first is None:
        return
    told = TOLD[wanted()]
    if not any(event.kind in told for event in events):
        return
    since = first.at.replace(second=0, microsecond=0)
    until = since + MINUTE
    yield alert_about(AlertKind.NEWS, since, until, due_at=until + _SENT_AFTER)
