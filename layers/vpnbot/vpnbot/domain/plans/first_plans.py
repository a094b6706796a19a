"""The plans that a new shop proposes. Their prices are a guess: operators look at them before they are sold."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from vpnbot.domain.money import STARS
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan

type Words = Callable[[str], Mapping[str, str]]
"""Returns the text of a message in the locale files, by language."""

STANDARD, FAMILY = "standard", "family"
FIRST_IDS = frozenset({STANDARD, FAMILY})


def first_plans(words: Words, *, sold: bool) -> tuple[SoldPlan, ...]:
    """Return the first plans, hidden unless `sold`; their titles and lines are in the locale files."""
    standard = SoldPlan(
        STANDARD,
        titles=words("first-plan-standard"),
        lines=words("first-plan-standard-line"),
        devices=2,
        keys=3,
        position=10,
        hidden=not sold,
        trial=True,
        durations=(
            _days(30, roubles=299, stars=199, cents=349),
            _days(90, roubles=799, stars=529, cents=929),
            _days(365, roubles=2690, stars=1790, cents=3099),
        ),
    )
    family = SoldPlan(
        FAMILY,
        titles=words("first-plan-family"),
        lines=words("first-plan-family-line"),
        devices=5,
        keys=3,
        position=20,
        hidden=not sold,
        durations=(
            _days(30, roubles=499, stars=329, cents=579),
            _days(90, roubles=1349, stars=899, cents=1569),
            _days(365, roubles=4490, stars=2990, cents=5199),
        ),
    )
    return standard, family


def _days(days: int, *, roubles: int, stars: int, cents: int) -> SoldDuration:
    return SoldDuration(f"{days}d", timedelta(days=days), {"RUB": roubles * 100, STARS: stars, "USD": cents})
