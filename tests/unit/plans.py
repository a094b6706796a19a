"""Builders of plans for tests."""

from dataclasses import replace
from datetime import timedelta

from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan

LANGUAGES = ("en", "ru")


def days(number: int, **prices: int) -> SoldDuration:
    """Return a duration with these prices in minor units."""
    return SoldDuration(f"{number}d", timedelta(days=number), prices)


MONTH = days(30, RUB=299_00, XTR=199)
QUARTER = days(90, RUB=799_00, XTR=529)
PRO = SoldPlan(
    "pro",
    titles={"en": "Pro", "ru": "Про"},
    lines={"en": "For you", "ru": "Для вас"},
    devices=2,
    keys=3,
    hidden=False,
    durations=(MONTH, QUARTER),
)
HIDDEN = replace(PRO, id="old", hidden=True)
CATALOGUE = Catalogue((PRO, HIDDEN))
