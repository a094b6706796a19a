"""A subscription in Stars: Telegram charges for it, and its updates about that may be lost, late or doubled."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from tests.fakes.provider import FakeProvider
from tests.fakes.shop import USER_ID, Shop, update
from tests.functional.usecases.renewing import MONTH, offer
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.reports import PaymentReport, ReportedState, Source
from vpnbot.domain.payments.money_events import OrderEvent
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.subscriptions.renewal import RenewalState
from vpnbot.usecases.payments.apply_payment import apply_payment
from vpnbot.usecases.payments.follow_subscription import follow_subscription
from vpnbot.usecases.payments.place_order import OrderRequest, place_order

PRICE = Money(199, "XTR")


@dataclass
class Telegram:
    """The subscription of a person, as Telegram charges for it."""

    shop: Shop
    order: Order
    first: PaymentReport
    numbers: "count[int]"

    @property
    def stars(self) -> FakeProvider:
        """The provider, which records what was stopped."""
        return self.shop.providers.get("stars")

    def renews(
        self, *, marked: bool = True, charge: str | None = None, source: Source = Source.UPDATE
    ) -> PaymentReport:
        """Charge for one more month at the end of the last one, and report it."""
        assert self.first.renews_until is not None
        number = next(self.numbers)
        until = self.first.renews_until + number * MONTH
        report = replace(
            self.first,
            payment_id=charge or f"charge-{self.order.id[-4:]}-{number}",
            renewal=marked,
            first_of_renewals=False,
            renews_until=until,
            paid_at=self.shop.clock(),
        )
        self.reports(report, source)
        return report

    def reports(self, report: PaymentReport, source: Source = Source.UPDATE) -> Outcome:
        """Deliver a report about a payment."""
        settlement = apply_payment(report, source, self.shop.payments, self.shop.context)
        assert settlement is not None
        self.shop.settles(minutes=3)
        return settlement.outcome

    def says(self, event: OrderEvent, payer: int = USER_ID) -> Outcome:
        """Deliver an update about the subscription."""
        context = self.shop.context
        settlement = follow_subscription(self.shop.open(), context, update(), self.order.id, event, payer)
        self.shop.settles(minutes=3)
        return settlement.outcome


def ordered(shop: Shop, plan: str = "standard", *, renewal: bool = True) -> Order:
    """Let the person order a month in Stars."""
    request = OrderRequest(offer(shop, plan, "XTR"), "stars", "en", renewal=renewal)
    return place_order(shop.open(), shop.payments, shop.context, update(), request).order


def subscribes(shop: Shop, plan: str = "standard", payer: int = USER_ID) -> Telegram:
    """Let the person pay for a subscription."""
    telegram = subscription_of(shop, ordered(shop, plan), payer)
    telegram.reports(telegram.first)
    return telegram


def subscription_of(shop: Shop, order: Order, payer: int = USER_ID) -> Telegram:
    """Return the subscription that Telegram has for an order, whose first payment was not reported yet."""
    report = PaymentReport(
        "stars",
        "1",
        f"charge-{order.id[-4:]}-first",
        ReportedState.SUCCEEDED,
        order.price,
        order=order.id,
        person=order.person,
        payer=payer,
        first_of_renewals=True,
        renews_until=shop.clock() + MONTH,
        paid_at=shop.clock(),
    )
    return Telegram(shop, order, report, count(1))


def state(shop: Shop) -> RenewalState:
    """Return the state of the renewal."""
    renewal = shop.look().subscription.renewal
    assert renewal is not None
    return renewal.state


def order_of(shop: Shop, order_id: str) -> Order:
    """Return an order of the person, closed or not."""
    order = shop.open().recall(order_id).order(order_id)
    assert order is not None
    return order


def money_entries(shop: Shop) -> int:
    """Return how many payments are in the ledger."""
    return sum(1 for cause in shop.history() if cause.endswith(":succeeded"))


def renewal_date(telegram: Telegram) -> datetime:
    """Return when Telegram charges next."""
    renewal = telegram.shop.look().subscription.renewal
    assert renewal is not None
    assert renewal.renews_until is not None
    return renewal.renews_until
