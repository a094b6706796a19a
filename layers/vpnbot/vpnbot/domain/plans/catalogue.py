"""The catalogue: all plans, and the offers that can be bought now."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction

from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All plans in the order in which they are shown; time is converted with prices in `base_currency`."""

    plans: tuple[SoldPlan, ...] = ()
    base_currency: str = "RUB"

    def plan(self, plan_id: str) -> SoldPlan | None:
        """Return a plan, hidden or not; None if there is none with this id."""
        return next((plan for plan in self.plans if plan.id == plan_id), None)

    def visible(self) -> tuple[SoldPlan, ...]:
        """Return the plans that customers see: those that are not hidden and have an offer."""
        return tuple(plan for plan in self.plans if any(self._sold(plan, duration) for duration in plan.durations))

    def offers(self, plan: SoldPlan, currency: str) -> tuple[Offer, ...]:
        """Return the offers of a plan in a currency, the shortest first; none if the plan is hidden."""
        return tuple(filter(None, (self._offer(plan, duration, currency) for duration in plan.by_time)))

    def offer(self, plan_id: str, duration_id: str, currency: str) -> Offer | None:
        """Return an offer that can be bought now; None if there is none: it is hidden, unknown or has no price."""
        plan = self.plan(plan_id)
        duration = plan.duration(duration_id) if plan else None
        return self._offer(plan, duration, currency) if plan and duration else None

    def sells_in(self, currencies: Collection[str]) -> bool:
        """Tell whether something can be bought in one of these currencies; empty: in any."""
        return any(
            not currencies or currency in currencies
            for plan in self.visible()
            for duration in plan.durations
            if self._sold(plan, duration)
            for currency in duration.prices
        )

    def cheapest(self, currency: str, plan: SoldPlan | None = None) -> Money | None:
        """Return the lowest price of an offer in a currency, of one plan or of all visible ones; None without any."""
        plans = self.visible() if plan is None else (plan,)
        prices = [offer.price for each in plans for offer in self.offers(each, currency)]
        return min(prices, key=lambda price: price.amount_minor, default=None)

    @property
    def trial_price(self) -> ListPrice | None:
        """The price at which time left of the free trial is converted; None if no plan has one.

        It is that of the plan that is marked for it, hidden or not; without a mark that of the first plan.
        """
        marked_first = sorted(self.plans, key=lambda plan: not plan.trial)
        return next(filter(None, (plan.shortest_month(self.base_currency) for plan in marked_first)), None)

    def with_plan(self, plan: SoldPlan) -> "Catalogue":
        """Return this catalogue with a plan added, or replaced if it has one with the same id."""
        others = (known for known in self.plans if known.id != plan.id)
        return replace(self, plans=in_order((*others, plan)))

    def _offer(self, plan: SoldPlan, duration: SoldDuration, currency: str) -> Offer | None:
        price, list_price = duration.price(currency), duration.list_price(self.base_currency)
        shortest = plan.shortest_month(self.base_currency)
        if plan.hidden or price is None or list_price is None or shortest is None:
            return None
        return Offer(duration.id, plan.granted, duration.time, price, list_price, shortest, plan.version)

    def _sold(self, plan: SoldPlan, duration: SoldDuration) -> bool:
        """Tell whether a plan can be bought for this time: it is not hidden, and has prices to convert time with."""
        converts = self.base_currency in duration.prices and plan.shortest_month(self.base_currency) is not None
        return converts and not plan.hidden


def in_order(plans: Collection[SoldPlan]) -> tuple[SoldPlan, ...]:
    """Return plans in the order in which they are shown."""
    return tuple(sorted(plans, key=lambda plan: (plan.position, plan.id)))


def saving_percent(plan: SoldPlan, duration: SoldDuration, currency: str) -> int:
    """Return how much cheaper a day is than with the shortest duration of the plan, in percent, rounded; 0 if not."""
    priced = [each for each in plan.by_time if currency in each.prices]
    if not priced or currency not in duration.prices:
        return 0
    shortest = Fraction(priced[0].prices[currency], priced[0].seconds)
    own = Fraction(duration.prices[currency], duration.seconds)
    return max(round(100 * (1 - own / shortest)), 0) if shortest else 0
