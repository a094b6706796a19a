"""Payments by people: the pre-checkout query, its answer within 10 seconds, and the charge.

The bot has 10 seconds of virtual time from the moment at which Telegram sends the query (Bot API,
answerPreCheckoutQuery); without an answer the person's app shows BOT_PRECHECKOUT_TIMEOUT, and nothing is charged.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from local.telegram.accounts import Account
from local.telegram.errors import bad_request
from local.telegram.invoices import Invoice
from local.telegram.payment_faults import PaymentFault
from local.telegram.star_payments import AddUpdate, StarPayments
from local.telegram.star_subscriptions import Subscriptions

ANSWER_WINDOW = timedelta(seconds=10)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class CheckoutState(StrEnum):
    """WAITING: for the bot's answer. DECLINED: the bot has rejected it. TIMED_OUT: the bot has not answered."""

    WAITING = "waiting"
    PAID = "paid"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"


class BalanceTooLow(Exception):
    """The person has too few Stars; the bot hears nothing."""


@dataclass(slots=True)
class Checkout:
    """One attempt to pay.

    `error` is the bot's text if it declined, `charge` the id of the charge once it is paid. A payment with the fault
    `payment_early` is paid before it is `answered`.
    """

    id: str
    account: Account
    invoice: Invoice
    asked_at: datetime
    state: CheckoutState = CheckoutState.WAITING
    error: str = ""
    charge: str = ""
    answered: bool = False
    update_id: int | None = None


class Checkouts:
    """All attempts to pay."""

    def __init__(self, payments: StarPayments, subscriptions: Subscriptions, add_update: AddUpdate) -> None:
        self._payments = payments
        self._subscriptions = subscriptions
        self._add_update = add_update
        self._all: dict[str, Checkout] = {}

    def begin(self, account: Account, invoice: Invoice) -> Checkout:
        """Press *Pay* on the payment sheet: the bot is asked.

        Raises:
            BalanceTooLow: the person has too few Stars.
        """
        faults, charged = self._payments.faults, self._payments.as_charged(invoice)
        if self._payments.ledger.balance_of(account.user_id) < charged.amount:
            raise BalanceTooLow
        checkout = Checkout(str(secrets.randbits(62)), account, charged, self._payments.conversations.now())
        self._all[checkout.id] = checkout
        times = 2 if faults.happens(PaymentFault.CHECKOUT_TWICE) else 1
        for _ in range(0 if faults.happens(PaymentFault.CHECKOUT_LOST) else times):
            checkout.update_id = self._add_update("pre_checkout_query", account.user_id, _query(checkout))
        if faults.happens(PaymentFault.PAYMENT_EARLY):
            self._pay(checkout)
        return checkout

    def find(self, checkout_id: str) -> Checkout | None:
        """Return an attempt as it is now."""
        self.tick()
        return self._all.get(checkout_id)

    def answer(self, checkout_id: str, *, ok: bool, error: str) -> None:
        """Answer a pre-checkout query, as the bot; raise Telegram's 400 if it is too late, or answered before."""
        self.tick()
        checkout = self._all.get(checkout_id)
        if (
            checkout is None
            or checkout.answered
            or checkout.state in {CheckoutState.DECLINED, CheckoutState.TIMED_OUT}
        ):
            raise bad_request(TOO_OLD)
        if not ok and not error:
            raise bad_request("error message must be non-empty")
        checkout.answered = True
        if checkout.state is CheckoutState.PAID:
            return
        if self._payments.faults.happens(PaymentFault.CHECKOUT_TOO_LATE):
            checkout.state = CheckoutState.TIMED_OUT
            raise bad_request(TOO_OLD)
        if ok:
            self._pay(checkout)
        else:
            checkout.state, checkout.error = CheckoutState.DECLINED, error

    def tick(self) -> None:
        """End the attempts that the bot has not answered in time."""
        now = self._payments.conversations.now()
        for checkout in self._all.values():
            if checkout.state is CheckoutState.WAITING and now - checkout.asked_at > ANSWER_WINDOW:
                checkout.state = CheckoutState.TIMED_OUT

    def _pay(self, checkout: Checkout) -> None:
        checkout.state = CheckoutState.PAID
        charge = self._subscriptions.begin if checkout.invoice.period else self._payments.charge
        checkout.charge = charge(checkout.account, checkout.invoice)


def _query(checkout: Checkout) -> dict[str, object]:
    return {
        "id": checkout.id,
        "from": checkout.account.as_user(),
        "currency": "XTR",
        "total_amount": checkout.invoice.amount,
        "invoice_payload": checkout.invoice.payload,
    }
