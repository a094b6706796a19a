"""What can be bought now, and the steps to it: those with only one choice are skipped, in both directions."""

import string
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.plans.catalogue import Catalogue, saving_percent
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan
from vpnbot.telegram.customer.plans_screens import DurationChoice, MethodChoice, PlanChoice
from vpnbot.telegram.messages.callbacks import GIFT, Action

CHANGE_CONTACT = "e"
"""The mark in callback data of a tap that changes the address for receipts."""

RENEWS = "r"
"""The mark in callback data of a purchase with automatic renewal."""

_PRICE_MARKS = string.ascii_uppercase


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person has chosen so far; an empty part is not chosen yet.

    `version` is that of the plan as the person has seen it, `price` the mark of the reduced price that they have
    seen, see `price_mark`. `mark` has further wishes, see `CHANGE_CONTACT`, `RENEWS` and `GIFT`.
    """

    plan: str = ""
    duration: str = ""
    provider: str = ""
    version: str = ""
    mark: str = ""
    price: str = ""

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> "Choice":
        """Return the choice in the arguments of callback data, whatever they are."""
        plan, duration, provider, version = (*arguments, "", "", "", "")[:4]
        seen = version.rstrip(_PRICE_MARKS)
        digits = seen.rstrip(CHANGE_CONTACT + RENEWS + GIFT)
        return cls(plan, duration, provider, digits, seen.removeprefix(digits), version.removeprefix(seen)[:1])

    @property
    def gift(self) -> bool:
        """Whether it is for another person."""
        return GIFT in self.mark

    def data(self, action: Action = Action.BUY) -> str:
        """Return callback data with this choice: at most 64 bytes."""
        parts = [self.plan, self.duration, self.provider, self.version + self.mark + self.price]
        while parts and not parts[-1]:
            parts.pop()
        return action.on(*parts)


def price_mark(offer: Offer) -> str:
    """Return the mark of the price of an offer with a discount, by which another price is noticed; empty: full price.

    Another price has another mark in 25 of 26 cases; the page of the payment shows the price in any case.
    """
    if offer.full_price is None:
        return ""
    return _PRICE_MARKS[crc32(f"{offer.price.amount_minor} {offer.discount}".encode()) % len(_PRICE_MARKS)]


def as_listed(_: str, offer: Offer) -> Offer:
    """Return an offer as it is in the catalogue."""
    return offer


def choice_of(order: Order, *, version: bool = False) -> Choice:
    """Return what an order was placed for; with `version` that of the plan, too."""
    seen, mark = str(order.offer.plan_version) if version else "", GIFT if order.kind is OrderKind.GIFT else ""
    return Choice(order.offer.plan.id, order.offer.id, order.provider, seen, mark)


@dataclass(frozen=True, slots=True)
class Offered:
    """The catalogue, and the currencies of each provider that is offered, both in order of preference.

    `reduced` returns an offer at a provider at the price for the person, who may have a discount.
    """

    catalogue: Catalogue
    currencies: Mapping[str, Sequence[str]]
    reduced: Callable[[str, Offer], Offer] = as_listed

    @property
    def plans(self) -> tuple[SoldPlan, ...]:
        """The plans with an offer that a provider takes."""
        return tuple(plan for plan in self.catalogue.visible() if self.durations(plan))

    def durations(self, plan: SoldPlan) -> tuple[SoldDuration, ...]:
        """Return the durations of a plan that a provider takes, the shortest first."""
        return tuple(duration for duration in plan.by_time if self.methods(plan.id, duration.id))

    def methods(self, plan_id: str, duration_id: str) -> tuple[tuple[str, Offer], ...]:
        """Return the providers that take an offer, each with the offer at its price."""
        found = ((provider, self.offer(plan_id, duration_id, provider)) for provider in self.currencies)
        return tuple((provider, offer) for provider, offer in found if offer is not None)

    def offer(self, plan_id: str, duration_id: str, provider: str) -> Offer | None:
        """Return an offer at the price of a provider; None if it cannot be bought there now."""
        currencies = self.currencies.get(provider, ())
        offers = (self.catalogue.offer(plan_id, duration_id, currency) for currency in currencies)
        return next((self.reduced(provider, offer) for offer in offers if offer is not None), None)

    def completed(self, choice: Choice) -> Choice:
        """Return the choice with every part for which there is only one possibility; what is gone is left out."""
        plans = self.plans
        plan = next((plan for plan in plans if plan.id == choice.plan), plans[0] if len(plans) == 1 else None)
        if plan is None:
            return Choice(mark=GIFT if choice.gift else "")
        durations = self.durations(plan)
        duration = next(
            (d for d in durations if d.id == choice.duration), durations[0] if len(durations) == 1 else None
        )
        if duration is None:
            return Choice(plan.id, mark=GIFT if choice.gift else "")
        names = [provider for provider, _ in self.methods(plan.id, duration.id)]
        provider = choice.provider if choice.provider in names else names[0] if len(names) == 1 else ""
        return replace(choice, plan=plan.id, duration=duration.id, provider=provider)

    def back_from_plan(self) -> str:
        """Return the callback data of the screen before the durations."""
        return Action.BUY if len(self.plans) > 1 else Action.HOME

    def back_from_duration(self, choice: Choice) -> str:
        """Return the callback data of the screen before the ways to pay."""
        plan = self.catalogue.plan(choice.plan)
        several = plan is not None and len(self.durations(plan)) > 1
        return Choice(choice.plan).data() if several else self.back_from_plan()

    def back_from_method(self, choice: Choice) -> str:
        """Return the callback data of the screen before the confirmation."""
        if len(self.methods(choice.plan, choice.duration)) > 1:
            return Choice(choice.plan, choice.duration).data()
        return self.back_from_duration(choice)

    def plan_choices(self) -> tuple[PlanChoice, ...]:
        """Return the buttons of the plans."""
        return tuple(self._plan_choice(plan) for plan in self.plans)

    def duration_choices(self, plan: SoldPlan) -> tuple[DurationChoice, ...]:
        """Return the buttons of the durations of a plan, with the price of the first provider that takes it."""
        return tuple(self._duration_choice(plan, duration) for duration in self.durations(plan))

    def method_choices(self, choice: Choice, *, without: Collection[str] = ()) -> tuple[MethodChoice, ...]:
        """Return the buttons of the ways to pay, except those that are left out."""
        return tuple(
            MethodChoice(provider, offer.price, self._confirmed(choice, provider, offer), offer.full_price)
            for provider, offer in self.methods(choice.plan, choice.duration)
            if provider not in without
        )

    def _confirmed(self, choice: Choice, provider: str, offer: Offer) -> str:
        return Choice(choice.plan, choice.duration, provider, str(offer.plan_version)).data()

    def _plan_choice(self, plan: SoldPlan) -> PlanChoice:
        offers = [self._shown(plan, duration) for duration in self.durations(plan)]
        comparable = [offer.price for offer in offers if offer.price.currency == offers[0].price.currency]
        lowest = min(comparable, key=lambda price: price.amount_minor)
        return PlanChoice(plan.granted, lowest, several=len(offers) > 1, action=Choice(plan.id).data())

    def _duration_choice(self, plan: SoldPlan, duration: SoldDuration) -> DurationChoice:
        offer = self._shown(plan, duration)
        saving = saving_percent(plan, duration, offer.price.currency)
        return DurationChoice(
            duration.time, offer.price, saving, Choice(plan.id, duration.id).data(), offer.full_price
        )

    def _shown(self, plan: SoldPlan, duration: SoldDuration) -> Offer:
        return self.methods(plan.id, duration.id)[0][1]
