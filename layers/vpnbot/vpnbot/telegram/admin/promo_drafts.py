"""A promo code before it is made: all of it is in the callback data of its buttons, so that nothing is stored.

Callback data has up to 64 bytes (Bot API, InlineKeyboardButton). So each value is the place of it among those that
can be chosen, one character each, and a plan is named by a mark.
"""

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zlib import crc32

from vpnbot.domain.money import Money, decimals_of
from vpnbot.domain.promo.code import MOST_ONE_TIME, CodeEffect, PromoCode
from vpnbot.domain.promo.entered import folded_name

DAYS = (1, 3, 7, 14, 30, 90)
PERCENTS = (5, 10, 15, 20, 25, 30, 40, 50, 70, 90)
TOTALS = (1, 10, 50, 100, 500, 1000, 0)
TIMES = (1, 2, 3, 5, 10)
VALID = (1, 3, 7, 14, 30, 90, 0)
BEGINS = (0, 1, 3, 7, 14, 30)
"""What can be chosen: the days, the percentage, how often in all (0: without a limit), how often a person, for how
many days, and in how many days from now on."""
_ONE_TIME_TOTALS = tuple(total for total in TOTALS if 1 < total <= MOST_ONE_TIME)
_SUMS = {"RUB": (50, 100, 150, 200, 300, 500, 1000)}
_MINIMUMS = {"RUB": (0, 100, 300, 500, 1000, 2000, 5000)}
_OTHER_SUMS, _OTHER_MINIMUMS = (1, 2, 3, 5, 10, 20, 50), (0, 1, 3, 5, 10, 20, 50)
"""Sums in whole units of the base currency; a minimum of 0: any sum."""
_PLACES = string.digits + string.ascii_lowercase
_KINDS = {"d": CodeEffect.DAYS, "p": CodeEffect.PERCENT, "s": CodeEffect.SUM}
_FIELDS = ("value", "total", "times", "valid", "begins", "minimum")
_PLAN_CHARACTERS = 3


