"""How much an administrator may give for an outage without the owner; owners have no limit."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompensationLimit:
    """So many days to each, and to so many people; zero of either: the owner decides about every outage."""

    days: int
    people: int

    def allows(self, days: Collection[int]) -> bool:
        """Tell whether an administrator may give these days, one number for each person who gets some."""
        return len(days) <= self.people and max(days, default=0) <= self.days
