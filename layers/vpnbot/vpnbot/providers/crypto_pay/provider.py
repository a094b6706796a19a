"""Crypto Pay as a payment provider: the price is in a currency, the money arrives in a cryptocurrency."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from vpnbot.connections.request_deadline import within
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payload import OrderPayload
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, UnknownPayment, WrongAccount
from vpnbot.domain.orders.provider_names import CRYPTO_PAY
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.orders.reports import PaymentReport, ReceiptReport, RefundReport, ReportedState
from vpnbot.errors import Misconfigured
from vpnbot.localization.messages import DEFAULT_LANGUAGE, Messages
from vpnbot.localization.periods import plain_period
from vpnbot.providers.answers import Unreadable
from vpnbot.providers.crypto_pay.client import CryptoPayClient, Token
from vpnbot.providers.crypto_pay.errors import SECRET
from vpnbot.providers.crypto_pay.notifications import is_signed, read_hint
from vpnbot.providers.crypto_pay.reading import (
    invoice_id,
    invoices_of,
    is_invoice_id,
    is_marked,
    payment_report,
    time_of,
)
from vpnbot.usecases.ports.payments import Abilities, Begun, Forged, Hint, NotificationRequest, Page, Verdict

API_BASE = "https://pay.crypt.bot/api"
TEST_NETWORK_HOST = "testnet-pay.crypt.bot"
CALL_SECONDS = 8.0
"""The longest time for one call of the port with all its requests."""
LIFE = timedelta(hours=1)
"""How long an invoice can be paid."""
LONGEST_DESCRIPTION = 1024
PAGE_SIZE = 200
"""Invoices in one request; Crypto Pay allows 1 to 1000 (documentation, getInvoices)."""
PAGE_OVERLAP = 10
"""How many invoices two pages share, because an invoice that is deleted meanwhile moves the others by one."""
CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far the clock of Crypto Pay may be from ours."""

CURRENCIES = (
    *("RUB", "USD", "EUR", "BYN", "UAH", "GBP", "CNY", "KZT", "UZS", "GEL"),
    *("TRY", "AMD", "THB", "INR", "BRL", "IDR", "AZN", "AED", "PLN", "ILS"),
)
"""The currencies of prices (documentation, createInvoice)."""

ABILITIES = Abilities(currencies=CURRENCIES, cancels=True)


