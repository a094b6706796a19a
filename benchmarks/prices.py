"""The prices of AWS, from `prices.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

PRICES = Path(__file__).with_name("prices.yaml")


@dataclass(frozen=True, slots=True)
class Price:
    """The price of `per` units; `free` units a month cost nothing in each account, for ever."""

    price: float
    per: float
    free: float
    unit: str
    source: str


@cache
def prices() -> Mapping[str, Price]:
    """Return the prices by the name of what is paid for."""
    services = yaml.safe_load(PRICES.read_text("utf-8"))["services"]
    return {name: Price(**price) for name, price in services.items()}
