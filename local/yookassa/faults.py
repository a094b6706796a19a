"""Injected faults: each affects the next calls, payments or notifications that match it; older faults come first."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class FaultKind(StrEnum):
    """Everything that can go wrong with YooKassa, except what is ordered at `FakeYooKassa` as an act of its own.

    Answers of the API: ERROR_AFTER_ACTING is 500 after the request had its effect, ERROR_UNDONE 500 without one,
    LOST_ANSWER an effect and a broken connection, NO_ANSWER a pause of `seconds`. HTML and GARBAGE replace the body,
    UNKNOWN_FIELDS and UNKNOWN_STATUS change it. LAGS shows a payment as pending once more, OTHER_AMOUNT with a kopeck
    more, OTHER_CURRENCY in dollars. SAVING_FORBIDDEN: this shop may not save methods.

    Payments: NEVER_EXPIRES lets the link be paid at any time, PAID_TWICE makes a second payment of one link,
    PAGE_LIES shows "paid" although the payment is canceled. Saved methods: DECLINED with a `reason`, CHARGE_TAKES
    `after`. Refunds: REFUND_TAKES `after`, then it is canceled if there is a `reason`. Receipts: RECEIPT_TAKES
    `after`, RECEIPT_CANCELED.

    Notifications: LOST, TWICE, AT_ONCE (two at the same time), LATE (`after`), CANCELED_AFTERWARDS (a payment that
    succeeded is then reported as canceled), NOTIFIED_FIRST (before our request has its answer).
    """

    ERROR_AFTER_ACTING = "error_after_acting"
    ERROR_UNDONE = "error_undone"
    LOST_ANSWER = "lost_answer"
    NO_ANSWER = "no_answer"
    UNAUTHORIZED = "unauthorized"
    SAVING_FORBIDDEN = "saving_forbidden"
    THROTTLED = "throttled"
    HTML = "html"
    GARBAGE = "garbage"
    UNKNOWN_FIELDS = "unknown_fields"
    UNKNOWN_STATUS = "unknown_status"
    LAGS = "lags"
    OTHER_AMOUNT = "other_amount"
    OTHER_CURRENCY = "other_currency"

    NEVER_EXPIRES = "never_expires"
    PAID_TWICE = "paid_twice"
    PAGE_LIES = "page_lies"
    DECLINED = "declined"
    CHARGE_TAKES = "charge_takes"
    REFUND_TAKES = "refund_takes"
    RECEIPT_TAKES = "receipt_takes"
    RECEIPT_CANCELED = "receipt_canceled"

    NOTIFICATION_LOST = "notification_lost"
    NOTIFICATION_TWICE = "notification_twice"
    NOTIFICATION_AT_ONCE = "notification_at_once"
    NOTIFICATION_LATE = "notification_late"
    CANCELED_AFTERWARDS = "canceled_afterwards"
    NOTIFIED_FIRST = "notified_first"


OF_ANSWERS = (
    FaultKind.ERROR_AFTER_ACTING,
    FaultKind.ERROR_UNDONE,
    FaultKind.LOST_ANSWER,
    FaultKind.NO_ANSWER,
    FaultKind.UNAUTHORIZED,
    FaultKind.THROTTLED,
    FaultKind.HTML,
    FaultKind.GARBAGE,
    FaultKind.UNKNOWN_FIELDS,
    FaultKind.UNKNOWN_STATUS,
    FaultKind.LAGS,
    FaultKind.OTHER_AMOUNT,
    FaultKind.OTHER_CURRENCY,
)
OF_NOTIFICATIONS = (
    FaultKind.NOTIFICATION_LOST,
    FaultKind.NOTIFICATION_TWICE,
    FaultKind.NOTIFICATION_AT_ONCE,
    FaultKind.NOTIFICATION_LATE,
    FaultKind.CANCELED_AFTERWARDS,
)


@dataclass(slots=True)
class Fault:
    """One injected fault. It affects what contains `on`: the method and path of a call, or the name of an event."""

    kind: FaultKind
    times: int = 1
    on: str = ""
    seconds: float = 30.0
    after: timedelta = timedelta(days=1)
    reason: str = ""


@dataclass(slots=True)
class Faults:
    """The injected faults that have not happened yet."""

    waiting: list[Fault] = field(default_factory=list)

    def order(self, fault: Fault | FaultKind) -> None:
        """Inject a fault; a kind alone stands for its usual form."""
        self.waiting.append(fault if isinstance(fault, Fault) else Fault(fault))

    def take(self, *kinds: FaultKind, on: str = "") -> Fault | None:
        """Return the first fault of one of these kinds that affects `on`, if any, and count it as used."""
        for fault in self.waiting:
            if fault.kind in kinds and fault.on in on:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Remove all faults."""
        self.waiting.clear()
