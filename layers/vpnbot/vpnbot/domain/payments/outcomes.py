"""The table of outcomes: what each event about an order or a payment leads to, in each state.

`docs/payments.md` is rendered from these tables, and tests walk every cell. What an outcome does is in `settle.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import UNPAID, Order, OrderStatus
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.payments.alerts import AlertKind as Alert


class OrderColumn(StrEnum):
    """The states of an order that outcomes distinguish; `UNKNOWN`: we have no such order."""

    OPEN = "open"
    PAID = "paid"
    UNPAID = "unpaid"
    REFUNDED = "refunded"
    HELD = "held"
    UNKNOWN = "unknown"


class PaymentColumn(StrEnum):
    """The states of a payment that outcomes distinguish; `UNKNOWN`: no order has such a payment."""

    PENDING = "pending"
    CREDITED = "credited"
    HELD = "held"
    CANCELED = "canceled"
    RETURNED = "returned"
    UNKNOWN = "unknown"


class OrderEvent(StrEnum):
    """What happens to an order. A payment is *new* if its state is not credited, held or returned.

    Of several events that fit a payment the first in this order is taken, see `judgement.py`.
    """

    TEST_PAYMENT = "a new payment of the test mode, in production"
    PERSON_DELETED = "a new payment, the person has deleted their data"
    OTHER_CURRENCY = "a new payment in another currency"
    RENEWAL_AFTER_STOP = "a renewal charged after it was turned off"
    PERSON_PAUSED = "a new payment, the person is paused"
    TOO_LITTLE = "a new payment, less than the price"
    TOO_MUCH = "a new payment, more than the price"
    RENEWAL_CHARGED = "a renewal charged as agreed"
    PAID_BY_ANOTHER = "a new payment of the right amount by another person"
    PAID = "a new payment of the right amount"
    BEGUN = "the provider has made a payment"
    NOT_BEGUN = "the provider is unavailable or rejects the payment"
    TIMED_OUT = "the provider is silent after the last time to look"
    CANCELLED_BY_PERSON = "the person cancels"
    CHECKED_OUT = "Telegram asks before the payment: all as agreed"
    CHECKED_OUT_BY_ANOTHER = "Telegram asks before the payment by another person"
    CHECKED_OUT_PAUSED = "Telegram asks before the payment, the person is paused"
    CHECKED_OUT_CHANGED = "Telegram asks before the payment of another amount, or of an offer that is gone"
    CHECKED_OUT_RENEWING = "Telegram asks before the payment, the same plan is renewed already"
    CHECKED_OUT_RENEWAL = "Telegram asks before it charges for a renewal as agreed"
    TURNED_OFF_THERE = "the person turns the renewal off in Telegram"
    TURNED_ON_THERE = "the person turns the renewal on again in Telegram"
    NOT_RENEWED_THERE = "Telegram could not charge for a renewal"


class PaymentEvent(StrEnum):
    """What happens to one payment of an order."""

    SEEN_PAID = "the provider reports it as paid"
    SEEN_CANCELED = "the provider reports it as canceled"
    RENEWAL_DECLINED = "the provider declines the charge of a renewal"
    REFUND_ASKED = "an operator or the buyer asks to send it back"
    REFUNDED = "all of it was sent back, as asked"
    REFUNDED_PART = "a part was sent back, as asked"
    REFUNDED_ELSEWHERE = "it was sent back without us, all or a part"
    REFUND_REFUSED = "the refund was refused for good"
    GRANTED_BY_OPERATOR = "an operator grants time for it"
    RECEIPT_REGISTERED = "its fiscal receipt is registered"
    RECEIPT_REFUSED = "its fiscal receipt is refused, or pending for three days"


class Outcome(StrEnum):
    """The codes in the cells of the tables."""

    HON = "HON"
    LATE = "LATE"
    TWICE = "TWICE"
    GIFT = "GIFT"
    RENEW = "RENEW"
    OVER = "OVER"
    SHORT = "SHORT"
    CURR = "CURR"
    BANK = "BANK"
    BACK = "BACK"
    BACKR = "BACKR"
    TEST = "TEST"
    ORPH = "ORPH"
    BIND = "BIND"
    WAIT = "WAIT"
    LAPS = "LAPS"
    CANC = "CANC"
    SHOW = "SHOW"
    DONE = "DONE"
    GO = "GO"
    NO1 = "NO1"
    NO2 = "NO2"
    NO3 = "NO3"
    NO4 = "NO4"
    NO5 = "NO5"
    SOFF = "SOFF"
    SON = "SON"
    SFAIL = "SFAIL"
    JUDGE = "JUDGE"
    ENDS = "ENDS"
    ODD = "ODD"
    NEXT = "NEXT"
    SEND = "SEND"
    NONE = "NONE"
    TAKE = "TAKE"
    PART = "PART"
    TAKEX = "TAKEX"
    RETD = "RETD"
    RFAIL = "RFAIL"
    LOOK = "LOOK"
    GRANT = "GRANT"
    RCPT = "RCPT"
    RBAD = "RBAD"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an outcome means.

    `entry` is its text in the ledger; None: nothing is decided. `notification` is what the person reads: of `HON` and
    its kind the variant depends on whether a key works. `reply`: the person sees it as the reply to their tap, or
    Telegram shows it, without a notification; the text is the name of a message of the locale files. `alert` is what
    operators read.
    """

    effect: str
    entry: str | None = None
    notification: Kind | None = None
    reply: str | None = None
    alert: Alert | None = None


