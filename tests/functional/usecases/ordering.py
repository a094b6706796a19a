"""Orders in every state, and what happens to them, for tests of the use cases about money."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import cast

from tests.fakes.offers import offer_of
from tests.fakes.people import People
from tests.fakes.provider import FakeProvider
from tests.fakes.shop import USER_ID, Shop, update
from tests.functional.usecases.purchases import MONTH
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.orders.reports import PaymentReport, ReportedState, Source
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.money_events import OrderColumn, PaymentColumn
from vpnbot.domain.payments.settlement import Settlement
from vpnbot.domain.people.person import Person
from vpnbot.domain.shop import SHOP
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.storage.table import Record
from vpnbot.usecases.payments.apply_payment import apply_in
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.place_order import OrderRequest, place_order
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund
from vpnbot.usecases.people.delete_data import delete_data

OFFER = offer_of(MONTH)
PRICE = OFFER.price
UNKNOWN_ORDER = "0" * 26
CONTACT = "a@example.com"
_NEW = count(1)


def card(shop: Shop) -> FakeProvider:
    """Return the provider of the orders."""
    return shop.providers.get("card")


def deletes(shop: Shop) -> None:
    """Let the person delete their data."""
    delete_data(shop.open(), shop.fleet, shop.context, update())


def places(shop: Shop, plan: Plan = MONTH, *, cause: str | None = None, user_id: int = USER_ID) -> Order:
    """Place an order by card, and return it."""
    request = OrderRequest(offer_of(plan), "card", "en", contact=CONTACT)
    return place_order(shop.open(user_id), shop.payments, shop.context, cause or update(), request).order


def paid_report(
    shop: Shop, order_id: str, *, payment_id: str | None = None, money: Money = PRICE, user_id: int = USER_ID
) -> PaymentReport:
    """Return the report of a payment for an order that was paid, and let the provider have it."""
    provider = card(shop)
    report = PaymentReport(
        provider.name,
        provider.account,
        payment_id or f"new-{next(_NEW)}",
        ReportedState.SUCCEEDED,
        money,
        order=order_id,
        person=shop.person_id(user_id),
        method_title="Visa •• 4477",
        paid_at=shop.clock(),
    )
    provider.payments[report.payment_id] = report
    return report


def applies(shop: Shop, report: PaymentReport, source: Source = Source.NOTIFICATION) -> Settlement:
    """Apply a report, in a process of its own."""
    assert report.person is not None
    assert report.order is not None
    session = shop.people.open(PersonId(report.person))
    session.recall(report.order)
    return apply_in(session, report, report.order, source, shop.payments, shop.context)


def pays(shop: Shop, order: Order, money: Money = PRICE) -> Settlement:
    """Let the buyer pay the payment of an order, and apply it."""
    (payment,) = [payment for payment in order.payments if payment.state is PaymentState.PENDING]
    card(shop).pays(payment.id, money=money)
    return applies(shop, card(shop).payments[payment.id])


def asks_back(
    shop: Shop, order: Order, payment: Payment, money: Money | None = None, cause: str | None = None
) -> Settlement:
    """Let an operator ask for a refund."""
    wanted = WantedRefund(order.id, payment.id, RefundReason.OPERATOR, "operator", money)
    return request_refund(shop.open(), shop.payments, shop.context, cause or update(), wanted)


def sent_back_elsewhere(shop: Shop, payment_id: str, money: Money = PRICE) -> None:
    """Let an operator send money back in the cabinet of the provider, and apply it."""
    refund_id = card(shop).sends_back(payment_id, money)
    apply_refund(card(shop).refunds[refund_id], shop.payments, shop.context)


def stored(shop: Shop, order_id: str, user_id: int = USER_ID) -> Order:
    """Return an order as it is stored."""
    with shop.faults.quiet():
        order = shop.open(user_id).recall(order_id).order(order_id)
    assert order is not None
    return order


def _open(shop: Shop) -> Order:
    return places(shop)


def _paid(shop: Shop) -> Order:
    order = places(shop)
    pays(shop, order)
    return order


def _unpaid(shop: Shop) -> Order:
    order = places(shop)
    cancel_order(shop.open(), shop.payments, shop.context, update(), order.id)
    return order


def _declined(shop: Shop) -> Order:
    order = places(shop)
    card(shop).declines(order.payments[0].id, "insufficient_funds")
    applies(shop, card(shop).payments[order.payments[0].id])
    return order


def _refunded(shop: Shop) -> Order:
    order = _paid(shop)
    sent_back_elsewhere(shop, order.payments[0].id)
    return order


def _held(shop: Shop) -> Order:
    order = places(shop)
    pays(shop, order, Money(PRICE.amount_minor - 100, PRICE.currency))
    return order


ORDERS: Mapping[OrderColumn, Callable[[Shop], Order]] = {
    OrderColumn.OPEN: _open,
    OrderColumn.PAID: _paid,
    OrderColumn.UNPAID: _unpaid,
    OrderColumn.REFUNDED: _refunded,
    OrderColumn.HELD: _held,
}
"""How an order comes into each state that outcomes distinguish."""
PAYMENTS: Mapping[PaymentColumn, Callable[[Shop], Order]] = {
    PaymentColumn.PENDING: _open,
    PaymentColumn.CREDITED: _paid,
    PaymentColumn.HELD: _held,
    PaymentColumn.CANCELED: _declined,
    PaymentColumn.RETURNED: _refunded,
}
"""How the first payment of an order comes into each state."""


def alerts(shop: Shop) -> list[tuple[AlertKind, Mapping[str, str]]]:
    """Return the alerts that the operators have read or wait for, with their arguments, without reminders."""
    bodies = [body for _, body in _alerts(shop)]
    waiting = [(AlertKind(str(body["kind"])), cast(Mapping[str, str], body["arguments"])) for body in bodies]
    read = [(message.kind, message.arguments) for _, message in shop.questions.alerts]
    return [(kind, about) for kind, about in (*read, *waiting) if kind is not AlertKind.STILL_HELD]


def alerts_ever(shop: Shop) -> list[tuple[AlertKind, Mapping[str, str]]]:
    """Return the alerts that the operators' chat has, and those that wait.

    A worker that ends between sending and deleting an alert sends it again, so the same alert is returned once.
    """
    found = [(message.kind, message.arguments) for _, message in shop.questions.alerts]
    found += alerts(shop)
    return [pair for number, pair in enumerate(found) if pair not in found[:number]]


def alert_keys(shop: Shop) -> list[str]:
    """Return the sort keys of the alerts that wait."""
    return [key for key, _ in _alerts(shop)]


def _alerts(shop: Shop) -> list[tuple[str, Mapping[str, object]]]:
    if shop.on_dynamodb:
        return [(record.sk, record.plain()) for record in Record.query(SHOP, Record.sk.startswith("ALERT#"))]
    assert isinstance(shop.people, People)
    rows = shop.people.table.rows.items()
    return [(key, row.body) for (partition, key), row in rows if partition == SHOP and key.startswith("ALERT#")]


def without_version(person: Person) -> Person:
    """Return a person without the counter of commits."""
    return replace(person, user=replace(person.user, version=0))


def entry_of(shop: Shop, cause: str, user_id: int = USER_ID) -> Mapping[str, object] | None:
    """Return the entry of a cause in the ledger of a person."""
    with shop.faults.quiet():
        rows = shop.people.history(shop.person_id(user_id))
    return next((row for row in rows if row["cause"] == cause), None)
