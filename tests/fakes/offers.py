"""Offers for tests, and subscriptions after a purchase."""

from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.payments.purchase import with_purchase
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.subscription import Subscription

DAY = 86_400
DAILY_MINOR = 1000
"""The list price of a day of every plan, unless a test says another."""


def offer_of(
    plan: Plan, duration: timedelta | None = None, minor: int | None = None, shortest_minor: int | None = None
) -> Offer:
    """Return an offer of a plan in roubles, which are the base currency; its duration is that of the plan by default.

    `minor` is its price, `shortest_minor` that of 30 days. By default every day of every plan costs the same.
    """
    seconds = int((duration or plan.duration).total_seconds())
    amount = minor if minor is not None else max(DAILY_MINOR * seconds // DAY, 1)
    shortest = shortest_minor if shortest_minor is not None else amount * 30 * DAY // seconds
    price, month = ListPrice(amount, seconds), ListPrice(max(shortest, 1), 30 * DAY)
    return Offer(f"{plan.id}-{seconds}", plan, timedelta(seconds=seconds), Money(amount, "RUB"), price, month)


def bought(
    subscription: Subscription, plan: Plan, now: datetime, key: Key, used_bytes: int = 0, lot_id: str = "01ORDER"
) -> Subscription:
    """Return the subscription after a purchase by a person who has used so much traffic and misses no key."""
    person = Person(PersonId("0" * 32), subscription=replace(subscription, spent_bytes=used_bytes))
    offer = offer_of(plan)
    after = with_purchase(person, lot_id, offer, offer.price, key, now).subscription
    return replace(after, spent_bytes=subscription.spent_bytes).retry_placement(None)
