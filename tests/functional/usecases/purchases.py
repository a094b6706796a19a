"""Purchases and refunds, applied as a payment provider would cause them."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.shop import Shop
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.money import Money
from vpnbot.domain.payments.purchase import with_plan_bought, with_time_taken_back
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.usecases.decide import decide

GB = 10**9
MONTH = Plan("standard", timedelta(days=30), devices=5, keys=1)
LIMITED = replace(MONTH, traffic_limit_bytes=50 * GB)


def buys(shop: Shop, plan: Plan = MONTH, payment: str = "1", user_id: int = 42) -> Person:
    """Apply a payment for a plan; due work makes the keys."""
    session, now = shop.open(user_id), shop.clock()
    new_key = Key(shop.ring.current, shop.context.new_seed())
    paid = Entry(
        f"payment:demo:{payment}:succeeded", "paid", now, "provider", "01ORDER", Money(29900, "RUB"), 30 * 86400
    )
    return decide(session, paid, lambda person: with_plan_bought(person, plan, new_key, now), shop.meter)


def refunds(shop: Shop, time: timedelta, refund: str = "1", user_id: int = 42) -> None:
    """Apply a refund that takes time back."""
    now = shop.clock()

    decide(
        shop.open(user_id),
        Entry(f"refund:demo:{refund}", "refunded", now),
        lambda person: with_time_taken_back(person, time, now),
        shop.meter,
    )


def enabled(shop: Shop) -> list[int]:
    """Return the device limits of the clients that can connect."""
    return [client.devices for client in shop.panel.enabled()]
