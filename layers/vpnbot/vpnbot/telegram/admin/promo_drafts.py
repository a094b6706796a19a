"""A promo code before it is made: all of it is in the callback data of its buttons, so that nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.promo.code import MOST_ONE_TIME, PromoCode
from vpnbot.domain.promo.entered import folded_name

DAYS = (1, 3, 7, 14, 30, 90)
TOTALS = (1, 10, 50, 100, 500, 1000, 0)
TIMES = (1, 2, 3, 5, 10)
VALID = (1, 3, 7, 14, 30, 90, 0)
"""What can be chosen: the days, how often in all (0: without a limit), how often a person, for how many days."""
_ONE_TIME_TOTALS = tuple(total for total in TOTALS if 1 < total <= MOST_ONE_TIME)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was chosen so far. `total` and `valid` 0: without a limit."""

    id: str
    days: int = 7
    total: int = 100
    times: int = 1
    valid: int = 30
    newcomers: bool = False
    one_time: bool = False

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> "Draft | None":
        """Return the draft that a button names; None if it names none that can be chosen."""
        name, *chosen = arguments[:7] or [""]
        numbers = [int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1 for text in chosen]
        if folded_name(name) != name or len(numbers) != 6:
            return None
        days, total, times, valid, newcomers, one_time = numbers
        totals, switch = _ONE_TIME_TOTALS if one_time else TOTALS, (0, 1)
        possible = (DAYS, totals, TIMES, VALID, switch, switch)
        if any(number not in each for number, each in zip(numbers, possible, strict=True)):
            return None
        return cls(name, days, total, times, valid, newcomers == 1, one_time == 1)

    @property
    def arguments(self) -> tuple[str | int, ...]:
        """The arguments of a button that names this draft."""
        switches = (int(self.newcomers), int(self.one_time))
        return (self.id, self.days, self.total, self.times, self.valid, *switches)

    def switched(self) -> "Draft":
        """Return this draft as a batch of one-time codes, with a total that it can have, or as one code again."""
        one_time = not self.one_time
        total = self.total if not one_time or self.total in _ONE_TIME_TOTALS else Draft(self.id).total
        return replace(self, one_time=one_time, total=total)

    def choices(self, field: str) -> "Sequence[tuple[int, Draft]]":
        """Return what can be chosen for a field, each number with the draft as it would be."""
        totals = _ONE_TIME_TOTALS if self.one_time else TOTALS
        possible = {"days": DAYS, "total": totals, "times": TIMES, "valid": VALID}[field]
        return [(number, replace(self, **{field: number})) for number in possible]  # type: ignore[arg-type]  # numbers all

    def code(self, author: str, now: datetime) -> PromoCode:
        """Return the code that is made of it now."""
        return PromoCode(
            self.id,
            self.days,
            total=self.total or None,
            per_person=self.times,
            ends_at=now + timedelta(days=self.valid) if self.valid else None,
            newcomers=self.newcomers,
            one_time=self.one_time,
            author=author,
        )
