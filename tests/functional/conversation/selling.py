"""A shop that sells, and people who buy in the chat."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tests.fakes.plans import Plans, ShopSettingsInMemory
from tests.fakes.provider import FakeProvider
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.reports import PaymentReport, Source
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan
from vpnbot.localization.first_plans import worded_first_plans
from vpnbot.usecases.payments.apply_payment import apply_in
from vpnbot.usecases.ports.payments import Abilities, Refunds

BY_CARD = Abilities(currencies=("RUB",), saves_methods=True, idempotent=True, refunds=Refunds.PART)


def one_plan(*durations: SoldDuration) -> SoldPlan:
    """Return a plan with these durations, by default with one."""
    sold = durations or (SoldDuration("30d", timedelta(days=30), {"RUB": 29_900, "XTR": 199}),)
    return SoldPlan("standard", {"en": "Standard"}, {"en": "VPN"}, 2, keys=3, hidden=False, durations=sold, version=1)


def open_shop(
    harness: ChatHarness, *plans: SoldPlan, providers: Sequence[str] = ("yookassa", "stars"), **settings: object
) -> FakeProvider:
    """Sell plans, by default those of a new shop; return the provider of payments by card."""
    shop = harness.shop
    stored, kept = shop.sales.settings, shop.sales.plans
    assert isinstance(stored, ShopSettingsInMemory)
    assert isinstance(kept, Plans)
    stored.stored = replace(ShopSettings(), providers=tuple(providers), **settings)  # type: ignore[arg-type]  # its own
    kept.stored = {plan.id: plan for plan in plans or worded_first_plans(sold=True)}
    card = FakeProvider(shop.clock, shop.faults, "yookassa", "shop-1", BY_CARD)
    shop.providers.known["yookassa"] = card
    return card


def the_order(user: ChatUser) -> Order:
    """Return the only order of a person, open or closed."""
    person = user.person
    found = {order.id: order for order in (*person.orders, *user.harness.shop.people.orders(person.id))}
    assert len(found) == 1, found
    return next(iter(found.values()))


def pays_in_stars(user: ChatUser, charge: str = "charge-1", by: ChatUser | None = None) -> None:
    """Let the person, or another one, pay the order in Stars, as Telegram reports it."""
    order = next(order for order in user.person.orders if order.open)
    (by or user).sends_a(
        "successful_payment",
        {
            "currency": "XTR",
            "total_amount": order.price.amount_minor,
            "invoice_payload": f"{order.person}.{order.id}",
            "telegram_payment_charge_id": charge,
            "provider_payment_charge_id": charge,
        },
    )


def notified(user: ChatUser, card: FakeProvider, payment_id: str) -> None:
    """Let the provider's notification arrive, and the worker do what follows from it."""
    shop = user.harness.shop
    report: PaymentReport = card.payments[payment_id]
    session = shop.open(user.user_id)
    assert report.order is not None
    session.recall(report.order)
    apply_in(session, report, report.order, Source.NOTIFICATION, shop.payments, shop.context)
    user.harness.passes(minutes=2)
