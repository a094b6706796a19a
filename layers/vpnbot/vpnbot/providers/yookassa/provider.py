"""YooKassa as a payment provider."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vpnbot import clock as system_clock
from vpnbot.connections.request_deadline import within
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.provider_errors import (
    SAVING_FORBIDDEN,
    OtherAccount,
    ProviderRejected,
    ProviderUnavailable,
    UnknownPayment,
)
from vpnbot.domain.orders.provider_names import PRICE_CURRENCIES, YOOKASSA
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.orders.reports import PaymentReport, ReceiptReport, RefundReport, ReportedState
from vpnbot.domain.payments.receipts import ReceiptSettings
from vpnbot.errors import Misconfigured
from vpnbot.providers.answers import Unreadable
from vpnbot.providers.yookassa.client import API_BASE, SecretKey, YooKassaClient
from vpnbot.providers.yookassa.errors import ApiRejected, KeyDuplicated
from vpnbot.providers.yookassa.lists import CLOCK_DIFFERENCE, KEY_LIFE, PAYMENTS, REFUNDS, page_since, rows_of
from vpnbot.providers.yookassa.notifications import read_hint
from vpnbot.providers.yookassa.reading import (
    confirmation_link,
    payment_report,
    receipt_report,
    refund_report,
    verdict,
)
from vpnbot.usecases.ports import Pace
from vpnbot.usecases.ports.payments import Abilities, Begun, Hint, NotificationRequest, Page, Refunds, Verdict

if TYPE_CHECKING:
    from vpnbot.providers.yookassa.requests import Requests

CALL_SECONDS = 8.0
"""The longest time for one call of the port with all its requests."""
PENDING_LIFE = timedelta(hours=1)
"""How long a pending payment can be paid (documentation, for cards, SBP and wallets)."""
LIMITS = {"RUB": (100, 35_000_000)}
"""1 to 350,000 roubles: the limits of a card; SBP allows more."""
_NOT_FOUND = "not_found"


class YooKassa:
    """Implements the port `PaymentProvider` for one shop at YooKassa. Safe to use from several threads."""

    name = YOOKASSA

    def __init__(
        self,
        shop_id: str,
        secret_key: SecretKey,
        shop: str,
        *,
        receipts: ReceiptSettings | None = None,
        base_url: str = API_BASE,
        clock: Callable[[], datetime] = system_clock.now,
        pace: Pace | None = None,
    ) -> None:
        """`shop` is our mark in the metadata of payments, which tells deployments on one account apart."""
        self._shop_id = shop_id
        self._shop = shop
        self._receipts = receipts or ReceiptSettings()
        self._clock = clock
        self._client = YooKassaClient(base_url, shop_id, secret_key, pace or system_clock.Pace())

    @property
    def abilities(self) -> Abilities:
        """What YooKassa can do for this shop."""
        return Abilities(
            currencies=PRICE_CURRENCIES[YOOKASSA],
            saves_methods=True,
            receipts=self._receipts.enabled,
            idempotent=True,
            refunds=Refunds.PART,
            limits=LIMITS,
        )

    @property
    def account(self) -> str:
        """The id of the shop at YooKassa.

        Raises:
            Misconfigured: there is none.
        """
        if not self._shop_id:
            raise Misconfigured("yookassa_shop_id", "store the id of the shop; YooKassa's cabinet shows it")
        return self._shop_id

    @within(CALL_SECONDS)
    def begin(self, order: Order) -> Begun:
        """Make a payment for an order; the same order leads to the same payment.

        If a release or a setting has changed the words since the first request, YooKassa rejects its key: then the
        payment that the first request made is looked up.

        Raises:
            As the port.
        """
        self._check_request(order.account, order.sent_at)
        body = self._requests.payment(order)
        try:
            made = self._made(order, body)
        except ApiRejected as error:
            if error.reason == "forbidden" and order.renewal_agreed:
                raise ProviderRejected(SAVING_FORBIDDEN, "YooKassa: this shop may not save methods") from error
            raise
        return self._begun(made, order)

    @within(CALL_SECONDS)
    def look(self, payment_id: str) -> PaymentReport:
        """Return a payment as it is now."""
        found = self._client.get(f"{PAYMENTS}/{payment_id}")
        with _reading(acted=False):
            report = payment_report(found, self.account)
        if report.payment_id != payment_id:
            raise ProviderUnavailable("YooKassa answered about another payment", unknown=False)
        return report

    @within(CALL_SECONDS)
    def find(self, order: Order) -> Sequence[PaymentReport]:
        """Return all payments for an order, the oldest first. YooKassa cannot search by our mark: a list is read."""
        with _reading(acted=False):
            reports = [payment_report(row, self.account) for row in rows_of(self._client, order)]
        return sorted(reports, key=_made_at)

    def cancel(self, payment_id: str) -> bool:
        """Return False: YooKassa cancels only payments that wait for their capture, which ours never do."""
        return False

    @within(CALL_SECONDS)
    def charge(self, order: Order, method_id: str) -> PaymentReport:
        """Charge a saved method; a decline is a report with the state CANCELED, and the payment may be pending."""
        self._check_request(order.account, order.sent_at)
        body = self._requests.charge(order, method_id)
        try:
            made = self._made(order, body)
        except ApiRejected as error:
            if error.parameter == "payment_method_id" or error.reason == _NOT_FOUND:  # only another method helps
                raise ProviderRejected("permission_revoked", "YooKassa: the saved method is gone") from error
            raise
        return self._ours(made, order)

    @within(CALL_SECONDS)
    def refund(self, refund: Refund, order: Order, payment: Payment) -> RefundReport:
        """Send money back, all or part."""
        self._check_request(refund.account, refund.sent_at)
        body = self._requests.refund(refund, order, payment.money)
        try:
            made = self._client.post(REFUNDS, body, refund.idempotence_key)
        except KeyDuplicated:
            return self._refunded_before(refund)
        with _reading(acted=True):
            report = refund_report(made, self.account)
        if (report.payment_id, report.money) != (refund.payment_id, refund.money):
            raise ProviderUnavailable("YooKassa answered with another refund", unknown=True)
        return report

    @within(CALL_SECONDS)
    def look_refund(self, refund_id: str) -> RefundReport:
        """Return a refund as it is now."""
        found = self._client.get(f"{REFUNDS}/{refund_id}")
        with _reading(acted=False):
            report = refund_report(found, self.account)
        if report.refund_id != refund_id:
            raise ProviderUnavailable("YooKassa answered about another refund", unknown=False)
        return report

    @within(CALL_SECONDS)
    def find_refunds(self, payment_id: str) -> Sequence[RefundReport]:
        """Return all refunds of a payment, the oldest first."""
        rows = self._client.rows(REFUNDS, {"payment_id": payment_id})
        with _reading(acted=False):
            reports = [refund_report(row, self.account) for row in rows]
        return sorted((report for report in reports if report.payment_id == payment_id), key=_made_at)

    @within(CALL_SECONDS)
    def receipt(self, payment_id: str, refund_id: str | None = None) -> ReceiptReport:
        """Return the receipt of a payment or of one of its refunds; an empty report if there is none."""
        about = {"refund_id": refund_id} if refund_id else {"payment_id": payment_id}
        wanted = "refund" if refund_id else "payment"
        rows = [row for row in self._client.rows("receipts", about) if isinstance(row, dict)]
        newest = next((row for row in rows if row.get("type") == wanted), None)
        if newest is None:
            return ReceiptReport("")
        with _reading(acted=False):
            return receipt_report(newest)

    def hint(self, request: NotificationRequest) -> Hint:
        """Read a notification."""
        return read_hint(request)

    @within(CALL_SECONDS)
    def since(self, begin: datetime, cursor: str | None = None) -> Page:
        """Return one page of the payments made since a time, then of the refunds.

        YooKassa lists the newest first and has no other order: only within a page the oldest come first.
        """
        with _reading(acted=False):
            return page_since(self._client, self.account, begin, cursor)

    def stop_renewal(self, payer: int, first_payment_id: str) -> None:
        """Do nothing: YooKassa charges only when it is asked to."""

    @within(CALL_SECONDS)
    def probe(self) -> Verdict:
        """Check shop id and secret key."""
        found = self._client.get("me")
        with _reading(acted=False):
            return verdict(found)

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    @cached_property
    def _requests(self) -> "Requests":
        """The writer of requests, made on first use: the payment webhook only reads, and needs no locale files."""
        from vpnbot.localization.messages import Messages
        from vpnbot.providers.yookassa.requests import Requests

        return Requests(self._shop, self._receipts, Messages())

    def _check_request(self, account: str, sent_at: datetime | None) -> None:
        """Check before money moves that account and idempotence key are still the right ones."""
        if account and account != self.account:
            raise OtherAccount("yookassa_shop_id", f"the order belongs to shop {account}, not to {self.account}")
        if sent_at is not None and self._clock() - sent_at > KEY_LIFE:
            raise ProviderUnavailable("the idempotence key is too old to be used again", unknown=True, down=False)

    def _begun(self, made: Mapping[str, Any], order: Order) -> Begun:
        report = self._ours(made, order)
        if report.state is ReportedState.CANCELED:
            raise ProviderRejected(report.reason, "YooKassa: the payment for this key is canceled")
        link = confirmation_link(made)
        if not link and report.state is ReportedState.PENDING:
            raise ProviderUnavailable("YooKassa's answer: no link to the page", unknown=True)
        made_at = report.made_at or self._clock()
        return Begun(report.payment_id, link or order.return_to, made_at + PENDING_LIFE)

    def _ours(self, made: Mapping[str, Any], order: Order) -> PaymentReport:
        """Return the report of a payment that was just made, and check that it is the one for this order."""
        with _reading(acted=True):
            report = payment_report(made, self.account)
        if (report.order, report.money, report.account) != (order.id, order.price, self.account):
            raise ProviderUnavailable("YooKassa answered with another payment", unknown=True)
        return report

    def _made(self, order: Order, body: bytes) -> Mapping[str, Any]:
        """Make a payment, or return the one that was made with this key before."""
        try:
            return self._client.post(PAYMENTS, body, order.idempotence_key)
        except KeyDuplicated:
            return self._made_before(order)
        except UnknownPayment as error:
            raise ApiRejected(_NOT_FOUND, "") from error

    def _refunded_before(self, refund: Refund) -> RefundReport:
        """Return the refund that an earlier request with the same key has made: the newest of this amount."""
        earliest = refund.asked_at - CLOCK_DIFFERENCE
        for report in reversed(self.find_refunds(refund.payment_id)):
            if report.money == refund.money and _made_at(report) >= earliest:
                return report
        raise ProviderUnavailable("YooKassa has used this key, and lists no refund for it", unknown=True, down=False)

    def _made_before(self, order: Order) -> Mapping[str, Any]:
        """Return the payment that an earlier request with the same key has made: a pending one, or the newest."""
        rows = list(rows_of(self._client, order))
        pending = (row for row in rows if row.get("status") == "pending")
        found: Mapping[str, Any] | None = next(pending, next(iter(rows), None))
        if found is None:
            raise ProviderUnavailable(
                "YooKassa has used this key, and lists no payment for it", unknown=True, down=False
            )
        return found


@contextmanager
def _reading(*, acted: bool) -> Iterator[None]:
    """Translate an answer that cannot be read; `acted`: the request has had an effect all the same."""
    try:
        yield
    except Unreadable as error:
        raise ProviderUnavailable(f"YooKassa's answer: {error}", unknown=acted) from None


def _made_at(report: PaymentReport | RefundReport) -> datetime:
    return report.made_at or datetime.min.replace(tzinfo=UTC)
