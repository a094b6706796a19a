"""The ports for payment providers. An adapter translates its provider's answers and errors at its own boundary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.orders.reports import PaymentReport, ReceiptReport, RefundReport


class Refunds(StrEnum):
    """What a provider can send back: nothing (an operator sends it by hand), whole payments, or any part."""

    NONE = "none"
    WHOLE = "whole"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a provider can do.

    `currencies` are those of prices, in order of preference; empty: any. `saves_methods`: `charge` works with a saved
    method. `renews_itself`: the provider charges again without us. `receipts`: it makes fiscal receipts, for which it
    needs a contact of the buyer. `idempotent`: `begin` with the same order returns the same payment. `notifies`: it
    sends notifications to `payment_webhook`. `looks`: `look` works for a payment. `limits` are the smallest and the
    largest amount of a payment by currency, in minor units, both included.
    """

    currencies: tuple[str, ...] = ()
    saves_methods: bool = False
    renews_itself: bool = False
    receipts: bool = False
    idempotent: bool = False
    notifies: bool = True
    looks: bool = True
    cancels: bool = False
    refunds: Refunds = Refunds.NONE
    limits: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that waits to be paid under `link`; `valid_until` None: the provider sets no limit."""

    payment_id: str
    link: str
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotificationRequest:
    """The HTTP request of a notification. Header names are in lower case; `source` is the address it came from.

    `request_id` is that in the access log.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class PaymentHint:
    """A notification says that a payment may have changed; it proves nothing. `order` is from the notification.

    `is_foreign`: it came from an address that is not among those that the provider publishes.
    """

    payment_id: str
    order: str | None
    person: str | None = None
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class RefundHint:
    """A notification says that a refund may have changed; it proves nothing. `is_foreign` as in PaymentHint."""

    refund_id: str
    payment_id: str | None = None
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class NoHint:
    """A notification about something that we do not use: it is answered with success, and has no effect."""


@dataclass(frozen=True, slots=True)
class Forged:
    """A notification that does not come from the provider, or is malformed: counted, without an effect."""

    reason: str


type Hint = PaymentHint | RefundHint | NoHint | Forged


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what a provider did in a time; `following` is the cursor of the next page, None after the last.

    `unreadable` says what is wrong with each entry that may be ours and cannot be read; the others are in the page.
    """

    payments: Sequence[PaymentReport] = ()
    refunds: Sequence[RefundReport] = ()
    following: str | None = None
    unreadable: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the provider says about our account. None: it does not tell. `fiscal`: the provider makes receipts."""

    account: str
    test: bool | None = None
    fiscal: bool | None = None
    enabled: bool | None = None


class PaymentProvider(Protocol):
    """One payment provider with the credentials of this deployment.

    Every call has a deadline for the whole call of at most 8 seconds. Every method may raise ProviderUnavailable,
    WrongAccount and Misconfigured. What `begin`, `charge` and `refund` send is made from their arguments alone, so
    that a repetition with the same key does not differ by a byte.
    """

    @property
    def name(self) -> str:
        """The name in causes, routes and settings, such as `yookassa`."""
        ...

    @property
    def abilities(self) -> Abilities:
        """What this provider can do."""
        ...

    @property
    def account(self) -> str:
        """The id of our account at the provider, such as the shop id or the bot id; it is not secret.

        Raises:
            Misconfigured: there are no credentials.
        """
        ...

    def begin(self, order: Order) -> Begun:
        """Make a payment for an order.

        Raises:
            ProviderRejected: the provider does not make this payment.
        """
        ...

    def look(self, payment_id: str) -> PaymentReport:
        """Return a payment as it is now.

        Raises:
            UnknownPayment: there is no such payment in this account.
        """
        ...

    def find(self, order: Order) -> Sequence[PaymentReport]:
        """Return all payments that were made for an order, by our mark in them; used after an unknown outcome."""
        ...

    def cancel(self, payment_id: str) -> bool:
        """Cancel a payment that is not paid; False if the provider cannot, or it is paid. See `Abilities.cancels`."""
        ...

    def charge(self, order: Order, method_id: str) -> PaymentReport:
        """Charge a saved method for an order; the payment may still be pending.

        Raises:
            ProviderRejected: the provider does not make this payment, for example because the method is gone.
        """
        ...

    def refund(self, refund: Refund, order: Order, payment: Payment) -> RefundReport:
        """Send money back.

        Raises:
            ProviderRejected: the provider does not send it, with its reason.
        """
        ...

    def look_refund(self, refund_id: str) -> RefundReport:
        """Return a refund as it is now.

        Raises:
            UnknownPayment: there is no such refund in this account.
        """
        ...

    def find_refunds(self, payment_id: str) -> Sequence[RefundReport]:
        """Return all refunds of a payment; used after an unknown outcome."""
        ...

    def receipt(self, payment_id: str, refund_id: str | None = None) -> ReceiptReport:
        """Return the fiscal receipt of a payment or of one of its refunds."""
        ...

    def hint(self, request: NotificationRequest) -> Hint:
        """Read a notification. Raises no error for a malformed one: it is `Forged`."""
        ...

    def since(self, begin: datetime, cursor: str | None = None) -> Page:
        """Return one page of the payments and refunds since a time, the oldest first."""
        ...

    def stop_renewal(self, payer: int, first_payment_id: str) -> None:
        """Stop the charges that the provider makes automatically; no error if they are stopped already."""
        ...

    def probe(self) -> Verdict:
        """Check the credentials, and return what the provider says about our account."""
        ...


class Providers(Protocol):
    """The payment providers of this deployment."""

    def get(self, name: str) -> PaymentProvider:
        """Return a provider behind its circuit breaker, whether or not it is offered to customers.

        While the breaker is open, calls that make a payment raise ProviderNotCalled.

        Raises:
            Misconfigured: this deployment has no provider of this name.
        """
        ...

    def without_breaker(self, name: str) -> PaymentProvider:
        """Return a provider as `get`, whose calls are neither held back by the circuit breaker nor counted."""
        ...

    def is_down(self, name: str) -> bool:
        """Tell whether the circuit breaker of a provider is open, as known up to 30 seconds ago."""
        ...

    def names(self) -> Sequence[str]:
        """Return the names of all providers with credentials."""
        ...
