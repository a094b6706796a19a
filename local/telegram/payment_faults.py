"""Faults of payments in Stars that a test or the control panel orders: each happens as often as it was ordered."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class PaymentFault(StrEnum):
    """What goes wrong with the next payment, renewal, refund or list of transactions.

    Some take a value: `other_amount` Stars, `other_payload` the text, `payment_late` seconds (default 23 hours),
    `transactions_shift` how many older entries appear in the list after the next answer (default 3).
    """

    CHECKOUT_TWICE = "checkout_twice"
    CHECKOUT_LOST = "checkout_lost"
    CHECKOUT_TOO_LATE = "checkout_too_late"
    OTHER_AMOUNT = "other_amount"
    OTHER_PAYLOAD = "other_payload"
    PAYMENT_TWICE = "payment_twice"
    PAYMENT_EARLY = "payment_early"
    PAYMENT_LATE = "payment_late"
    PAYMENT_LOST = "payment_lost"
    RENEWAL_UNMARKED = "renewal_unmarked"
    RENEWAL_FIRST_CHARGE = "renewal_first_charge"
    RENEWAL_AFTER_CANCEL = "renewal_after_cancel"
    RENEWAL_FAILS = "renewal_fails"
    CANCELED_EARLY = "canceled_early"
    REFUND_TWICE = "refund_twice"
    REFUND_SAYS_ALREADY = "refund_says_already"
    REFUND_BALANCE = "refund_balance"
    REFUND_FAILS_AFTER = "refund_fails_after"
    TRANSACTIONS_SHIFT = "transactions_shift"


_DEFAULTS = {PaymentFault.PAYMENT_LATE: "82800", PaymentFault.TRANSACTIONS_SHIFT: "3"}
_NUMBERS = {PaymentFault.OTHER_AMOUNT, *_DEFAULTS}


@dataclass(slots=True)
class PaymentFaults:
    """The ordered faults that have not happened yet, in the order in which they were ordered."""

    _orders: dict[PaymentFault, deque[str]] = field(default_factory=dict)

    def order(self, fault: str, value: object = None, *, times: int = 1) -> None:
        """Order a fault.

        Raises:
            ValueError: there is no such fault, or it needs another value.
        """
        known = PaymentFault(fault)
        text = _DEFAULTS.get(known, "") if value is None else str(value)
        if known in _NUMBERS and not text.isdecimal():
            raise ValueError(f"{fault} needs a number")
        self._orders.setdefault(known, deque()).extend([text] * times)

    def take(self, fault: PaymentFault) -> str | None:
        """Return the value of an ordered fault, empty if it has none, and remove it; None if it was not ordered."""
        orders = self._orders.get(fault)
        return orders.popleft() if orders else None

    def happens(self, fault: PaymentFault) -> bool:
        """Return whether an ordered fault happens now."""
        return self.take(fault) is not None

    @property
    def waiting(self) -> dict[str, int]:
        """How often each ordered fault has still to happen."""
        return {str(fault): len(orders) for fault, orders in self._orders.items() if orders}

    def clear(self) -> None:
        """Remove all."""
        self._orders.clear()
