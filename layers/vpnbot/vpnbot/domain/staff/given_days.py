"""How many days a member of the staff with limits may give: to one person, and in one day."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from vpnbot.domain.effects import Delete, Effect, PutIfAbsent
from vpnbot.domain.people.user import GivenDays, User
from vpnbot.errors import Rejected

MOST_TO_A_PERSON = 7
"""The most days that a person gets in `COUNTED_FOR`, from all members together."""
COUNTED_FOR = timedelta(days=30)
MOST_IN_A_DAY = 30
"""The most days that a member with limits gives in one day, UTC."""
_KEPT_FOR = timedelta(days=3)


class Limit(StrEnum):
    """Which limit forbids an act."""

    ONESELF = "oneself"
    PERSON = "person"
    DAY = "day"


class OverLimit(Rejected):
    """A member with limits may not give these days; `left` could be given now."""

    def __init__(self, limit: Limit, left: int = 0) -> None:
        super().__init__(f"the limit {limit}; left: {left}")
        self.limit = limit
        self.left = left


def given_partition(giver: str, day: str) -> str:
    """Return the partition of the days that a member has given in a day."""
    return f"GIVEN#{giver}#{day}"


def day_of(moment: datetime) -> str:
    """Return the day of a time in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def left_for(user: User, now: datetime) -> int:
    """Return how many days a member with limits may still give to a person."""
    counted = sum(given.days for given in user.given if given.at > now - COUNTED_FOR)
    return max(MOST_TO_A_PERSON - counted, 0)


def with_given(given: tuple[GivenDays, ...], days: int, cause: str, now: datetime) -> tuple[GivenDays, ...]:
    """Return what was given to a person, with these days, and without what counts no more."""
    return (*(each for each in given if each.at > now - COUNTED_FOR), GivenDays(now, days, cause))


def taken_by(giver: str, days: int, taken: Collection[int], cause: str, now: datetime) -> Iterator[Effect]:
    """Yield the effects that take days from the allowance of a member.

    Raises:
        OverLimit: the allowance of the day is too small.
    """
    free = [number for number in range(MOST_IN_A_DAY) if number not in taken]
    if len(free) < days:
        raise OverLimit(Limit.DAY, len(free))
    for number in free[:days]:
        partition = given_partition(giver, day_of(now))
        yield PutIfAbsent(partition, f"{number:02}", {"cause": cause}, expires_at=now + _KEPT_FOR)


def returned_to(giver: str, day: str, numbers: Collection[int]) -> Iterator[Effect]:
    """Yield the effects that give days back to the allowance of a member."""
    for number in numbers:
        yield Delete(given_partition(giver, day), f"{number:02}")
