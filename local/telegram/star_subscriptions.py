"""Subscriptions in Stars: Telegram charges for them every 30 days until the person or the bot cancels them.

A bot cancels with the charge of the first payment; the person can then not resume once the period is over (MTProto,
payments.botCancelStarsSubscription). How often Telegram tries a payment that fails is not documented: here, once.
"""

from dataclasses import dataclass
from datetime import datetime

from local.telegram.accounts import Account
from local.telegram.invoices import PERIOD, Invoice
from local.telegram.payment_faults import PaymentFault
from local.telegram.star_payments import StarPayments, new_charge_id


@dataclass(slots=True)
class Subscription:
    """One person's subscription; `expires_at` is when the paid time ends and Telegram charges again."""

    account: Account
    invoice: Invoice
    first_charge: str
    expires_at: datetime
    canceled: bool = False
    canceled_by_bot: bool = False
    failed: bool = False

    @property
    def renews(self) -> bool:
        """Whether Telegram will charge again."""
        return not (self.canceled or self.canceled_by_bot or self.failed)


class Subscriptions:
    """All subscriptions of the bot; a person may have several at once."""

    def __init__(self, payments: StarPayments) -> None:
        self._payments = payments
        self._all: list[Subscription] = []

    @property
    def next_at(self) -> datetime | None:
        """When the next renewal is charged."""
        return min((known.expires_at for known in self._all if self._charges(known)), default=None)

    def of(self, user_id: int) -> list[Subscription]:
        """Return a person's subscriptions, the oldest first."""
        return [known for known in self._all if known.account.user_id == user_id]

    def find(self, user_id: int, first_charge: str) -> Subscription | None:
        """Return a subscription by the charge of its first payment."""
        return next((known for known in self.of(user_id) if known.first_charge == first_charge), None)

    def begin(self, account: Account, invoice: Invoice) -> str:
        """Charge for the first period; return the id of the charge."""
        expires_at = self._payments.conversations.now() + PERIOD
        if self._payments.faults.happens(PaymentFault.CANCELED_EARLY):
            self._payments.tell_subscription(account, invoice.payload, "canceled")
        marks = {**_marks(expires_at), "is_first_recurring": True}
        charge = self._payments.charge(account, invoice, marks=marks)
        self._all.append(Subscription(account, invoice, charge, expires_at))
        return charge

    def cancel(self, subscription: Subscription) -> None:
        """Turn the renewal off, as the person."""
        if not subscription.canceled:
            subscription.canceled = True
            self._payments.tell_subscription(subscription.account, subscription.invoice.payload, "canceled")

    def resume(self, subscription: Subscription) -> bool:
        """Turn the renewal on again, as the person; return False if that is not possible."""
        if not self.can_resume(subscription):
            return False
        if subscription.canceled:
            subscription.canceled = False
            self._payments.tell_subscription(subscription.account, subscription.invoice.payload, "active")
        return True

    def can_resume(self, subscription: Subscription) -> bool:
        """Return whether the person may resume: the bot has not canceled it, and its time is not over."""
        over = subscription.expires_at <= self._payments.conversations.now()
        return not (subscription.canceled_by_bot or subscription.failed or over)

    def tick(self) -> None:
        """Charge for all periods that have begun, in the order of their beginnings."""
        now = self._payments.conversations.now()
        while due := [known for known in self._all if known.expires_at <= now and self._charges(known)]:
            first = min(due, key=lambda known: known.expires_at)
            if not first.renews:
                self._payments.faults.take(PaymentFault.RENEWAL_AFTER_CANCEL)
            self._renew(first)

    def _charges(self, subscription: Subscription) -> bool:
        """Return whether Telegram will charge again, also by an ordered fault."""
        after_cancel = PaymentFault.RENEWAL_AFTER_CANCEL in self._payments.faults.waiting
        return subscription.renews or (after_cancel and not subscription.failed)

    def _renew(self, subscription: Subscription) -> None:
        account, invoice, faults = subscription.account, subscription.invoice, self._payments.faults
        balance = self._payments.ledger.balance_of(account.user_id)
        if balance < invoice.amount or faults.happens(PaymentFault.RENEWAL_FAILS):
            subscription.failed = True
            self._payments.tell_subscription(account, invoice.payload, "failed")
            return
        at = subscription.expires_at
        subscription.expires_at = at + PERIOD
        unmarked = faults.happens(PaymentFault.RENEWAL_UNMARKED)
        charge = subscription.first_charge if faults.happens(PaymentFault.RENEWAL_FIRST_CHARGE) else new_charge_id()
        marks = {} if unmarked else _marks(subscription.expires_at)
        self._payments.charge(account, self._payments.as_charged(invoice), at=at, charge_id=charge, marks=marks)


def _marks(expires_at: datetime) -> dict[str, object]:
    return {"subscription_expiration_date": int(expires_at.timestamp()), "is_recurring": True}
