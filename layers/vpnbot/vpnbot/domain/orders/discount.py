"""Discounts of one purchase: what reduces a price, by how much, and which of several counts.

A discount never adds up with another one: the one that leads to the lowest price counts. It reduces the price of a
purchase and nothing else: time is worth what was paid for it, and renewals are charged without a discount.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from math import ceil

from vpnbot.domain.money import Money, decimals_of
from vpnbot.domain.orders.offer import Offer

MOST_PERCENT = 100
_PROMO = "promo:"


def promo_source(code_id: str, one_time: int | None = None) -> str:
    """Return the source of the discount of a promo code; `one_time` is the number of a one-time code in its batch."""
    return f"{_PROMO}{code_id}" if one_time is None else f"{_PROMO}{code_id}#{one_time}"


def promo_of(source: str) -> tuple[str, int | None] | None:
    """Return the promo code that a source names, see `promo_source`; None: it names something else."""
    if not source.startswith(_PROMO):
        return None
    code_id, _, number = source.removeprefix(_PROMO).partition("#")
    return code_id, int(number) if number else None


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount that a person has: `percent` (1 to 100) or the sum `amount`, before `until`; None: without an end.

    `source` names what gives it. With `plans` it counts only for the plans with these ids, with `minimum` only for
    offers with at least this list price. `amount` and `minimum` are in the base currency of the catalogue, as list
    prices are.
    """

    source: str
    percent: int = 0
    amount: Money | None = None
    until: datetime | None = None
    plans: tuple[str, ...] = ()
    minimum: Money | None = None

    def valid_at(self, now: datetime) -> bool:
        """Tell whether it can be used at a time."""
        return self.until is None or now < self.until

    def discounted(self, price: Money, listed: Money, smallest: int = 1) -> Money:
        """Return a price after this discount, rounded up to the smallest unit of its currency, at least `smallest`.

        `listed` is the list price in the base currency. A sum reduces a price in another currency by the share that
        it is of the list price: 100 of 300 roubles is a third of a price in Stars. A sum in neither of the two
        currencies reduces nothing.
        """
        left = ceil(price.amount_minor * (1 - self._share(price, listed)))
        return Money(min(max(left, smallest, 1), price.amount_minor), price.currency)

    def counts_for(self, offer: Offer, listed: Money) -> bool:
        """Tell whether an offer is one of those for which it is given."""
        if self.plans and offer.plan.id not in self.plans:
            return False
        if self.minimum is None:
            return True
        return self.minimum.currency == listed.currency and listed.amount_minor >= self.minimum.amount_minor

    def _share(self, price: Money, listed: Money) -> Fraction:
        if self.amount is None:
            return Fraction(min(max(self.percent, 0), MOST_PERCENT), MOST_PERCENT)
        whole = price if self.amount.currency == price.currency else listed
        if self.amount.currency != whole.currency or whole.amount_minor <= 0:
            return Fraction(0)
        return min(Fraction(max(self.amount.amount_minor, 0), whole.amount_minor), Fraction(1))


@dataclass(frozen=True, slots=True)
class ReservedUse:
    """One use of a discount, taken with the first order that has it, and kept for the person.

    It belongs to the person and the discount, not to an order: a further order needs no other use. The first payment
    of the discounted price makes it final. It is given back once no order of this discount can be paid any more.

    `number`, `counter` are those of the use of a promo code, see `promo/uses.py`; other discounts have none.
    """

    source: str
    number: int = 0
    counter: str = ""


def smallest_payment(currency: str, limits: Mapping[str, tuple[int, int]]) -> int:
    """Return the smallest payment in a currency, in minor units: the provider's limit, or one whole unit without one.

    `limits` are the smallest and the largest payment by currency, as `Abilities.limits` has them.
    """
    return limits[currency][0] if currency in limits else 10 ** decimals_of(currency)


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the price of an offer depends on besides the offer and the discount.

    `base_currency` is that of list prices; `smallest` is the smallest payment that the provider takes, in minor units
    of the price, see `smallest_payment`.
    """

    base_currency: str
    now: datetime
    smallest: int = 1


def discounted_offer(offer: Offer, discounts: Iterable[Discount], pricing: Pricing) -> Offer:
    """Return an offer at the lowest of the prices that the discounts lead to, each taken alone.

    It names the discount; of several that lead to the same price it is the first. An offer that none of them makes
    cheaper has its full price.
    """
    full = offer.undiscounted
    listed = Money(full.list_price.amount_minor, pricing.base_currency)
    valid = (each for each in discounts if each.valid_at(pricing.now) and each.counts_for(full, listed))
    priced = ((each.discounted(full.price, listed, pricing.smallest), each) for each in valid)
    price, best = min(priced, key=lambda each: each[0].amount_minor, default=(full.price, None))
    if best is None or price.amount_minor >= full.price.amount_minor:
        return full
    return replace(full, price=price, full_price=full.price, discount=best.source)
