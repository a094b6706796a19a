"""Implements `PaymentProvider` with Telegram Stars.

The id of a payment is that of its charge, which exists only once it is paid. Until then a payment has the id
`link:<order>-<attempt>`, and Telegram cannot be asked about it. An invoice link can be paid by anybody and more than
once; the answer to the pre-checkout query is the only check before that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vpnbot.connections.request_deadline import within
from vpnbot.domain.money import STARS
from vpnbot.domain.orders import provider_names
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payload import OrderPayload
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, UnknownPayment, WrongAccount
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.orders.reports import PaymentReport, ReceiptReport, RefundReport, ReportedState
from vpnbot.domain.orders.stars import LARGEST_PAYMENT, SUBSCRIPTION_PERIOD, can_renew
from vpnbot.providers.stars.calls import Call, Calls
from vpnbot.providers.stars.invoice_text import invoice_text
from vpnbot.providers.stars.transactions import Transactions, payment_of, refund_of
from vpnbot.usecases.ports.payments import (
    Abilities,
    Begun,
    Forged,
    Hint,
    NotificationRequest,
    Page,
    Refunds,
    Verdict,
)

if TYPE_CHECKING:
    from vpnbot.localization.messages import Messages

ABILITIES = Abilities(
    currencies=(STARS,),
    renews_itself=True,
    notifies=False,
    looks=False,
    refunds=Refunds.WHOLE,
    limits={STARS: (1, LARGEST_PAYMENT)},
)

CALL_SECONDS = 8.0
"""The longest time for one method, with all its calls: see `PaymentProvider`."""

_LOOKS_BACK = timedelta(days=30)
"""How far back a payment or a refund is searched by its id: the list of transactions has no other filter."""

_CLOCKS_DIFFER = timedelta(minutes=5)
"""How much Telegram's clock may differ from ours."""

_ALREADY_REFUNDED = "charge_already_refunded"
_BALANCE_TOO_LOW = "balance_too_low"