@dataclass(frozen=True, slots=True)
class Options:
    """What codes can be about in this shop: the base currency, and the ids of the plans."""

    currency: str
    plans: tuple[str, ...] = ()

    @property
    def sums(self) -> tuple[int, ...]:
        """The sums by which a price can be reduced."""
        return _SUMS.get(self.currency, _OTHER_SUMS)

    @property
    def minimums(self) -> tuple[int, ...]:
        """The list prices from which a discount can count."""
        return _MINIMUMS.get(self.currency, _OTHER_MINIMUMS)

    def money(self, whole: int) -> Money:
        """Return a sum in whole units of the base currency."""
        return Money(whole * 10 ** decimals_of(self.currency), self.currency)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was chosen so far. `value` is the number of days, the percentage or the sum, as `effect` says.

    `total`, `valid` and `minimum` 0: without a limit. `plan` is the id of the plan that the days are of, or that the
    discount is for; empty: the plan of the person, or any.
    """

    id: str
    options: Options
    effect: CodeEffect = CodeEffect.DAYS
    value: int = 7
    total: int = 100
    times: int = 1
    valid: int = 30
    begins: int = 0
    minimum: int = 0
    newcomers: bool = False
    one_time: bool = False
    plan: str = ""

    @classmethod
    def parse(cls, arguments: Sequence[str], options: Options) -> "Draft | None":
        """Return the draft that a button names; None if it names none that can be chosen."""
        name, chosen = (*arguments, "", "")[:2]
        effect, flags = _KINDS.get(chosen[:1]), chosen[7:8]
        places = [_PLACES.find(letter) for letter in chosen[1:7]]
        plan = _plan_of(chosen[8:], options)
        if folded_name(name) != name or effect is None or flags not in set("0123") or len(places) != len(_FIELDS):
            return None
        if plan is None or not flags:
            return None
        draft = cls(name, options, effect, newcomers=flags in "13", one_time=flags in "23", plan=plan)
        possible = [draft.values(field) for field in _FIELDS]
        if any(not 0 <= place < len(each) for place, each in zip(places, possible, strict=True)):
            return None
        numbers = {field: each[place] for field, each, place in zip(_FIELDS, possible, places, strict=True)}
        return replace(draft, **numbers)  # type: ignore[arg-type]  # numbers all

    @property
    def arguments(self) -> tuple[str, str]:
        """The arguments of a button that names this draft."""
        kind = next(letter for letter, effect in _KINDS.items() if effect is self.effect)
        places = "".join(_PLACES[self.values(field).index(getattr(self, field))] for field in _FIELDS)
        flags = self.newcomers + 2 * self.one_time
        return self.id, f"{kind}{places}{flags}{_plan_mark(self.plan) if self.plan else ''}"

    @property
    def is_discount(self) -> bool:
        """Whether it reduces the price of a purchase."""
        return self.effect is not CodeEffect.DAYS

    def values(self, field: str) -> Sequence[int]:
        """Return the numbers that a field can have."""
        of_effect = {CodeEffect.PERCENT: PERCENTS, CodeEffect.SUM: self.options.sums}
        possible: Mapping[str, Callable[[], Sequence[int]]] = {
            "value": lambda: of_effect.get(self.effect, DAYS),
            "total": lambda: _ONE_TIME_TOTALS if self.one_time else TOTALS,
            "times": lambda: TIMES,
            "valid": lambda: VALID,
            "begins": lambda: BEGINS,
            "minimum": lambda: self.options.minimums,
        }
        return possible[field]()

    def switched(self) -> "Draft":
        """Return this draft as a batch of one-time codes, with a total that it can have, or as one code again."""
        one_time = not self.one_time
        total = self.total if not one_time or self.total in _ONE_TIME_TOTALS else Draft(self.id, self.options).total
        return replace(self, one_time=one_time, total=total)

    def choices(self, field: str) -> "Sequence[tuple[int, Draft]]":
        """Return what can be chosen for a field, each number with the draft as it would be."""
        return [(number, replace(self, **{field: number})) for number in self.values(field)]  # type: ignore[arg-type]  # numbers all

    def effects(self) -> "Sequence[Sequence[Draft]]":
        """Return the draft with every effect that a code can have, those of a kind together."""
        kinds = ((effect, replace(self, effect=effect)) for effect in _KINDS.values())
        return [[replace(draft, value=number) for number in draft.values("value")] for _, draft in kinds]

    def code(self, author: str, now: datetime) -> PromoCode:
        """Return the code that is made of it now."""
        begins = now + timedelta(days=self.begins)
        percent = self.value if self.effect is CodeEffect.PERCENT else 0
        amount = self.options.money(self.value) if self.effect is CodeEffect.SUM else None
        minimum = self.options.money(self.minimum) if self.is_discount and self.minimum else None
        return PromoCode(
            self.id,
            0 if self.is_discount else self.value,
            total=self.total or None,
            per_person=self.times,
            ends_at=begins + timedelta(days=self.valid) if self.valid else None,
            newcomers=self.newcomers,
            one_time=self.one_time,
            author=author,
            plan="" if self.is_discount else self.plan,
            percent=percent,
            amount=amount,
            starts_at=begins if self.begins else None,
            plans=(self.plan,) if self.is_discount and self.plan else (),
            minimum=minimum,
        )


def _plan_mark(plan_id: str) -> str:
    return f"{crc32(plan_id.encode()):08x}"[:_PLAN_CHARACTERS]


def _plan_of(mark: str, options: Options) -> str | None:
    """Return the id of the plan with a mark, empty without one; None: there is none, or not one alone."""
    found = [plan for plan in options.plans if _plan_mark(plan) == mark]
    if not mark:
        return ""
    return found[0] if len(found) == 1 else None
