"""Events about orders and payments, and the states that outcomes depend on: the rows and columns of the tables."""

from enum import StrEnum


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


class UnmatchedColumn(StrEnum):
    """The states of a payment that belongs to no order."""

    HELD = "held"
    SENDING = "being sent back"
    RETURNED = "sent back"


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
    SURPLUS_GRANTED = "an operator grants time for what was paid beyond the price"
    RECEIPT_REGISTERED = "its fiscal receipt is registered"
    RECEIPT_REFUSED = "its fiscal receipt is refused, or pending for three days"


class UnmatchedEvent(StrEnum):
    """What happens to a payment that belongs to no order."""

    SEEN_PAID = "the provider reports it as paid again"
    REFUND_ASKED = "an operator asks to send it back"
    SENT_BY_HAND = "an operator has sent it back by hand"
    REFUNDED = "all of it was sent back, as asked or without us"
    REFUND_REFUSED = "the refund was refused for good"