class CryptoPay:
    """Implements the port `PaymentProvider` for one app of Crypto Pay. Safe to use from several threads."""

    name = CRYPTO_PAY
    abilities = ABILITIES

    def __init__(self, token: Token, messages: Messages, base_url: str = API_BASE) -> None:
        self._token = token
        self._messages = messages
        self._is_test = f"//{TEST_NETWORK_HOST}/" in base_url
        self._client = CryptoPayClient(base_url, token)

    @property
    def account(self) -> str:
        """The id of our app: the first part of the token.

        Raises:
            Misconfigured: there is no token, or it is malformed.
            Retryable: the secrets could not be read.
        """
        app, _, rest = self._token().partition(":")
        if not rest or not is_invoice_id(app):
            raise Misconfigured(SECRET, "not a token like 123456:AA…; Crypto Bot shows it under Crypto Pay, My apps")
        return app

    @within(CALL_SECONDS)
    def begin(self, order: Order) -> Begun:
        """Make an invoice. Each call makes another one, so that only a tap of the buyer may repeat it.

        Raises:
            As the port.
        """
        price = order.price
        if price.currency not in CURRENCIES:
            raise ProviderRejected("currency", f"Crypto Pay has no prices in {price.currency}")
        invoice: dict[str, Any] = {
            "currency_type": "fiat",
            "fiat": price.currency,
            "amount": price.text,
            "description": self._description(order),
            "payload": OrderPayload(order.person, order.id).text,
            "expires_in": int(LIFE.total_seconds()),
            "allow_comments": False,
        }
        if order.return_to.startswith("https://"):
            invoice |= {"paid_btn_name": "callback", "paid_btn_url": order.return_to}
        made = self._client.call("createInvoice", invoice, once=True)
        with _reading(acted=True):
            report = payment_report(made, self.account, test=self._is_test)
            link = made.get("bot_invoice_url")
            if not isinstance(link, str) or not link.startswith(("https://", "http://")):
                raise Unreadable("no link")
        if (report.order, report.money) != (order.id, price):
            raise ProviderUnavailable("Crypto Pay made another invoice than it was asked for")
        return Begun(report.payment_id, link, time_of(made.get("expiration_date")))

    @within(CALL_SECONDS)
    def look(self, payment_id: str) -> PaymentReport:
        """Return an invoice as it is now; a deleted one is unknown."""
        if not is_invoice_id(payment_id):
            raise UnknownPayment("not the id of an invoice")
        found = self._client.call("getInvoices", {"invoice_ids": payment_id})
        with _reading(acted=False):
            for invoice in invoices_of(found):
                if isinstance(invoice, dict) and invoice_id(invoice) == payment_id:
                    return payment_report(invoice, self.account, test=self._is_test)
        raise UnknownPayment("Crypto Pay knows no such invoice")

    @within(CALL_SECONDS)
    def find(self, order: Order) -> Sequence[PaymentReport]:
        """Return all invoices for an order, the oldest first. Crypto Pay cannot search by payload: a list is read."""
        payload = OrderPayload(order.person, order.id).text
        found: dict[str, PaymentReport] = {}
        with _reading(acted=False):
            for page, _ in self._pages(order.placed_at - CLOCK_DIFFERENCE):
                ours = [row for row in page if isinstance(row, dict) and row.get("payload") == payload]
                reports = [payment_report(row, self.account, test=self._is_test) for row in ours]
                found |= {report.payment_id: report for report in reports}
        return sorted(found.values(), key=_made_at)

    @within(CALL_SECONDS)
    def cancel(self, payment_id: str) -> bool:
        """Delete an invoice that waits to be paid; False if it is paid, expired or unknown."""
        try:
            if self.look(payment_id).state is not ReportedState.PENDING:
                return False
            return self._client.call("deleteInvoice", {"invoice_id": int(payment_id)}) is True
        except (UnknownPayment, ProviderRejected):
            return False

    def charge(self, order: Order, method_id: str) -> PaymentReport:
        """Reject the request.

        Raises:
            ProviderRejected: always.
        """
        raise ProviderRejected("not_supported", "Crypto Pay saves no method")

    def refund(self, refund: Refund, order: Order, payment: Payment) -> RefundReport:
        """Reject the request: an operator sends the money by hand.

        Raises:
            ProviderRejected: always.
        """
        raise ProviderRejected("not_supported", "Crypto Pay has no call for refunds")

    def look_refund(self, refund_id: str) -> RefundReport:
        """Return no refund.

        Raises:
            UnknownPayment: always.
        """
        raise UnknownPayment("Crypto Pay makes no refunds")

    def find_refunds(self, payment_id: str) -> Sequence[RefundReport]:
        """Return that there are none."""
        return ()

    def receipt(self, payment_id: str, refund_id: str | None = None) -> ReceiptReport:
        """Return that there is none: Crypto Pay makes no fiscal receipts."""
        return ReceiptReport(state="")

    def hint(self, request: NotificationRequest) -> Hint:
        """Read a notification; `Forged` without the signature of the token that is stored now.

        Raises:
            Misconfigured: there is no token.
            Retryable: the secrets could not be read.
        """
        token = self._token()
        if not is_signed(request, token):
            stored = self._token(again=True)
            if stored == token or not is_signed(request, stored):
                return Forged("the signature is missing or wrong")
        return read_hint(request.body)

    @within(CALL_SECONDS)
    def since(self, begin: datetime, cursor: str | None = None) -> Page:
        """Return one page of the invoices that were made since a time; an invoice may come twice.

        An invoice without our payload is left out: the app may make others. One of ours that cannot be read does not
        keep the others from being read.
        """
        offset = int(cursor) if cursor else 0
        reports, unreadable = [], []
        with _reading(acted=False):
            rows, following = self._page(begin, offset)
        for row in rows:
            if not is_marked(row) or (time_of(row.get("created_at")) or begin) < begin:
                continue
            try:
                reports.append(payment_report(row, self.account, test=self._is_test))
            except Unreadable as error:
                unreadable.append(str(error))
        after = None if following is None else str(following)
        return Page(sorted(reports, key=_made_at), following=after, unreadable=unreadable)

    def stop_renewal(self, payer: int, first_payment_id: str) -> None:
        """Do nothing: Crypto Pay makes no charges of its own."""

    def probe(self) -> Verdict:
        """Check the token.

        Raises:
            WrongAccount: Crypto Pay refuses it.
        """
        app = self._client.call("getMe", {})
        with _reading(acted=False):
            if not isinstance(app, dict) or "app_id" not in app:
                raise Unreadable("no app")
        if str(app["app_id"]) != self.account:
            raise WrongAccount(SECRET, "the token is that of another app")
        return Verdict(account=self.account, test=self._is_test, fiscal=False, enabled=True)

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def _pages(self, begin: datetime) -> Iterator[tuple[Sequence[Any], int | None]]:
        offset: int | None = 0
        while offset is not None:
            rows, offset = self._page(begin, offset)
            yield rows, offset

    def _page(self, begin: datetime, offset: int) -> tuple[Sequence[Any], int | None]:
        """Return one page of all invoices, and the offset of the next one; None: nothing since `begin` follows.

        The order of the list is not documented. Only if this page goes from newer invoices to older ones, and ends
        before `begin`, the rest is older.
        """
        rows = invoices_of(self._client.call("getInvoices", {"offset": offset, "count": PAGE_SIZE}))
        if len(rows) < PAGE_SIZE:
            return rows, None
        times = [time_of(row.get("created_at")) for row in rows if isinstance(row, dict)]
        known = [time for time in times if time is not None]
        descends = len(known) > 1 and known == sorted(known, reverse=True) and known[0] > known[-1]
        if descends and known[-1] < begin:
            return rows, None
        return rows, offset + PAGE_SIZE - PAGE_OVERLAP

    def _description(self, order: Order) -> str:
        language = self._messages.closest(order.language)
        titles = order.offer.plan.titles
        title = titles.get(language) or titles.get(DEFAULT_LANGUAGE) or order.offer.plan.id
        period = plain_period(self._messages, language, order.offer.duration)
        words = self._messages.text(language, "crypto-pay-description", {"plan": title, "period": period})
        return words[:LONGEST_DESCRIPTION]


@contextmanager
def _reading(*, acted: bool) -> Iterator[None]:
    """Translate an answer that cannot be read; `acted`: what was asked for may have been done.

    Raises:
        ProviderUnavailable: instead of Unreadable.
    """
    try:
        yield
    except Unreadable as error:
        raise ProviderUnavailable(f"Crypto Pay's answer: {error}", unknown=acted) from None


def _made_at(report: PaymentReport) -> datetime:
    return report.made_at or datetime.min.replace(tzinfo=UTC)
