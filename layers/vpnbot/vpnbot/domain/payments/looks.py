"""When a provider is asked again for a payment that waits to be paid."""

from datetime import datetime, timedelta

FIRST_LOOK = timedelta(minutes=2)
"""After this time the first look follows the placement, if no notification has come."""

_AFTER_PLACEMENT = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 35, 65))
_HOURLY_UNTIL = timedelta(days=1)
LAST_LOOK = timedelta(days=4)
"""So long after the placement a pending payment is looked at for the last time."""

GIVE_UP_KEY = timedelta(hours=23)
"""After this time a request is never repeated with its key: YooKassa's keys live 24 hours, then the same key makes a
second payment (YooKassa's documentation of idempotence keys)."""


def next_look(placed_at: datetime, now: datetime) -> datetime | None:
    """Return the time of the next look at a payment of an order; None after the last: the order has lapsed."""
    planned = next((placed_at + after for after in _AFTER_PLACEMENT if placed_at + after > now), None)
    if planned is not None:
        return planned
    age = now - placed_at
    if age < _HOURLY_UNTIL:
        return now + timedelta(hours=1)
    return now + timedelta(days=1) if age < LAST_LOOK else None
