"""A payment in every state, and what an event about it may change."""

import pytest

from tests.fakes.shop import Shop
from tests.functional.usecases.ordering import (
    PAYMENTS,
    alerts,
    alerts_ever,
    stored,
    without_version,
)
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.money_events import PaymentColumn
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds

columns = pytest.mark.parametrize("column", PaymentColumn)
UNKNOWN_PAYMENT = "pay-of-which-we-do-not-know"


def prepare(shop: Shop, column: PaymentColumn) -> tuple[Order, str]:
    """Return an order, and the id of a payment in this state; an unknown one belongs to an open order."""
    shop.arrives()
    if column is PaymentColumn.UNKNOWN:
        return PAYMENTS[PaymentColumn.PENDING](shop), UNKNOWN_PAYMENT
    order = stored(shop, PAYMENTS[column](shop).id)
    (payment,) = order.payments
    assert payment.state == column.value
    return order, payment.id


def seconds(shop: Shop) -> int:
    """Return the time that was granted until now."""
    return entitlement_seconds(shop.look().subscription, shop.clock())


def kinds(shop: Shop) -> list[AlertKind]:
    """Return the kinds of the alerts, sent or not, in the order of their names."""
    return sorted(kind for kind, _ in alerts_ever(shop))


def with_alert_of(outcome: Outcome, known: list[AlertKind]) -> list[AlertKind]:
    """Return the alerts after an outcome, if these waited before."""
    alert = RULES[outcome].alert
    return known if alert is None else sorted([*known, alert])


class Unchanged:
    """Compares all that may change with what it was."""

    def __init__(self, shop: Shop, order: Order) -> None:
        self._shop, self._order = shop, order.id
        self._before = self._now()

    def _now(self) -> object:
        return without_version(self._shop.look()), stored(self._shop, self._order), alerts(self._shop)

    def __call__(self) -> bool:
        return self._now() == self._before
