"""The fields of a plan that an operator changes one at a time, as they are typed or chosen."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from vpnbot.domain.money import STARS, Money
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan, is_id
from vpnbot.domain.servers.operator_input import BadInput, country_code

_SIGNS = {"₽": "RUB", "⭐": STARS, "⭐️": STARS, "$": "USD", "€": "EUR"}
_PART = re.compile(r"[\n;]|,(?=\s)")
_PRICE = re.compile(
    r"(?P<before>\D*?)\s*(?P<whole>\d[\d\s\u00a0]*)(?:[.,](?P<part>\d{1,2}))?\s*(?P<after>\D*)", re.DOTALL
)
_DURATION = re.compile(r"(?P<count>[1-9]\d{0,4})\s*(?P<unit>[dh]?)")
_GIGABYTE = 10**9


class PlanField(StrEnum):
    """A field that can be changed. TITLE and LINE are those of a language, PRICES those of a duration.

    NEW_DURATION adds a duration, NO_DURATION removes one.
    """

    TITLE = "title"
    LINE = "line"
    DEVICES = "devices"
    KEYS = "keys"
    TRAFFIC = "traffic"
    COUNTRIES = "countries"
    POSITION = "position"
    TRIAL = "trial"
    HIDDEN = "hidden"
    PRICES = "prices"
    NEW_DURATION = "new_duration"
    NO_DURATION = "no_duration"


def with_answer(plan: SoldPlan, field: PlanField, about: str, text: str) -> SoldPlan:
    """Return a plan with one field as the operator typed or chose it; `about` is a language or a duration's id.

    Raises:
        BadInput: the text is not a value of this field. Whether the value is allowed, `check_plan` tells.
    """
    match field:
        case PlanField.TITLE:
            return replace(plan, titles={**plan.titles, about: _one_line(text)})
        case PlanField.LINE:
            return replace(plan, lines={**plan.lines, about: _one_line(text)})
        case PlanField.DEVICES:
            return replace(plan, devices=whole_number(text))
        case PlanField.KEYS:
            return replace(plan, keys=whole_number(text))
        case PlanField.POSITION:
            return replace(plan, position=whole_number(text))
        case PlanField.TRAFFIC:
            return replace(plan, traffic_bytes=whole_number(text) * _GIGABYTE or None)
        case PlanField.COUNTRIES:
            return replace(plan, countries=_countries(text))
        case PlanField.TRIAL:
            return replace(plan, trial=text == "1")
        case PlanField.HIDDEN:
            return replace(plan, hidden=text == "1")
        case _:
            return _with_duration(plan, field, about, text)


def _with_duration(plan: SoldPlan, field: PlanField, about: str, text: str) -> SoldPlan:
    known = plan.duration(about)
    match field:
        case PlanField.PRICES if known is not None:
            return plan.with_duration(replace(known, prices=prices(text)))
        case PlanField.NEW_DURATION:
            added = new_duration(text)
            return plan if plan.duration(added.id) else plan.with_duration(added)
        case PlanField.NO_DURATION:
            return plan.without_duration(about)
    raise BadInput("no_duration")


def new_plan_id(text: str) -> str:
    """Return the id of a new plan.

    Raises:
        BadInput: `plan_id`.
    """
    plan_id = text.strip().lower()
    if not is_id(plan_id):
        raise BadInput("plan_id")
    return plan_id


def new_duration(text: str) -> SoldDuration:
    """Return a duration without prices, from a number of days such as `30`, or of hours such as `12h`.

    Raises:
        BadInput: `duration`.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise BadInput("duration")
    count, unit = int(match["count"]), match["unit"] or "d"
    return SoldDuration(f"{count}{unit}", timedelta(days=count) if unit == "d" else timedelta(hours=count))


def prices(text: str) -> dict[str, int]:
    """Return prices in minor units by currency, from a text such as `299 RUB, 199 ⭐, $3.49`.

    They are separated by a line break, a semicolon, or a comma with a space behind it.

    Raises:
        BadInput: `prices`, also for a currency that occurs twice.
    """
    found = list(_each_price(text))
    amounts = {price.currency: price.amount_minor for price in found}
    if not found or len(amounts) != len(found):
        raise BadInput("prices")
    return amounts


def _each_price(text: str) -> Iterator[Money]:
    for part in filter(str.strip, _PART.split(text)):
        match = _PRICE.fullmatch(part.strip())
        signs = {match["before"].strip(), match["after"].strip()} - {""} if match else set()
        if match is None or len(signs) != 1:
            raise BadInput("prices")
        sign = signs.pop()
        whole = re.sub(r"\s", "", match["whole"])
        try:
            yield Money.parse(f"{whole}.{match['part'] or 0}", _SIGNS.get(sign, sign.upper()))
        except ValueError as error:
            raise BadInput("prices") from error


def whole_number(text: str) -> int:
    """Return a number from 0; digits may be grouped by spaces.

    Raises:
        BadInput: `number`.
    """
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch("[0-9]{1,9}", digits):
        raise BadInput("number")
    return int(digits)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise BadInput("empty")
    return line


def _countries(text: str) -> tuple[str, ...]:
    """Return the countries in a text, as codes or flags; `-` means any."""
    words = re.split(r"[\s,;]+", text.strip())
    return () if words in ([""], ["-"]) else tuple(dict.fromkeys(country_code(word) for word in words if word))
