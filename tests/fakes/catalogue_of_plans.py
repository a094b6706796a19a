"""Three plans with prices, and people with time of them, for tests of conversions and refunds.

A costs 300 for 30 days and 1,825 for a year, B 600 and 4,380, C 900 and 10,950: a day of A costs 10 or 5, of B 20 or
12, of C 30. Amounts are whole roubles here, and the roubles of the catalogue have no smaller unit, so that the
numbers are easy to check.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.payments.purchase import with_purchase
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.subscription import Subscription

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY, NEW_KEY = Key(1, "5eed"), Key(1, "feed")
DAY = timedelta(days=1)
A, B, C = (Plan(name, timedelta(), devices) for name, devices in (("a", 2), ("b", 5), ("c", 9)))
PRICES = {
    ("a", 30): 300,
    ("a", 365): 1825,
    ("b", 30): 600,
    ("b", 365): 4380,
    ("c", 7): 210,
    ("c", 30): 900,
    ("c", 365): 10950,
}
NEW_PERSON = Person(PersonId("0" * 32))


def offer(plan: Plan, days: int, price: Money | None = None, full_price: Money | None = None) -> Offer:
    """Return an offer of the catalogue; `price` is what the buyer pays if it is not the list price."""
    listed = PRICES[plan.id, days]
    seconds, month = days * 86_400, 30 * 86_400
    paid = price if price is not None else Money(listed, "RUB")
    list_price, shortest = ListPrice(listed, seconds), ListPrice(PRICES[plan.id, 30], month)
    return Offer(f"{plan.id}-{days}", plan, timedelta(days=days), paid, list_price, shortest, full_price=full_price)


def buys(
    person: Person, sold: Offer, now: datetime, lot_id: str, *, paid: Money | None = None, sets_plan: bool = True
) -> Person:
    """Return the person after a purchase at the price of the offer, or for `paid`; the first key works at once."""
    after = with_purchase(
        person, lot_id, sold, sold.price if paid is None else paid, NEW_KEY, now, sets_plan=sets_plan
    )
    return with_key_ready(after, now)


def with_key_ready(person: Person, now: datetime) -> Person:
    """Return the person with the time started, if it waits for the first key."""
    if not person.subscription.waits_for_key:
        return person
    return replace(person, subscription=person.subscription.begun(now))


def on_trial(now: datetime = NOW, worth: ListPrice | None = None, plan: Plan = TRIAL) -> Person:
    """Return a person whose trial has begun."""
    return replace(NEW_PERSON, subscription=Subscription().trial_started(plan, KEY, worth).begun(now))


def days_left(person: Person, now: datetime) -> float:
    """Return the time left in days."""
    return person.subscription.left(now) / DAY
