"""Implements `PaymentProvider` with the demo provider."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.provider_errors import ProviderRejected, UnknownPayment
from vpnbot.domain.orders.provider_names import DEMO, PRICE_CURRENCIES
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.orders.reports import (
    PaymentReport,
    ReceiptReport,
    RefundReport,
    ReportedMethod,
    ReportedState,
)
from vpnbot.errors import Misconfigured
from vpnbot.providers.demo.payments import EXPIRED, DemoPayment, DemoPayments, DemoRefund
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

ACCOUNT = "demo"
TOKEN_HEADER = "x-demo-token"  # noqa: S105 - the name of a header
METHOD_TITLE = "Demo •• 4242"
_METHOD_GONE = "permission_revoked"


class DemoProvider:
    """Payments without money. `own_url` returns scheme and host of the page; None: they are not known."""

    name = DEMO
    account = ACCOUNT
    abilities = Abilities(
        currencies=PRICE_CURRENCIES[DEMO], saves_methods=True, idempotent=True, refunds=Refunds.PART
    )

    def __init__(
        self,
        payments: DemoPayments,
        ring: Callable[[], KeyRing],
        own_url: Callable[[], str | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._payments = payments
        self._ring = ring
        self._own_url = own_url
        self._clock = clock

    def begin(self, order: Order) -> Begun:
        """Make a payment, or return the one that the same order has.

        Raises:
            Misconfigured: the address of the page is not known.
        """
        own_url = self._own_url()
        if own_url is None:
            raise Misconfigured("PUBLIC_URL", "set it to the address of the deployment: it has the demo payment page")
        made = DemoPayment.of(order, self._clock())
        payment = self._payments.get(made.id)
        if payment is None:
            payment = made
            self._payments.put(payment)
        link = f"{own_url}/payments/demo/{order.id}?t={self._ring().demo_payment_token(order.id)}"
        return Begun(payment.id, link, payment.ends_at)

    def look(self, payment_id: str) -> PaymentReport:
        """Return a payment as it is now."""
        payment = self._payments.get(payment_id)
        if payment is None:
            raise UnknownPayment("the demo provider knows no such payment")
        return self._report(payment)

    def find(self, order: Order) -> Sequence[PaymentReport]:
        """Return all payments of an order, also second ones through the same link."""
        return [self._report(payment) for payment in self._payments.of_order(order.id)]

    def cancel(self, payment_id: str) -> bool:
        """Return False: as with a bank's page, a payment can be paid until its time is over."""
        return False

    def charge(self, order: Order, method_id: str) -> PaymentReport:
        """Charge a method that was saved on the page; it is paid at once.

        Raises:
            ProviderRejected: there is no such method.
        """
        if not self._payments.has_method(method_id):
            raise ProviderRejected(_METHOD_GONE, "the demo provider knows no such method")
        now = self._clock()
        made = DemoPayment.of(order, now)
        payment = self._payments.get(made.id)
        if payment is None:
            payment = made.paid(now, made.price, saved=False)
            self._payments.put(payment)
        return self._report(payment)

    def refund(self, refund: Refund, order: Order, payment: Payment) -> RefundReport:
        """Send money back at once; the same key gives the same refund.

        Raises:
            UnknownPayment: there is no such payment.
            ProviderRejected: less than that is left of it.
        """
        found = self._payments.get(refund.payment_id)
        if found is None:
            raise UnknownPayment("the demo provider knows no such payment")
        made = DemoRefund(
            f"demo-refund-{refund.idempotence_key}",
            refund.payment_id,
            refund.money.amount_minor,
            refund.money.currency,
            self._clock().isoformat(),
        )
        earlier = self._payments.refunds(refund.payment_id)
        same = next((each for each in earlier if each.id == made.id), None)
        if same is not None:
            return _refund_report(same)
        left = found.money.amount_minor - sum(each.amount_minor for each in earlier)
        is_paid = found.state(self._clock()) is ReportedState.SUCCEEDED
        if not is_paid or refund.money.currency != found.currency or refund.money.amount_minor > left:
            raise ProviderRejected("insufficient_funds", "the demo provider has not so much of this payment")
        self._payments.put_refund(made)
        return _refund_report(made)

    def look_refund(self, refund_id: str) -> RefundReport:
        """Return a refund."""
        found = self._payments.refund(refund_id)
        if found is None:
            raise UnknownPayment("the demo provider knows no such refund")
        return _refund_report(found)

    def find_refunds(self, payment_id: str) -> Sequence[RefundReport]:
        """Return all refunds of a payment."""
        return [_refund_report(refund) for refund in self._payments.refunds(payment_id)]

    def receipt(self, payment_id: str, refund_id: str | None = None) -> ReceiptReport:
        """Return that there is none."""
        return ReceiptReport(state="")

    def notification(self, payment: DemoPayment) -> NotificationRequest:
        """Return the notification that says that a payment has changed."""
        body = json.dumps({"payment": payment.id, "order": payment.order, "person": payment.person})
        return NotificationRequest(body.encode(), {TOKEN_HEADER: self._ring().demo_payment_token(payment.order)})

    def hint(self, request: NotificationRequest) -> Hint:
        """Read a notification; `Forged` without the token of its order."""
        try:
            named = json.loads(request.body)
            payment_id, order, person = (str(named[name]) for name in ("payment", "order", "person"))
        except (ValueError, RecursionError, TypeError, KeyError):
            return Forged("malformed")
        if not self._ring().demo_payment_token_matches(request.headers.get(TOKEN_HEADER, ""), order):
            return Forged("the token is missing or wrong")
        return PaymentHint(payment_id, order, person)

    def since(self, begin: datetime, cursor: str | None = None) -> Page:
        """Return everything since a time on one page."""
        payments = [payment for payment in self._payments.all() if datetime.fromisoformat(payment.made_at) >= begin]
        refunds = [refund for refund in self._payments.refunds() if datetime.fromisoformat(refund.made_at) >= begin]
        return Page([self._report(payment) for payment in payments], [_refund_report(refund) for refund in refunds])

    def stop_renewal(self, payer: int, first_payment_id: str) -> None:
        """Do nothing: the demo provider makes no charges of its own."""

    def probe(self) -> Verdict:
        """Return that the account works; its payments count in stage demo."""
        return Verdict(account=ACCOUNT, fiscal=False, enabled=True)

    def _report(self, payment: DemoPayment) -> PaymentReport:
        state = payment.state(self._clock())
        is_paid = state is ReportedState.SUCCEEDED
        sent_back = sum(refund.amount_minor for refund in self._payments.refunds(payment.id)) if is_paid else 0
        return PaymentReport(
            provider=DEMO,
            account=ACCOUNT,
            payment_id=payment.id,
            state=state,
            money=payment.money,
            order=payment.order,
            person=payment.person,
            reason=(payment.reason or EXPIRED) if state is ReportedState.CANCELED else "",
            method_title=METHOD_TITLE,
            method=ReportedMethod(payment.method_id, METHOD_TITLE) if is_paid and payment.method_id else None,
            refunded=Money(sent_back, payment.currency) if sent_back else None,
            made_at=datetime.fromisoformat(payment.made_at),
            paid_at=payment.paid_at if is_paid else None,
        )


def _refund_report(refund: DemoRefund) -> RefundReport:
    return RefundReport(
        provider=DEMO,
        account=ACCOUNT,
        refund_id=refund.id,
        payment_id=refund.payment_id,
        state=ReportedState.SUCCEEDED,
        money=refund.money,
        made_at=datetime.fromisoformat(refund.made_at),
    )
