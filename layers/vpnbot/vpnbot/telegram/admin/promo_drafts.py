"""A promo code before it is made: all of it is in the callback data of its buttons, so that nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.promo.code import PromoCode
from vpnbot.domain.promo.entered import folded

DAYS = (1, 3, 7, 14, 30, 90)
TOTALS = (1, 10, 50, 100, 500, 1000, 0)
TIMES = (1, 2, 3, 5, 10)
VALID = (1, 3, 7, 14, 30, 90, 0)
"""What can be chosen: the days, how often in all (0: without a limit), how often a person, for how many days."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was chosen so far. `total` and `valid` 0: without a limit."""

    id: str
    days: int = 7
    total: int = 100
    times: int = 1
    valid: int = 30
    newcomers: bool = False

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> "Draft | None":
        """Return the draft that a button names; None if it names none that can be chosen."""
        name, *chosen = arguments[:6] or [""]
        numbers = [int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1 for text in chosen]
        if folded(name) != name or len(numbers) != 5:
            return None
        days, total, times, valid, newcomers = numbers
        choices = ((days, DAYS), (total, TOTALS), (times, TIMES), (valid, VALID), (newcomers, (0, 1)))
        if any(number not in possible for number, possible in choices):
            return None
        return cls(name, days, total, times, valid, newcomers == 1)

    @property
    def arguments(self) -> tuple[str | int, ...]:
        """The arguments of a button that names this draft."""
        return (self.id, self.days, self.total, self.times, self.valid, int(self.newcomers))

    def choices(self, field: str) -> "Sequence[tuple[int, Draft]]":
        """Return what can be chosen for a field, each number with the draft as it would be."""
        possible = {"days": DAYS, "total": TOTALS, "times": TIMES, "valid": VALID}[field]
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
            author=author,
        )
