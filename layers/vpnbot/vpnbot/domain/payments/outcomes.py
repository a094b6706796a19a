"""The table of outcomes: what each event about an order or a payment leads to, in each state.

`docs/payments.md` is rendered from these tables, and tests walk every cell. What an outcome means is in
`outcome_rules.py`, what that of a new payment does in `arrival.py`.
"""

from collections.abc import Mapping
from enum import StrEnum

from vpnbot.domain.orders.order import UNPAID, Order, OrderStatus
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.payments.money_events import (
    OrderColumn,
    OrderEvent,
    PaymentColumn,
    PaymentEvent,
    UnmatchedColumn,
    UnmatchedEvent,
)
from vpnbot.domain.payments.outcome_rules import Outcome


def _row[C: StrEnum](columns: type[C], codes: str) -> Mapping[C, Outcome]:
    return dict(zip(columns, map(Outcome, codes.split()), strict=True))


ORDER_OUTCOMES: Mapping[OrderEvent, Mapping[OrderColumn, Outcome]] = {
    event: _row(OrderColumn, codes)
    for event, codes in {
        # ............................... open  paid  unpaid refunded held unknown
        OrderEvent.TEST_PAYMENT: "TEST TEST TEST TEST TEST ORPH",
        OrderEvent.PERSON_DELETED: "BACK BACK BACK BACK BACK ORPH",
        OrderEvent.OTHER_CURRENCY: "CURR CURR CURR CURR CURR ORPH",
        OrderEvent.RENEWAL_AFTER_STOP: "BACKR BACKR BACKR BACKR BACKR ORPH",
        OrderEvent.PERSON_PAUSED: "BANK BANK BANK BANK BANK ORPH",
        OrderEvent.TOO_LITTLE: "SHORT SHORT SHORT SHORT SHORT ORPH",
        OrderEvent.TOO_MUCH: "OVER TWICE OVER OVER OVER ORPH",
        OrderEvent.RENEWAL_CHARGED: "RENEW TWICE LATE LATE RENEW ORPH",
        OrderEvent.PAID_BY_ANOTHER: "ANOTHER TWICE LATE LATE ANOTHER ORPH",
        OrderEvent.PAID: "HON TWICE LATE LATE HON ORPH",
        OrderEvent.BEGUN: "BIND BIND BIND BIND BIND DONE",
        OrderEvent.NOT_BEGUN: "WAIT DONE DONE DONE DONE DONE",
        OrderEvent.TIMED_OUT: "LAPS DONE DONE DONE DONE DONE",
        OrderEvent.CANCELLED_BY_PERSON: "CANC SHOW SHOW SHOW SHOW SHOW",
        OrderEvent.CHECKED_OUT: "GO NO1 NO2 NO1 NO1 NO2",
        OrderEvent.CHECKED_OUT_BY_ANOTHER: "NO3 NO3 NO3 NO3 NO3 NO2",
        OrderEvent.CHECKED_OUT_PAUSED: "NO5 NO1 NO2 NO1 NO1 NO2",
        OrderEvent.CHECKED_OUT_CHANGED: "NO2 NO1 NO2 NO1 NO1 NO2",
        OrderEvent.CHECKED_OUT_RENEWING: "NO4 NO1 NO2 NO1 NO1 NO2",
        OrderEvent.CHECKED_OUT_RENEWAL: "GO GO NO2 GO GO NO2",
        OrderEvent.TURNED_OFF_THERE: "SOFF SOFF SOFF SOFF SOFF DONE",
        OrderEvent.TURNED_ON_THERE: "DONE SON DONE DONE DONE DONE",
        OrderEvent.NOT_RENEWED_THERE: "DONE SFAIL DONE SFAIL SFAIL DONE",
    }.items()
}
PAYMENT_OUTCOMES: Mapping[PaymentEvent, Mapping[PaymentColumn, Outcome]] = {
    event: _row(PaymentColumn, codes)
    for event, codes in {
        # ................................. pending credited held canceled returned unknown
        PaymentEvent.SEEN_PAID: "JUDGE DONE DONE JUDGE DONE JUDGE",
        PaymentEvent.SEEN_CANCELED: "ENDS ODD ODD DONE DONE DONE",
        PaymentEvent.RENEWAL_DECLINED: "NEXT ODD ODD DONE DONE DONE",
        PaymentEvent.REFUND_ASKED: "NONE SEND SEND NONE NONE NONE",
        PaymentEvent.REFUNDED: "LOOK TAKE RETD LOOK DONE LOOK",
        PaymentEvent.REFUNDED_PART: "LOOK PART RETD LOOK DONE LOOK",
        PaymentEvent.REFUNDED_ELSEWHERE: "LOOK TAKEX RETD LOOK DONE LOOK",
        PaymentEvent.REFUND_REFUSED: "DONE RFAIL RFAIL DONE DONE DONE",
        PaymentEvent.GRANTED_BY_OPERATOR: "NONE NONE GRANT NONE NONE NONE",
        PaymentEvent.SURPLUS_GRANTED: "NONE EXTRA NONE NONE NONE NONE",
        PaymentEvent.RECEIPT_REGISTERED: "RCPT RCPT RCPT RCPT RCPT DONE",
        PaymentEvent.RECEIPT_REFUSED: "RBAD RBAD RBAD RBAD RBAD DONE",
    }.items()
}

UNMATCHED_OUTCOMES: Mapping[UnmatchedEvent, Mapping[UnmatchedColumn, Outcome]] = {
    event: _row(UnmatchedColumn, codes)
    for event, codes in {
        # ............................... held sending returned
        UnmatchedEvent.SEEN_PAID: "DONE DONE DONE",
        UnmatchedEvent.REFUND_ASKED: "SEND NONE NONE",
        UnmatchedEvent.SENT_BY_HAND: "RETD NONE NONE",
        UnmatchedEvent.REFUNDED: "RETD RETD DONE",
        UnmatchedEvent.REFUND_REFUSED: "DONE RFAIL DONE",
    }.items()
}


def order_outcome(event: OrderEvent, order: Order | None) -> Outcome:
    """Return what an event leads to for an order; None: there is no such order."""
    return ORDER_OUTCOMES[event][order_column(order)]


def payment_outcome(event: PaymentEvent, payment: Payment | None) -> Outcome:
    """Return what an event leads to for a payment; None: no order has such a payment."""
    return PAYMENT_OUTCOMES[event][payment_column(payment)]


def order_column(order: Order | None) -> OrderColumn:
    """Return the column of an order."""
    if order is None:
        return OrderColumn.UNKNOWN
    if order.open:
        return OrderColumn.OPEN
    if order.status in UNPAID:
        return OrderColumn.UNPAID
    return {
        OrderStatus.PAID: OrderColumn.PAID,
        OrderStatus.REFUNDED: OrderColumn.REFUNDED,
        OrderStatus.HELD: OrderColumn.HELD,
    }[order.status]


def payment_column(payment: Payment | None) -> PaymentColumn:
    """Return the column of a payment."""
    return PaymentColumn.UNKNOWN if payment is None else PaymentColumn(payment.state)
