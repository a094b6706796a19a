"""A promo code before it is made: all of it is in the callback data of its buttons, so that nothing is stored.

Callback data has up to 64 bytes (Bot API, InlineKeyboardButton). So each value is the place of it among those that
can be chosen, one character each. The plans are one number, with a bit for each plan that can be chosen, after a mark
of all of these: with other plans in the shop the bits would name others, so the draft is read without plans.
"""

import string
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zlib import crc32

from vpnbot.domain.money import Money, decimals_of
from vpnbot.domain.plans.plan_checks import MOST_PLANS
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
_MARK_CHARACTERS = 6
_BASE = len(_PLACES)


@dataclass(frozen=True, slots=True)
class Options:
    """What codes can be about in this shop: the base currency, and the ids of the plans."""

    currency: str
    plans: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """A mark of the plans, in whatever order they are shown."""
        return f"{crc32(' '.join(sorted(self.plans)).encode()):08x}"[:_MARK_CHARACTERS]

    def number_of(self, plans: Collection[str]) -> int:
        """Return some of the plans as a number with a bit for each."""
        return sum(1 << place for place, plan in enumerate(sorted(self.plans)) if plan in plans)

    def plans_of(self, number: int) -> tuple[str, ...]:
        """Return the plans that a number names."""
        return tuple(plan for place, plan in enumerate(sorted(self.plans)) if number >> place & 1)

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

    `total`, `valid` and `minimum` 0: without a limit. `plans` are the ids of the plan that the days are of, or of the
    plans that the discount is for, sorted; none: the plan of the person, or all. `plans_changed`: plans were chosen,
    but the shop has others now, so that they are chosen again before the code is made.
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
    plans: tuple[str, ...] = ()
    plans_changed: bool = False

    @classmethod
    def parse(cls, arguments: Sequence[str], options: Options) -> "Draft | None":
        """Return the draft that a button names; None if it names none that can be chosen."""
        name, chosen = (*arguments, "", "")[:2]
        effect, flags = _KINDS.get(chosen[:1]), chosen[7:8]
        places = [_PLACES.find(letter) for letter in chosen[1:7]]
        changed = _of_other_plans(chosen[8:], options)
        plans = () if changed else _plans_of(chosen[8:], options)
        if folded_name(name) != name or effect is None or flags not in set("0123") or len(places) != len(_FIELDS):
            return None
        if plans is None or not flags or (effect is CodeEffect.DAYS and len(plans) > 1):
            return None
        draft = cls(
            name, options, effect, newcomers=flags in "13", one_time=flags in "23", plans=plans, plans_changed=changed
        )
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
        number = self.options.number_of(self.plans)
        return self.id, f"{kind}{places}{flags}{self.options.mark + _written(number) if number else ''}"

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
        kinds = [self._with_effect(effect) for effect in _KINDS.values()]
        return [[replace(draft, value=number) for number in draft.values("value")] for draft in kinds]

    def _with_effect(self, effect: CodeEffect) -> "Draft":
        """Return the draft with another effect; days are of one plan alone, so several are chosen again."""
        kept = self.plans if effect is not CodeEffect.DAYS or len(self.plans) == 1 else ()
        return replace(self, effect=effect, plans=kept)

    def with_plan_switched(self, plan: str) -> "Draft":
        """Return the draft with a plan chosen, or not any more: beside the others for a discount, alone for days."""
        chosen = set(self.plans) ^ {plan}
        if not self.is_discount:
            chosen &= {plan}
        return replace(self, plans=tuple(sorted(chosen)))

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
            plan="" if self.is_discount else "".join(self.plans),
            percent=percent,
            amount=amount,
            starts_at=begins if self.begins else None,
            plans=self.plans if self.is_discount else (),
            minimum=minimum,
        )


def _written(number: int) -> str:
    digits = _PLACES[number % _BASE]
    return digits if number < _BASE else _written(number // _BASE) + digits


def _plans_of(text: str, options: Options) -> tuple[str, ...] | None:
    """Return the plans that a button names, none without a text; None: it names none that there are."""
    if not text:
        return ()
    number = _number_in(text)
    return options.plans_of(number) if 0 < number < 1 << len(options.plans) else None


def _of_other_plans(text: str, options: Options) -> bool:
    """Tell whether a button names plans of a shop that had others."""
    return text[:_MARK_CHARACTERS] != options.mark and 0 < _number_in(text) < 1 << MOST_PLANS


def _number_in(text: str) -> int:
    """Return the number of the plans, after their mark; 0: there is none."""
    digits = text[_MARK_CHARACTERS:]
    return int(digits, _BASE) if digits and set(text) <= set(_PLACES) else 0
