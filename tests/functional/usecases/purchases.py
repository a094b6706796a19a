"""Purchases and refunds, applied as a payment provider would cause them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from math import floor

from tests.fakes.offers import offer_of
from tests.fakes.shop import Shop
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.money import Money
from vpnbot.domain.payments.purchase import with_purchase
from vpnbot.domain.payments.refunded_time import with_refund
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.time_credit import Source
from vpnbot.errors import Rejected
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.ports import Session

GB = 10**9
WHOLE = Fraction(1)
MONTH = Plan("standard", timedelta(days=30), devices=5, keys=1)
LIMITED = replace(MONTH, traffic_limit_bytes=50 * GB)


class NothingToRefund(Rejected):
    """No bought time is left."""


def buys(shop: Shop, plan: Plan = MONTH, payment: str = "1", user_id: int = 42) -> Person:
    """Apply a payment for a plan, for the time that the plan says; due work makes the keys."""
    session, now, offer = shop.open(user_id), shop.clock(), offer_of(plan)
    new_key = Key(shop.ring.current, shop.context.new_seed())

    def paid(person: Person) -> Person:
        return with_purchase(person, payment, offer, offer.price, new_key, now)

    return _decided(session, shop, f"payment:demo:{payment}:succeeded", paid, offer.price)


def refunds(shop: Shop, part: Fraction = WHOLE, refund: str = "1", user_id: int = 42) -> None:
    """Apply a refund of a part of what is left of the newest purchase; it takes the time back."""
    session, now = shop.open(user_id), shop.clock()
    bought = [lot for lot in session.person.subscription.lots_left(now) if lot.source is Source.BOUGHT]
    if not bought or (paid := bought[-1].paid) is None:
        raise NothingToRefund("no bought time is left")
    back = Money(floor(bought[-1].paid_left * part), paid.currency)

    def refunded(person: Person) -> Person:
        return with_refund(person, bought[-1].id, paid, back, now)[0]

    _decided(session, shop, f"refund:demo:{refund}", refunded, Money(-back.amount_minor, back.currency))


def _decided(session: Session, shop: Shop, cause: str, choose: Callable[[Person], Person], money: Money) -> Person:
    """Commit the decision with an entry that says how much time it has added or taken."""

    def with_entry(person: Person) -> Decision:
        after, now = choose(person), shop.clock()
        seconds = entitlement_seconds(after.subscription, now) - entitlement_seconds(person.subscription, now)
        entry = Entry(cause, "money", now, "provider", "01ORDER", money, seconds)
        return Decision(after, (entry,))

    return apply_fact(session, shop.context, with_entry)


def enabled(shop: Shop) -> list[int]:
    """Return the device limits of the clients that can connect."""
    return [client.devices for client in shop.panel.enabled()]
