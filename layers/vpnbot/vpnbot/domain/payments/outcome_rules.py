"""What each outcome means: its effect in words, ledger entry, notification, reply and alert."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.payments.alerts import AlertKind as Alert


class Outcome(StrEnum):
    """The codes in the cells of the tables."""

    HON = "HON"
    LATE = "LATE"
    TWICE = "TWICE"
    ANOTHER = "ANOTHER"
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
    EXTRA = "EXTRA"
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
    Outcome.ANOTHER: Rule(
        "granted to the owner of the order; the method is not saved", "paid by another", Kind.PAID_BY_ANOTHER
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
    Outcome.ORPH: Rule("kept without an order until an operator decides", "held, no order", alert=Alert.NO_ORDER),
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
    Outcome.EXTRA: Rule(
        "time for the surplus, by its worth; none is kept any more",
        "surplus granted by operator",
        Kind.SURPLUS_GRANTED,
    ),
    Outcome.RCPT: Rule("the numbers of the receipt are kept", "receipt registered"),
    Outcome.RBAD: Rule("nothing changes", "receipt refused", alert=Alert.RECEIPT_REFUSED),
}
"""A row for each outcome; a test compares them with the codes."""
