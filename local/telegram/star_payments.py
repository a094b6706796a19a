"""Moves Stars, and tells the bot: payments and refunds with their service messages and updates.

Updates live 24 hours (Client.cpp): what happened longer ago is never delivered. The message about a refund is from
the bot itself.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from local.telegram.accounts import Account
from local.telegram.conversation import Conversations
from local.telegram.invoices import Invoice
from local.telegram.payment_faults import PaymentFault, PaymentFaults
from local.telegram.star_ledger import StarLedger, Transaction
from local.telegram.updates import LIFE, UpdateKind

type AddUpdate = Callable[[UpdateKind, int, dict[str, object]], int | None]


@dataclass(frozen=True, slots=True)
class _Late:
    """A message about a payment that a fault delays until `due`."""

    due: datetime
    user_id: int
    payload: dict[str, object]
    paid_at: datetime


class StarPayments:
    """The payments of one bot."""

    def __init__(
        self, conversations: Conversations, ledger: StarLedger, faults: PaymentFaults, add_update: AddUpdate
    ) -> None:
        self.conversations = conversations
        self.ledger = ledger
        self.faults = faults
        self._add_update = add_update
        self._late: list[_Late] = []

    @property
    def next_at(self) -> datetime | None:
        """When the next update that was delayed is delivered."""
        return min((late.due for late in self._late), default=None)

    def as_charged(self, invoice: Invoice) -> Invoice:
        """Return the invoice as it is charged: the same, or with an ordered fault."""
        amount, payload = self.faults.take(PaymentFault.OTHER_AMOUNT), self.faults.take(PaymentFault.OTHER_PAYLOAD)
        changed = invoice if amount is None else replace(invoice, amount=int(amount))
        return changed if payload is None else replace(changed, payload=payload)

    def charge(
        self,
        account: Account,
        invoice: Invoice,
        *,
        at: datetime | None = None,
        charge_id: str | None = None,
        marks: dict[str, object] | None = None,
    ) -> str:
        """Take the Stars of an invoice and tell the bot; return the id of the charge.

        `at` is when it was paid, if not now. `marks` are the fields of a payment for a subscription.
        """
        paid_at, charge = at or self.conversations.now(), charge_id or new_charge_id()
        self.ledger.pay(charge, account, invoice, paid_at)
        fields: dict[str, object] = {
            "currency": "XTR",
            "total_amount": invoice.amount,
            "invoice_payload": invoice.payload,
            **(marks or {}),
            "telegram_payment_charge_id": charge,
            "provider_payment_charge_id": "",
        }
        self._tell(account, "successful_payment", fields, paid_at)
        return charge

    def refund(self, account: Account, payment: Transaction, *, told: bool) -> None:
        """Send a payment back; `told`: with the service message."""
        now = self.conversations.now()
        self.ledger.refund(account, payment, now)
        if told:
            self.tell_refund(account, payment.id, payment.amount, payment.partner.get("invoice_payload"))

    def tell_refund(self, account: Account, charge: str, amount: int, payload: object) -> None:
        """Tell the bot about a refund, also about one that never happened."""
        fields: dict[str, object] = {
            "currency": "XTR",
            "total_amount": amount,
            "invoice_payload": payload,
            "telegram_payment_charge_id": charge,
        }
        times = 2 if self.faults.happens(PaymentFault.REFUND_TWICE) else 1
        message = self.conversations.add_service(account.user_id, {"refunded_payment": fields}, from_bot=True)
        for _ in range(times):
            self._add_update("message", account.user_id, self.conversations.message_json(message))

    def tell_subscription(self, account: Account, payload: str, state: str) -> None:
        """Tell the bot about a change of a subscription, also about one that it does not know."""
        changed: dict[str, object] = {"user": account.as_user(), "invoice_payload": payload, "state": state}
        self._add_update("subscription", account.user_id, changed)

    def tick(self) -> None:
        """Deliver what was delayed until now."""
        now = self.conversations.now()
        due = [late for late in self._late if late.due <= now]
        self._late = [late for late in self._late if late.due > now]
        for late in due:
            self._deliver(late.user_id, late.payload, late.paid_at)

    def _tell(self, account: Account, kind: str, fields: dict[str, object], at: datetime) -> None:
        message = self.conversations.add_service(account.user_id, {kind: fields}, from_bot=False, sent_at=at)
        payload, now = self.conversations.message_json(message), self.conversations.now()
        if self.faults.happens(PaymentFault.PAYMENT_LOST):
            return
        seconds = self.faults.take(PaymentFault.PAYMENT_LATE)
        if seconds is not None:
            self._late.append(_Late(now + timedelta(seconds=int(seconds)), account.user_id, payload, at))
            return
        for _ in range(2 if self.faults.happens(PaymentFault.PAYMENT_TWICE) else 1):
            self._deliver(account.user_id, payload, at)

    def _deliver(self, user_id: int, payload: dict[str, object], at: datetime) -> None:
        if self.conversations.now() - at <= LIFE["message"]:
            self._add_update("message", user_id, payload)


def new_charge_id() -> str:
    """Return a new id; Telegram's have about this length."""
    return f"stx{secrets.token_urlsafe(48)}"