class StarsProvider:
    """Telegram Stars of one bot."""

    name = provider_names.STARS
    abilities = ABILITIES

    def __init__(self, bot_id: int, call: Call, clock: Callable[[], datetime], messages: "Messages") -> None:
        self._bot_id = bot_id
        self._calls = Calls(call)
        self._transactions = Transactions(self._calls)
        self._clock = clock
        self._messages = messages

    @property
    def account(self) -> str:
        """The id of the bot."""
        return str(self._bot_id)

    @within(CALL_SECONDS)
    def begin(self, order: Order) -> Begun:
        """Make an invoice link. A link that was lost costs nothing, so a failure never leaves an unknown outcome.

        The link has no end: the pre-checkout query decides how long it can be paid.

        Raises:
            ProviderRejected: the price is not in Stars, or Telegram does not accept it.
        """
        price = order.price
        if price.currency != STARS:
            raise ProviderRejected("currency", f"Telegram takes Stars, not {price.currency}")
        renews = order.renewal_agreed and can_renew(order.offer)
        text = invoice_text(self._messages, order, renews=renews)
        invoice: dict[str, object] = {
            "title": text.title,
            "description": text.description,
            "payload": OrderPayload(order.person, order.id).text,
            "provider_token": "",
            "currency": STARS,
            "prices": [{"label": text.title, "amount": price.amount_minor}],
        }
        if renews:
            invoice["subscription_period"] = int(SUBSCRIPTION_PERIOD.total_seconds())
        link = self._calls("createInvoiceLink", invoice)
        if not isinstance(link, str) or not link.startswith("https://"):
            raise ProviderUnavailable("createInvoiceLink: no link in the answer", unknown=False)
        return Begun(f"link:{order.idempotence_key}", link)

    @within(CALL_SECONDS)
    def look(self, payment_id: str) -> PaymentReport:
        """Return a payment of the last 30 days by the id of its charge, and what was refunded of it.

        Raises:
            UnknownPayment: it is not paid, older, or of another bot.
        """
        found, refunded = None, None
        for entry in self._transactions.entries(self._clock() - _LOOKS_BACK):
            if entry.id == payment_id:
                found = payment_of(entry, self.account) or found
                refunded = refund_of(entry, self.account) or refunded
        if found is None:
            raise UnknownPayment("no payment with this charge")
        return replace(found, refunded=refunded.money) if refunded else found

    @within(CALL_SECONDS)
    def find(self, order: Order) -> Sequence[PaymentReport]:
        """Return the payments whose payload names the order."""
        entries = self._transactions.entries(order.placed_at - _CLOCKS_DIFFER)
        reports = (payment_of(entry, self.account) for entry in entries)
        mine = {report.payment_id: report for report in reports if report and report.order == order.id}
        return tuple(mine.values())

    def cancel(self, payment_id: str) -> bool:
        """Return False: an invoice link cannot be taken back; the pre-checkout query rejects its payment."""
        return False

    def charge(self, order: Order, method_id: str) -> PaymentReport:
        """Reject the request: Telegram alone charges for subscriptions.

        Raises:
            ProviderRejected: always.
        """
        raise ProviderRejected("not_supported", "Telegram saves no method that a bot can charge")

    @within(CALL_SECONDS)
    def refund(self, refund: Refund, order: Order, payment: Payment) -> RefundReport:
        """Send a payment back, all of it. A payment that was sent back before is a success, so a repetition is safe.

        Raises:
            ProviderRejected: it is a part of the payment, the payer is not known, or Telegram rejects it; the reason
                is `insufficient_funds` if the bot has too few Stars.
        """
        if refund.money != payment.money:
            raise ProviderRejected("whole_only", "Telegram sends back whole payments only")
        payer = refund.payer or payment.payer
        if payer is None:
            raise ProviderRejected("payer_unknown", "the payment names no payer")
        charge = {"user_id": payer, "telegram_payment_charge_id": payment.id}
        try:
            self._calls("refundStarPayment", charge, has_effect=True)
        except ProviderRejected as error:
            if error.reason == _BALANCE_TOO_LOW:
                raise ProviderRejected("insufficient_funds", str(error)) from error
            if error.reason != _ALREADY_REFUNDED:
                raise
        return RefundReport(
            provider=provider_names.STARS,
            account=self.account,
            refund_id=payment.id,
            payment_id=payment.id,
            state=ReportedState.SUCCEEDED,
            money=refund.money,
            made_at=self._clock(),
        )

    @within(CALL_SECONDS)
    def look_refund(self, refund_id: str) -> RefundReport:
        """Return a refund of the last 30 days; its id is that of the payment.

        Raises:
            UnknownPayment: there is none.
        """
        found = self.find_refunds(refund_id)
        if not found:
            raise UnknownPayment("no refund of this charge")
        return found[0]

    @within(CALL_SECONDS)
    def find_refunds(self, payment_id: str) -> Sequence[RefundReport]:
        """Return the refund of a payment, if there is one in the last 30 days."""
        for entry in self._transactions.entries(self._clock() - _LOOKS_BACK):
            report = refund_of(entry, self.account) if entry.id == payment_id else None
            if report is not None:
                return (report,)
        return ()

    def receipt(self, payment_id: str, refund_id: str | None = None) -> ReceiptReport:
        """Return that there is none: Telegram makes no fiscal receipts."""
        return ReceiptReport(state="")

    def hint(self, request: NotificationRequest) -> Hint:
        """Reject a notification: Telegram reports payments of Stars as updates, never over HTTP."""
        return Forged("Telegram sends no notifications about Stars")

    @within(CALL_SECONDS)
    def since(self, begin: datetime, cursor: str | None = None) -> Page:
        """Return one page of payments and refunds since a time, the oldest first; entries may come twice.

        A page may be empty and still have a following one: withdrawals, gifts and other entries are left out.
        """
        page = self._transactions.page(begin, cursor)
        payments = tuple(filter(None, (payment_of(entry, self.account) for entry in page.entries)))
        refunds = tuple(filter(None, (refund_of(entry, self.account) for entry in page.entries)))
        return Page(payments, refunds, page.following, page.unreadable)

    @within(CALL_SECONDS)
    def stop_renewal(self, payer: int, first_payment_id: str) -> None:
        """Cancel a subscription; Telegram accepts the same call again.

        Raises:
            ProviderRejected: Telegram knows no subscription with this first charge.
        """
        first = {"user_id": payer, "telegram_payment_charge_id": first_payment_id}
        self._calls("editUserStarSubscription", {**first, "is_canceled": True})

    @within(CALL_SECONDS)
    def probe(self) -> Verdict:
        """Check the token, and that the bot may use Stars.

        Raises:
            WrongAccount: the token is that of another bot.
        """
        me = self._calls("getMe")
        if not isinstance(me, Mapping) or me.get("id") != self._bot_id:
            raise WrongAccount("bot_token", "it belongs to another bot than the payments")
        self._calls("getMyStarBalance")
        return Verdict(account=self.account, fiscal=False, enabled=True)
