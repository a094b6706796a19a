"""One shop at the fake YooKassa: its payments, refunds, receipts and saved methods, in virtual time."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from local.yookassa import checks
from local.yookassa.cards import CARDS
from local.yookassa.errors import ApiError, forbidden, invalid
from local.yookassa.faults import FaultKind, Faults
from local.yookassa.objects import Event, Json, Method, Payment, Receipt, Refund
from vpnbot.domain.money import Money

PENDING_LIFE = timedelta(hours=1)
KEY_LIFE = timedelta(hours=24)
RECEIPT_TIME = timedelta(minutes=1)
CARD_LIMIT_MINOR = 35_000_000


@dataclass(frozen=True, slots=True)
class _UsedKey:
    body: str
    made_at: datetime
    about: Payment | Refund


class Shop:
    """Does what the API and the payment page ask for; `events` collects what the shop has to be notified of.

    `test`: a test shop, which has cards and YooMoney only. `autopayments`: YooKassa's manager has enabled them.
    `fiscal`: receipts are made, with `email_only` those of YooKassa, which are sent by e-mail alone.
    """

    def __init__(self, now: Callable[[], datetime], faults: Faults, *, shop_id: str, secret_key: str) -> None:
        self.shop_id = shop_id
        self.secret_key = secret_key
        self.test = True
        self.autopayments = True
        self.fiscal = False
        self.email_only = True
        self.page_root = ""
        self.payments: dict[str, Payment] = {}
        self.refunds: dict[str, Refund] = {}
        self.receipts: dict[str, Receipt] = {}
        self.methods: dict[str, Method] = {}
        self.events: list[Event] = []
        self._now = now
        self._faults = faults
        self._keys: dict[str, _UsedKey] = {}

    def settle(self) -> None:
        """Apply everything that time has brought: expiry, charges, refunds and receipts that were on their way."""
        now = self._now()
        self._keys = {name: used for name, used in self._keys.items() if now - used.made_at < KEY_LIFE}
        for payment in self.payments.values():
            if payment.state != "pending":
                continue
            if payment.decides_at is not None and payment.decides_at <= now:
                self._decide(payment, payment.decides_as)
            elif payment.expires_at is not None and payment.expires_at <= now:
                self._cancel(payment, "expired_on_confirmation")
        for refund in self.refunds.values():
            if refund.state == "pending" and refund.ends_at <= now:
                self._end_refund(refund)
        for receipt in self.receipts.values():
            if receipt.state == "pending" and receipt.ends_at <= now:
                receipt.state = receipt.ends_as

    @property
    def next_at(self) -> datetime | None:
        """When a payment, a refund or a receipt that is on its way ends; None if there is none."""
        payments = [payment for payment in self.payments.values() if payment.state == "pending"]
        moments = [payment.decides_at or payment.expires_at for payment in payments]
        moments += [refund.ends_at for refund in self.refunds.values() if refund.state == "pending"]
        moments += [receipt.ends_at for receipt in self.receipts.values() if receipt.state == "pending"]
        return min(filter(None, moments), default=None)

    def make_payment(self, body: Mapping[str, Any], key: str) -> Payment:
        """Make a payment, or return the one that this key has made."""
        made = self._made_with(key, body)
        if isinstance(made, Payment):
            return made
        money = checks.payment(body, fiscal=self.fiscal, email_only=self.email_only)
        method = self._asked_method(body)
        saves = bool(body.get("save_payment_method"))
        if saves and (not self.autopayments or self._faults.take(FaultKind.SAVING_FORBIDDEN)):
            raise forbidden("Forbidden to save payment method")
        now = self._now()
        expires = None if self._faults.take(FaultKind.NEVER_EXPIRES) else now + PENDING_LIFE
        payment = Payment(str(uuid4()), self.shop_id, money, now, expires, dict(body), self.test)
        self.payments[payment.id] = payment
        self._keys[key] = _UsedKey(_digest(body), now, payment)
        if method is None:
            payment.page = f"{self.page_root}/pay/{payment.id}"
        else:
            self._charge(payment, method)
        return payment

    def make_refund(self, body: Mapping[str, Any], key: str) -> Refund:
        """Make a refund, or return the one that this key has made."""
        made = self._made_with(key, body)
        if isinstance(made, Refund):
            return made
        payment = self.payments.get(str(body.get("payment_id")))
        if payment is None:
            raise checks.no_such("Payment")
        if payment.state != "succeeded":
            raise invalid("payment_id", "The payment is not paid")
        money = checks.refund(
            body, payment.money, self._left_minor(payment), fiscal=self.fiscal, email_only=self.email_only
        )
        refund = self._refund(payment, money, str(body.get("description", "")))
        self._keys[key] = _UsedKey(_digest(body), self._now(), refund)
        return refund

    def undo(self, made: Payment | Refund) -> None:
        """Remove what a request has made, as if it had not come."""
        self._keys = {key: used for key, used in self._keys.items() if used.about is not made}
        self.payments.pop(made.id, None)
        self.refunds.pop(made.id, None)
        self.events = [event for event in self.events if event.about.get("id") != made.id]

    def refund_in_cabinet(self, payment_id: str, money: Money | None = None, *, told: bool = True) -> Refund:
        """Send money back as an operator does in YooKassa's cabinet, all that is left or a part."""
        payment = self.payments[payment_id]
        refund = self._refund(payment, money or Money(self._left_minor(payment), payment.money.currency), "")
        if not told:
            self.events = [event for event in self.events if event.about.get("id") != refund.id]
        return refund

    def pay_by_card(self, payment_id: str, number: str) -> Payment:
        """Pay a pending payment with a test card.

        Raises:
            ApiError: it cannot be paid any more, or YooKassa does not know the card in a test shop.
        """
        payment = self._payable(payment_id)
        card = CARDS.get(number.replace(" ", ""))
        if card is None:
            raise invalid("card", "Only the test cards work here")
        if payment.money.amount_minor > CARD_LIMIT_MINOR:
            raise invalid("amount", "A card pays at most 350,000 roubles")
        shown: Json = {"first6": card.number[:6], "last4": card.last4, "card_type": card.kind, "issuer_country": "RU"}
        shown |= {"expiry_year": "2031", "expiry_month": "12"}
        return self._paid(payment, Method(payment.id, "bank_card", card=shown), card.reason)

    def pay_by_method(self, payment_id: str, name: str) -> Payment:
        """Pay a pending payment with `yoo_money` or `sbp`, or with a saved method by its id.

        Raises:
            ApiError: it cannot be paid any more, or in this way.
        """
        payment = self._payable(payment_id)
        saved = self.methods.get(name)
        if saved is not None and saved.owner == payment.asked.get("merchant_customer_id"):
            return self._paid(payment, saved, "")
        if name == "yoo_money" or (name == "sbp" and not self.test):
            return self._paid(payment, Method(payment.id, name), "")
        raise invalid("payment_method", "This way is not available")

    def decline(self, payment_id: str, reason: str) -> Payment:
        """Cancel a pending payment with a reason, as if its payer had met it on the page."""
        payment = self._payable(payment_id)
        self._cancel(payment, reason)
        return payment

    def forget_method(self, method_id: str) -> None:
        """Remove a saved method, so that a charge finds none."""
        del self.methods[method_id]

    def saved_for(self, payment: Payment) -> list[Method]:
        """Return the saved methods that the page offers to the payer."""
        owner = payment.asked.get("merchant_customer_id")
        return [method for method in self.methods.values() if owner and method.owner == owner]

    def _made_with(self, key: str, body: Mapping[str, Any]) -> Payment | Refund | None:
        used = self._keys.get(key)
        if used is not None and used.body != _digest(body):
            raise ApiError(400, "invalid_request", "Idempotence key duplicated", "Idempotence-Key")
        return used.about if used else None

    def _asked_method(self, body: Mapping[str, Any]) -> Method | None:
        if "payment_method_id" not in body:
            return None
        if not self.autopayments:
            raise forbidden("This store can't make recurring payments")
        method = self.methods.get(str(body["payment_method_id"]))
        if method is None:
            raise invalid("payment_method_id", "Payment method doesn't exist")
        return method

    def _charge(self, payment: Payment, method: Method) -> None:
        payment.method = method
        declined = self._faults.take(FaultKind.DECLINED)
        reason = declined.reason if declined else ""
        slow = self._faults.take(FaultKind.CHARGE_TAKES)
        if slow:
            payment.expires_at = None
            payment.decides_at, payment.decides_as = self._now() + slow.after, reason
        else:
            self._decide(payment, reason)

    def _decide(self, payment: Payment, reason: str) -> None:
        if reason:
            self._cancel(payment, reason)
        else:
            self._succeed(payment)

    def _payable(self, payment_id: str) -> Payment:
        self.settle()
        payment = self.payments.get(payment_id)
        if payment is None:
            raise checks.no_such("Payment")
        if payment.state != "pending" or not payment.page:
            raise invalid("payment_id", "The payment cannot be paid any more")
        return payment

    def _paid(self, payment: Payment, method: Method, reason: str) -> Payment:
        payment.method = method
        if not reason and self._faults.take(FaultKind.PAGE_LIES):
            self._cancel(payment, "general_decline")
            return replace(payment, state="succeeded", reason=None)
        if not reason and payment.asked.get("save_payment_method"):
            method.saved, method.owner = True, str(payment.asked.get("merchant_customer_id", ""))
            self.methods[method.id] = method
        self._decide(payment, reason)
        if not reason and self._faults.take(FaultKind.PAID_TWICE):
            second = replace(payment, id=str(uuid4()), made_at=self._now(), state="pending", receipt=None)
            self.payments[second.id] = second
            self._succeed(second)
        return payment

    def _succeed(self, payment: Payment) -> None:
        if payment.asked.get("capture") is not True:
            payment.state = "waiting_for_capture"
            self.events.append(Event("payment.waiting_for_capture", payment.as_json()))
            return
        payment.state, payment.captured_at = "succeeded", self._now()
        payment.receipt = self._receipt(payment.asked, payment.id, "")
        self.events.append(Event("payment.succeeded", payment.as_json()))

    def _cancel(self, payment: Payment, reason: str) -> None:
        payment.state, payment.reason = "canceled", (_party(reason), reason)
        self.events.append(Event("payment.canceled", payment.as_json()))

    def _refund(self, payment: Payment, money: Money, description: str) -> Refund:
        now = self._now()
        slow = self._faults.take(FaultKind.REFUND_TAKES)
        refund = Refund(str(uuid4()), payment.id, money, now, now + slow.after if slow else now)
        refund.description, refund.fails_because = description, slow.reason if slow else ""
        payment.refunded_minor += money.amount_minor
        self.refunds[refund.id] = refund
        if slow is None:
            self._end_refund(refund)
        return refund

    def _end_refund(self, refund: Refund) -> None:
        payment = self.payments[refund.payment_id]
        if refund.fails_because:  # YooKassa sends no notification of a refund that fails
            refund.state = "canceled"
            payment.refunded_minor -= refund.money.amount_minor
            return
        refund.state = "succeeded"
        refund.receipt = self._receipt(payment.asked, payment.id, refund.id)
        self.events.append(Event("refund.succeeded", refund.as_json()))

    def _left_minor(self, payment: Payment) -> int:
        return payment.money.amount_minor - payment.refunded_minor

    def _receipt(self, asked: Json, payment_id: str, refund_id: str) -> Receipt | None:
        if not self.fiscal or "receipt" not in asked:
            return None
        slow, canceled = self._faults.take(FaultKind.RECEIPT_TAKES), self._faults.take(FaultKind.RECEIPT_CANCELED)
        now = self._now()
        receipt = Receipt(f"rt-{uuid4()}", payment_id, refund_id, now, now + (slow.after if slow else RECEIPT_TIME))
        receipt.ends_as = "canceled" if canceled else "succeeded"
        self.receipts[receipt.id] = receipt
        return receipt


def _party(reason: str) -> str:
    ours = {"country_forbidden", "expired_on_confirmation", "fraud_suspected", "permission_revoked"}
    return "yoo_money" if reason in ours else "payment_network"


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(repr(sorted(body.items())).encode()).hexdigest()
