"""What an order sells: a plan for a time at a price, as a copy that later changes of the catalogue do not affect."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from vpnbot.domain.money import Money
from vpnbot.domain.subscriptions.plan import Plan


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A price without any discount, in the smallest unit of the base currency of the catalogue, for a time."""

    amount_minor: int
    seconds: int

    @property
    def per_second(self) -> Fraction:
        """The price of one second, exact."""
        return Fraction(self.amount_minor, self.seconds)


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan for a time at a price.

    `price` is what the buyer pays, in the currency of the payment provider. `list_price` is the list price of this
    duration and `shortest` that of the shortest duration of at least 30 days, both in the base currency: time of
    other plans is converted with them. `plan_version` is that of the catalogue, for operators.
    """

    id: str
    plan: Plan
    duration: timedelta
    price: Money
    list_price: ListPrice
    shortest: ListPrice
    plan_version: int = 0
