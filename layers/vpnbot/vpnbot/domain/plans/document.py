"""Plans as plain values, for files that operators edit and for the ledger."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from vpnbot.domain.money import Money
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan
from vpnbot.errors import Rejected

_GIGABYTE = 10**9
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_HOUR, _DAY = 3600, 86_400
_UNITS = {"days": _DAY, "hours": _HOUR, "seconds": 1}
_PLAN = {
    "titles": dict,
    "lines": dict,
    "devices": int,
    "traffic_gb": (int, float, str, type(None)),
    "keys": int,
    "countries": list,
    "position": int,
    "hidden": bool,
    "trial": bool,
    "durations": dict,
}


class BadDocument(Rejected):
    """A file with plans is not as expected; the message says where, and what is expected."""


def to_document(plan: SoldPlan) -> dict[str, object]:
    """Return a plan as maps, lists, texts and numbers; the id and the version are not in it."""
    return {
        "titles": dict(plan.titles),
        "lines": dict(plan.lines),
        "devices": plan.devices,
        "traffic_gb": None if plan.traffic_bytes is None else _gigabytes(plan.traffic_bytes),
        "keys": plan.keys,
        "countries": list(plan.countries),
        "position": plan.position,
        "hidden": plan.hidden,
        "trial": plan.trial,
        "durations": {duration.id: _duration_document(duration) for duration in plan.by_time},
    }


def from_document(plan_id: str, document: object) -> SoldPlan:
    """Return the plan that `to_document` wrote, with version 0; what is left out has its default value.

    Raises:
        BadDocument: it has a field that no plan has, or a value of another type.
    """
    fields = _checked(document, plan_id)
    return SoldPlan(
        plan_id,
        titles=_texts(fields.get("titles", {}), f"{plan_id}.titles"),
        lines=_texts(fields.get("lines", {}), f"{plan_id}.lines"),
        devices=_whole(fields.get("devices", 1), f"{plan_id}.devices"),
        traffic_bytes=_bytes(fields.get("traffic_gb"), f"{plan_id}.traffic_gb"),
        keys=_whole(fields.get("keys", 1), f"{plan_id}.keys"),
        countries=tuple(_text_list(fields.get("countries", []), f"{plan_id}.countries")),
        position=_whole(fields.get("position", 0), f"{plan_id}.position"),
        hidden=fields.get("hidden", True) is True,
        trial=fields.get("trial", False) is True,
        durations=tuple(
            _duration(str(name), each, f"{plan_id}.durations.{name}")
            for name, each in _mapping(fields.get("durations", {}), f"{plan_id}.durations").items()
        ),
    )


def _duration_document(duration: SoldDuration) -> dict[str, object]:
    unit, length = next((name, size) for name, size in _UNITS.items() if duration.seconds % size == 0)
    prices = {currency: Money(amount, currency).text for currency, amount in duration.prices.items()}
    return {unit: duration.seconds // length, "prices": prices}


def _duration(name: str, document: object, where: str) -> SoldDuration:
    fields = _mapping(document, where)
    units = fields.keys() & _UNITS.keys()
    if len(units) != 1 or fields.keys() - {*units, "prices"}:
        raise BadDocument(f"{where}: give prices, and one of {', '.join(_UNITS)}")
    unit = units.pop()
    time = timedelta(seconds=_whole(fields[unit], f"{where}.{unit}") * _UNITS[unit])
    prices = _mapping(fields.get("prices", {}), f"{where}.prices")
    return SoldDuration(
        name, time, {code: _price(amount, code, f"{where}.prices") for code, amount in prices.items()}
    )


def _price(amount: object, currency: str, where: str) -> int:
    if isinstance(amount, bool) or not isinstance(amount, int | str | float):
        raise BadDocument(f"{where}.{currency}: give a price such as 299 or '2.50'")
    try:
        return Money.parse(str(amount), currency).amount_minor
    except ValueError as error:
        raise BadDocument(f"{where}.{currency}: give a price such as 299 or '2.50'") from error


def _checked(document: object, where: str) -> Mapping[str, object]:
    fields = _mapping(document, where)
    for name, value in fields.items():
        if name not in _PLAN:
            raise BadDocument(f"{where}.{name}: no plan has this field")
        expected = _PLAN[name]
        kinds = expected if isinstance(expected, tuple) else (expected,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and expected is not bool):
            raise BadDocument(f"{where}.{name}: the value is of another type")
    return fields


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise BadDocument(f"{where}: give a map with texts as names")
    return value


def _texts(value: object, where: str) -> dict[str, str]:
    texts = {name: text for name, text in _mapping(value, where).items() if isinstance(text, str)}
    if len(texts) != len(_mapping(value, where)):
        raise BadDocument(f"{where}: give a text for each language")
    return texts


def _text_list(value: object, where: str) -> Sequence[str]:
    texts = [text for text in value if isinstance(text, str)] if isinstance(value, list) else None
    if texts is None or not isinstance(value, list) or len(texts) != len(value):
        raise BadDocument(f"{where}: give a list of texts; put NO into quotes")
    return texts


def _whole(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadDocument(f"{where}: give a whole number")
    return value


def _gigabytes(size: int) -> int | str:
    whole, rest = divmod(size, _GIGABYTE)
    return whole if not rest else format((Decimal(size) / _GIGABYTE).normalize(), "f")


def _bytes(value: object, where: str) -> int | None:
    if value is None:
        return None
    known = _NUMBER.fullmatch(str(value))
    size = Decimal(str(value)) * _GIGABYTE if known and not isinstance(value, bool) else None
    if size is None or size != int(size):
        raise BadDocument(f"{where}: give a number of gigabytes, or nothing for no limit")
    return int(size)
