"""How much an administrator may give for an outage without the owner; owners have no limit."""

from collections.abc import Collection

MOST_DAYS = 3
MOST_PEOPLE = 100


def within_limit(days: Collection[int]) -> bool:
    """Tell whether an administrator may give these days, one number for each person who gets some."""
    return len(days) <= MOST_PEOPLE and max(days, default=0) <= MOST_DAYS
