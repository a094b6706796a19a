"""A payment provider in memory, with all abilities unless a test takes some away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from tests.fakes.clock import Clock
from tests.fakes.faults import Faults
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.provider_errors import SAVING_FORBIDDEN, ProviderRejected, UnknownPayment
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.orders.reports import PaymentReport, ReceiptReport, RefundReport, ReportedMethod, ReportedState
from vpnbot.errors import Misconfigured
from vpnbot.usecases.ports.payments import (
    Abilities,
    Begun,
    Forged,
    Hint,
    NotificationRequest,
    Page,
    PaymentHint,
    Refunds,
    Verdict,
)

EVERYTHING = Abilities(
    currencies=("RUB",),
    saves_methods=True,
    receipts=False,
    idempotent=True,
    cancels=False,
    refunds=Refunds.PART,
)


@dataclass
class FakeProvider:
    """Implements the port `PaymentProvider`. `before` and `after` each call there is a fault point of its name."""

    clock: Clock
    faults: Faults
    name: str = "card"
    account: str = "shop-1"
    abilities: Abilities = EVERYTHING
    mark: str | None = None
    test: bool = False
    payments: dict[str, PaymentReport] = field(default_factory=dict)
    refunds: dict[str, RefundReport] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    refunds_by_key: dict[str, str] = field(default_factory=dict)
    decline_refunds: list[str] = field(default_factory=list)
    refunds_stay_pending: bool = False
    decline_charges: list[str] = field(default_factory=list)
    charges_stay_pending: bool = False
    stopped: list[tuple[int, str]] = field(default_factory=list)
    receipts: dict[str, ReceiptReport] = field(default_factory=dict)
    saving_forbidden: bool = False
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def begin(self, order: Order) -> Begun:
        """Make a payment, or return the one that was made with the same key."""
        self.faults.reached(f"{self.name}.begin.before")
        if self.saving_forbidden and order.renewal_agreed:
            raise ProviderRejected(SAVING_FORBIDDEN)
        payment_id = self.by_key.get(order.idempotence_key) if self.abilities.idempotent else None
        if payment_id is None:
            payment_id = self._made(order)
        self.faults.reached(f"{self.name}.begin.after")
        return Begun(payment_id, f"https://pay.example/{payment_id}", self.clock() + timedelta(hours=1))

    def look(self, payment_id: str) -> PaymentReport:
        """Return a payment."""
        self.faults.reached(f"{self.name}.look")
        if payment_id not in self.payments:
            raise UnknownPayment(payment_id)
        return self.payments[payment_id]

    def find(self, order: Order) -> Sequence[PaymentReport]:
        """Return the payments of an order."""
        self.faults.reached(f"{self.name}.find")
        return [report for report in self.payments.values() if report.order == order.id]

    def cancel(self, payment_id: str) -> bool:
        """Cancel a pending payment."""
        self.faults.reached(f"{self.name}.cancel")
        if self.payments[payment_id].state is not ReportedState.PENDING:
            return False
        self.declines(payment_id, "canceled_by_merchant")
        return True

    def charge(self, order: Order, method_id: str) -> PaymentReport:
        """Charge a saved method."""
        self.faults.reached(f"{self.name}.charge.before")
        payment_id = self.by_key.get(order.idempotence_key) or self._made(order)
        if self.payments[payment_id].state is ReportedState.PENDING:
            if self.decline_charges:
                self.declines(payment_id, self.decline_charges.pop(0))
            elif not self.charges_stay_pending:
                self.pays(payment_id)
        self.faults.reached(f"{self.name}.charge.after")
        return self.payments[payment_id]

    def refund(self, refund: Refund, order: Order, payment: Payment) -> RefundReport:
        """Send money back, or return the refund that was made with the same key."""
        self.faults.reached(f"{self.name}.refund.before")
        refund_id = self.refunds_by_key.get(refund.idempotence_key)
        if refund_id is None:
            if self.decline_refunds:
                raise ProviderRejected(self.decline_refunds.pop(0))
            if payment.id in self.payments and refund.money.amount_minor > self.left(payment.id):
                raise ProviderRejected("general_decline", "more than is left of the payment")
            refund_id = self.sends_back(payment.id, refund.money)
            self.refunds_by_key[refund.idempotence_key] = refund_id
            if self.refunds_stay_pending:
                self.refunds[refund_id] = replace(self.refunds[refund_id], state=ReportedState.PENDING)
        self.faults.reached(f"{self.name}.refund.after")
        return self.refunds[refund_id]

    def look_refund(self, refund_id: str) -> RefundReport:
        """Return a refund."""
        self.faults.reached(f"{self.name}.look_refund")
        if refund_id not in self.refunds:
            raise UnknownPayment(refund_id)
        return self.refunds[refund_id]

    def find_refunds(self, payment_id: str) -> Sequence[RefundReport]:
        """Return the refunds of a payment."""
        self.faults.reached(f"{self.name}.find_refunds")
        return [refund for refund in self.refunds.values() if refund.payment_id == payment_id]

    def receipt(self, payment_id: str, refund_id: str | None = None) -> ReceiptReport:
        """Return a receipt."""
        self.faults.reached(f"{self.name}.receipt")
        return self.receipts.get(refund_id or payment_id, ReceiptReport("pending"))

    def hint(self, request: NotificationRequest) -> Hint:
        """Read a notification: the id of the payment is the body."""
        report = self.payments.get(request.body.decode())
        return Forged("unknown") if report is None else PaymentHint(report.payment_id, report.order, report.person)

    def since(self, begin: datetime, cursor: str | None = None) -> Page:
        """Return everything in one page."""
        self.faults.reached(f"{self.name}.since")
        return Page(tuple(self.payments.values()), tuple(self.refunds.values()))

    def stop_renewal(self, payer: int, first_payment_id: str) -> None:
        """Record that charges were stopped."""
        self.faults.reached(f"{self.name}.stop_renewal")
        self.stopped.append((payer, first_payment_id))

    def probe(self) -> Verdict:
        """Return the account."""
        self.faults.reached(f"{self.name}.probe")
        return Verdict(self.account, self.test)

    def pays(self, payment_id: str, *, method: ReportedMethod | None = None, money: Money | None = None) -> None:
        """Let the buyer pay."""
        report = self.payments[payment_id]
        self.payments[payment_id] = replace(
            report,
            state=ReportedState.SUCCEEDED,
            money=money or report.money,
            method=method,
            method_title="Visa •• 4477",
            paid_at=self.clock(),
        )

    def declines(self, payment_id: str, reason: str) -> None:
        """Let the payment fail."""
        self.payments[payment_id] = replace(self.payments[payment_id], state=ReportedState.CANCELED, reason=reason)

    def sends_back(self, payment_id: str, money: Money) -> str:
        """Let money be sent back, and return the id of the refund."""
        refund_id = f"refund-{next(self.numbers)}"
        self.refunds[refund_id] = RefundReport(
            self.name, self.account, refund_id, payment_id, ReportedState.SUCCEEDED, money, made_at=self.clock()
        )
        report = self.payments.get(payment_id)
        if report is not None:
            before = report.refunded.amount_minor if report.refunded else 0
            refunded = Money(before + money.amount_minor, money.currency)
            self.payments[payment_id] = replace(report, refunded=refunded)
        return refund_id

    def left(self, payment_id: str) -> int:
        """Return what is not sent back of a payment, in minor units."""
        report = self.payments[payment_id]
        return report.money.amount_minor - (report.refunded.amount_minor if report.refunded else 0)

    def refunds_succeed(self) -> None:
        """Let the refunds that are pending arrive, and later ones at once."""
        self.refunds_stay_pending = False
        for refund_id, refund in self.refunds.items():
            self.refunds[refund_id] = replace(refund, state=ReportedState.SUCCEEDED)

    def last(self) -> str:
        """Return the id of the payment that was made last."""
        return next(reversed(self.payments))

    def _made(self, order: Order) -> str:
        payment_id = f"pay-{next(self.numbers)}"
        self.by_key[order.idempotence_key] = payment_id
        self.payments[payment_id] = PaymentReport(
            self.name,
            self.account,
            payment_id,
            ReportedState.PENDING,
            order.price,
            order=order.id,
            person=order.person,
            shop=self.mark,
            test=self.test,
            made_at=self.clock(),
        )
        return payment_id


@dataclass
class Providers:
    """Implements the port `Providers`."""

    known: dict[str, FakeProvider]

    def get(self, name: str) -> FakeProvider:
        """Return a provider."""
        if name not in self.known:
            raise Misconfigured(name, "there is no provider of this name")
        return self.known[name]

    def names(self) -> Sequence[str]:
        """Return all names."""
        return tuple(self.known)
