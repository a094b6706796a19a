"""An offer: a plan for a time at a price, as a copy that later changes of the catalogue do not affect."""

from dataclasses import dataclass, replace
from datetime import timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.subscriptions.list_price import ListPrice
from vpnbot.domain.subscriptions.plan import Plan

__all__ = ("ListPrice", "Offer")


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan for a time at a price.

    `price` is what the buyer pays, in the currency of the payment provider. `list_price` is the list price of this
    duration and `shortest` that of the shortest duration of at least 30 days, both in the base currency: time of
    other plans is converted with them. `full_price` is the price before a discount, in the currency of `price`; None:
    there is no discount. `discount` names what reduced the price, see `orders/discount.py`. `plan_version` is that of
    the catalogue, for operators.
    """

    id: str
    plan: Plan
    duration: timedelta
    price: Money
    list_price: ListPrice
    shortest: ListPrice
    plan_version: int = 0
    full_price: Money | None = None
    discount: str = ""

    @property
    def seconds(self) -> int:
        """The duration in whole seconds."""
        return int(self.duration.total_seconds())

    @property
    def conversion_price(self) -> ListPrice:
        """The price at which time of another plan becomes time of this one: the lower one, which gives more time."""
        return min(self.list_price, self.shortest, key=lambda price: price.per_second)

    @property
    def undiscounted(self) -> "Offer":
        """This offer at its price without a discount."""
        return self if self.full_price is None else replace(self, price=self.full_price, full_price=None, discount="")
