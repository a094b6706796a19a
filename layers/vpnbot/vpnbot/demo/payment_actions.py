"""What can be done on the page of a demo payment."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.payments.declines import REMEDIES
from vpnbot.providers.demo.payments import DemoPayment, DemoPayments, second_id

LATER = timedelta(minutes=10)


class Action(StrEnum):
    """The buttons. LESS: a rouble less than the price. SILENT: the provider sends no notification."""

    PAY = "pay"
    LATER = "later"
    TWICE = "twice"
    LESS = "less"
    SILENT = "silent"
    DECLINE = "decline"


class DemoPaymentActions:
    """Does what a tap on the page asks for. Each call may raise StorageUnavailable."""

    def __init__(self, payments: DemoPayments, clock: Callable[[], datetime]) -> None:
        self._payments = payments
        self._clock = clock

    def shown(self, order_id: str) -> DemoPayment | None:
        """Return the payment that the page of an order shows: the last one, second payments aside."""
        found = [payment for payment in self._payments.of_order(order_id) if not payment.id.endswith("-again")]
        return found[-1] if found else None

    def act(self, payment: DemoPayment, action: Action, *, reason: str, save: bool) -> Sequence[DemoPayment]:
        """Change a payment that waits to be paid, and return those of which the shop is to be notified."""
        now = self._clock()
        if not payment.can_be_paid(now):
            return ()
        changed = self._changed(payment, action, now, reason=reason, save=save)
        for each in changed:
            self._payments.put(each)
        return () if action in {Action.SILENT, Action.LATER} else changed

    def _changed(
        self, payment: DemoPayment, action: Action, now: datetime, *, reason: str, save: bool
    ) -> Sequence[DemoPayment]:
        price = payment.price
        match action:
            case Action.PAY | Action.SILENT:
                return (payment.paid(now, price, saved=save),)
            case Action.LATER:
                return (payment.paid(now + LATER, price, saved=save),)
            case Action.TWICE:
                second = replace(payment, id=second_id(payment))
                return (payment.paid(now, price, saved=save), second.paid(now, price, saved=False))
            case Action.LESS:
                less = payment.smaller
                return () if less is None else (payment.paid(now, less, saved=save),)
            case Action.DECLINE:
                return (replace(payment, reason=reason),) if reason in REMEDIES else ()
