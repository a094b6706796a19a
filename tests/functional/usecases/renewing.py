"""People who buy with automatic renewal, and what became of their charges."""

from datetime import datetime, timedelta

from tests.fakes.provider import FakeProvider
from tests.fakes.shop import Shop, update
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.reports import ReportedMethod, ReportedState
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan
from vpnbot.usecases.payments.check_order import check_order
from vpnbot.usecases.payments.place_order import OrderRequest, place_order

HOUR = timedelta(hours=1)
PRICE = Money(29_900, "RUB")
MONTH = timedelta(days=30)
VISA = ReportedMethod("method-1", "Visa •• 4477")
STANDARD = SoldPlan(
    "standard",
    {"en": "Standard"},
    devices=2,
    hidden=False,
    durations=(SoldDuration("month", MONTH, {"RUB": 29_900, "XTR": 199}),),
)
FAMILY = SoldPlan(
    "family",
    {"en": "Family"},
    devices=5,
    hidden=False,
    durations=(SoldDuration("month", MONTH, {"RUB": 59_900, "XTR": 399}),),
)


def sells(shop: Shop, *plans: SoldPlan) -> None:
    """Let the shop sell these plans."""
    for plan in plans:
        catalogue = shop.sales.plans.load()
        before = catalogue.plan(plan.id)
        entry = Entry(update(), "plan saved", shop.clock(), "admin")
        shop.sales.plans.save(before, plan, entry, shop.sales.settings.load())


def opened(shop: Shop) -> Shop:
    """Let the shop sell two plans, and a person open the bot."""
    sells(shop, STANDARD, FAMILY)
    shop.arrives()
    return shop


def offer(shop: Shop, plan: str = "standard", currency: str = "RUB") -> Offer:
    """Return an offer that is sold now."""
    found = shop.sales.plans.load().offer(plan, "month", currency)
    assert found is not None
    assert isinstance(found.list_price, ListPrice)
    return found


def card(shop: Shop) -> FakeProvider:
    """Return the provider that saves methods."""
    return shop.providers.get("card")


def buys_by_card(shop: Shop, *, renewal: bool = True, plan: str = "standard", user_id: int = 42) -> Order:
    """Let a person buy a month by card, with the consent to its renewal; due work makes the key."""
    session = shop.open(user_id)
    request = OrderRequest(offer(shop, plan), "card", "en", renewal=renewal)
    page = place_order(session, shop.payments, shop.context, update(), request)
    card(shop).pays(card(shop).last(), method=VISA if renewal else None)
    order = check_order(shop.open(user_id), shop.payments, shop.context, page.order.id)
    assert order is not None
    shop.settles(minutes=5)
    return order


def ends_at(shop: Shop) -> datetime:
    """Return the end of the person's time."""
    end = shop.look().subscription.ends_at
    assert end is not None
    return end


def charges(shop: Shop) -> list[str]:
    """Return what became of every charge of a saved method, in order."""
    provider = card(shop)
    renewals = [report for report in provider.payments.values() if report.order in renewal_orders(shop)]
    return [str(report.state) for report in renewals]


def renewal_orders(shop: Shop) -> dict[str, Order]:
    """Return all orders of renewals for which the provider was asked, by their ids."""
    found = {}
    for report in card(shop).payments.values():
        with shop.faults.quiet():
            order = shop.open().recall(report.order or "").order(report.order or "")
        if order is not None and order.kind is OrderKind.RENEWAL:
            found[order.id] = order
    return found


def paid(shop: Shop) -> int:
    """Return how many payments have succeeded at the provider."""
    return sum(report.state is ReportedState.SUCCEEDED for report in card(shop).payments.values())


def about_renewal(shop: Shop) -> list[NotificationKind]:
    """Return the notifications about renewal and the end that were sent, in order."""
    wanted = {
        NotificationKind.RENEWAL_AHEAD,
        NotificationKind.RENEWAL_SKIPPED,
        NotificationKind.RENEWAL_RETIRED,
        NotificationKind.RENEWED,
        NotificationKind.RENEWAL_RETRY,
        NotificationKind.RENEWAL_FAILED,
        NotificationKind.CHARGED_THOUGH_OFF,
        NotificationKind.REMINDER_DAY,
        NotificationKind.REMINDER_HOURS,
        NotificationKind.EXPIRY,
    }
    return [kind for kind in shop.sender.kinds() if kind in wanted]