RULES: Mapping[Outcome, Rule] = {
    Outcome.HON: Rule("the time of the offer is granted", "paid", Kind.PAID),
    Outcome.LATE: Rule(
        "granted; time of another plan than the present one is converted", "paid late", Kind.PAID_LATE
    ),
    Outcome.TWICE: Rule("granted once more", "paid again", Kind.PAID_TWICE, alert=Alert.PAID_TWICE),
    Outcome.GIFT: Rule(
        "granted to the owner of the order; the method is not saved", "paid by another", Kind.GIFT_PAID
    ),
    Outcome.RENEW: Rule("granted; the next charge follows from the new end", "renewed", Kind.RENEWED),
    Outcome.OVER: Rule(
        "granted; the surplus is kept until it is sent back", "paid, surplus", Kind.PAID, alert=Alert.SURPLUS
    ),
    Outcome.SHORT: Rule("kept until an operator decides", "held, too little", Kind.HELD, alert=Alert.TOO_LITTLE),
    Outcome.CURR: Rule(
        "kept until an operator decides", "held, other currency", Kind.HELD, alert=Alert.OTHER_CURRENCY
    ),
    Outcome.BANK: Rule(
        "granted; the time waits until the pause ends", "paid, waiting", Kind.PAID_PAUSED, alert=Alert.PAID_PAUSED
    ),
    Outcome.BACK: Rule("sent back, nothing is granted", "sent back, person deleted", alert=Alert.PAID_DELETED),
    Outcome.BACKR: Rule(
        "sent back, nothing is granted",
        "sent back, renewal was off",
        Kind.CHARGED_THOUGH_OFF,
        alert=Alert.RENEWAL_OFF,
    ),
    Outcome.TEST: Rule(
        "kept until an operator decides, never granted", "held, test payment", Kind.HELD, alert=Alert.TEST_PAYMENT
    ),
    Outcome.ORPH: Rule(
        "kept in the ledger of the shop until an operator decides", "held, no order", alert=Alert.NO_ORDER
    ),
    Outcome.BIND: Rule("the payment is kept with the order; it waits to be paid", "begun"),
    Outcome.WAIT: Rule("tried again with the same key, once a minute", reply="provider-down"),
    Outcome.LAPS: Rule("the order ends", "lapsed", Kind.LAPSED),
    Outcome.CANC: Rule(
        "the order ends; a payment that arrives all the same counts", "cancelled", reply="order-cancelled"
    ),
    Outcome.SHOW: Rule("nothing changes", reply="current"),
    Outcome.DONE: Rule("nothing changes: it was decided before, or does not matter here"),
    Outcome.GO: Rule("Telegram may charge"),
    Outcome.NO1: Rule("Telegram does not charge", reply="checkout-paid"),
    Outcome.NO2: Rule("Telegram does not charge", reply="checkout-outdated"),
    Outcome.NO3: Rule("Telegram does not charge", reply="checkout-not-yours"),
    Outcome.NO4: Rule("Telegram does not charge", reply="checkout-renewing"),
    Outcome.NO5: Rule("Telegram does not charge", reply="checkout-paused"),
    Outcome.SOFF: Rule("the renewal is off", "renewal off in Telegram", Kind.RENEWAL_OFF_IN_TELEGRAM),
    Outcome.SON: Rule("the renewal is on", "renewal on again in Telegram"),
    Outcome.SFAIL: Rule("the renewal has failed", "Stars payment failed", Kind.RENEWAL_NO_STARS),
    Outcome.JUDGE: Rule("it is a new payment: the table of orders decides"),
    Outcome.ENDS: Rule(
        "the payment has ended; so has the order, unless another payment of it waits", "declined", Kind.DECLINED
    ),
    Outcome.ODD: Rule("nothing changes", "contradiction", alert=Alert.CONTRADICTION),
    Outcome.NEXT: Rule(
        "the next attempt follows, or the renewal waits for another card",
        "renewal declined",
        Kind.RENEWAL_FAILED,
    ),
    Outcome.SEND: Rule("the money is sent back; access stays until that is done", "refund asked"),
    Outcome.NONE: Rule("nothing changes: there is nothing to send back or to grant", reply="refund-nothing"),
    Outcome.TAKE: Rule("all that is left of its time ends", "refunded", Kind.REFUNDED),
    Outcome.PART: Rule("its time becomes shorter in proportion", "refunded in part", Kind.REFUNDED),
    Outcome.TAKEX: Rule("as TAKE or PART", "refunded elsewhere", Kind.REFUNDED, alert=Alert.REFUNDED_ELSEWHERE),
    Outcome.RETD: Rule("money that was kept is back with the buyer", "held money returned", Kind.HELD_RETURNED),
    Outcome.RFAIL: Rule("the money is here again", "refund refused", Kind.REFUND_REFUSED, alert=Alert.REFUND_REFUSED),
    Outcome.LOOK: Rule(
        "the provider is asked for the payment: money of which we did not know is judged first, then this; operators "
        "read a contradiction if it was never paid"
    ),
    Outcome.GRANT: Rule("time for the money that was kept, by its worth", "granted by operator", Kind.HELD_GRANTED),
    Outcome.RCPT: Rule("the numbers of the receipt are kept", "receipt registered"),
    Outcome.RBAD: Rule("nothing changes", "receipt refused", alert=Alert.RECEIPT_REFUSED),
}
"""A row for each outcome; a test compares them with the codes."""


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
        OrderEvent.PAID_BY_ANOTHER: "GIFT TWICE LATE LATE GIFT ORPH",
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
        PaymentEvent.RECEIPT_REGISTERED: "RCPT RCPT RCPT RCPT RCPT DONE",
        PaymentEvent.RECEIPT_REFUSED: "RBAD RBAD RBAD RBAD RBAD DONE",
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
