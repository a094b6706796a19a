"""Orders: what a person wants to buy, and the payments for it.

created ──▶ awaiting ──▶ paid ──▶ refunded
   └──▶ cancelled, ended ──(money arrives all the same)──▶ paid
any ──(money that no rule can grant)──▶ held ──▶ paid | refunded

The order follows the money: nothing that was decided before keeps a genuine payment from being granted or held.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.scheduling import Due


class OrderStatus(StrEnum):
    """The state of an order.

    ENDED: declined, or not paid in time. REFUNDED: all of its money was sent back. An order of which a part was sent
    back is PAID.
    """

    CREATED = "created"
    AWAITING = "awaiting"
    PAID = "paid"
    CANCELLED = "cancelled"
    ENDED = "ended"
    HELD = "held"
    REFUNDED = "refunded"


UNPAID = frozenset({OrderStatus.CANCELLED, OrderStatus.ENDED})
OPEN = frozenset({OrderStatus.CREATED, OrderStatus.AWAITING})


class OrderKind(StrEnum):
    """PURCHASE: a person buys. RENEWAL: a charge that the person has agreed to in advance. GIFT: for another one."""

    PURCHASE = "purchase"
    RENEWAL = "renewal"
    GIFT = "gift"


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a person.

    `person` is the id of the buyer, `account` that of the account at the provider. What is sent to the provider is
    made from the order alone: `contact` is the address for the receipt, `language` that of the description,
    `return_to` where the payment page leads back.
    `attempt` is the number of the idempotence key; it grows only when no request with the present key may have had an
    effect. `sent_at` is when a request with this key was first sent; None: it was not. `renewal_agreed`: the buyer
    agreed to automatic renewal with this purchase. `promised_until` is the end that the confirmation showed, None: a
    gift. `reason` says why it ended, see `declines.py`. `renewals` counts the orders that charges by the provider
    have made from this one, `refunds` its refunds. `course` is that of the subscription for which a renewal charges;
    None: a purchase, or a charge of the provider without us. `waits_since` is when the provider did not work;
    its person is notified when it works again. `origin` is the correlation id of the update with which it was placed.
    While it is `due`, the provider has not said what became of it, or an
    operator has to decide.
    """

    id: str
    kind: OrderKind
    offer: Offer
    provider: str
    person: str
    placed_at: datetime
    status: OrderStatus = OrderStatus.CREATED
    account: str = ""
    language: str = ""
    contact: str | None = None
    return_to: str = ""
    attempt: int = 1
    sent_at: datetime | None = None
    payments: tuple[Payment, ...] = ()
    closed_at: datetime | None = None
    promised_until: datetime | None = None
    renewal_agreed: bool = False
    reason: str = ""
    renewals: int = 0
    refunds: int = 0
    course: int | None = None
    waits_since: datetime | None = None
    origin: str = ""
    due: Due | None = None

    @property
    def price(self) -> Money:
        """What the buyer is asked to pay."""
        return self.offer.price

    @property
    def open(self) -> bool:
        """Whether it waits for its payment."""
        return self.status in OPEN

    @property
    def archived(self) -> bool:
        """Whether nothing more is due, so that it is stored in the person's second partition."""
        return not self.open and self.due is None

    @property
    def keeps_use(self) -> bool:
        """Whether it keeps the use of its discount: it may still be paid, and no payment of it was granted."""
        granted = any(payment.state is PaymentState.CREDITED for payment in self.payments)
        return bool(self.offer.discount) and not self.archived and not granted

    @property
    def pending(self) -> Payment | None:
        """The payment that the provider made last, as long as it is not paid and not canceled."""
        return next((p for p in reversed(self.payments) if p.state is PaymentState.PENDING), None)

    @property
    def saving_refused(self) -> bool:
        """Whether the provider has refused to save the method of this purchase, so that it was asked for without."""
        return self.kind is OrderKind.PURCHASE and self.attempt > 1

    @property
    def idempotence_key(self) -> str:
        """The key of a request that makes the payment: at most 64 characters."""
        return f"{self.id}-{self.attempt}"

    def payment(self, payment_id: str) -> Payment | None:
        """Return the payment with the provider's id; None if the order has no such payment."""
        return next((payment for payment in self.payments if payment.id == payment_id), None)

    def with_payment(self, payment: Payment) -> "Order":
        """Return this order with a payment added, or replaced if it has one with the same id."""
        others = tuple(known for known in self.payments if known.id != payment.id)
        return replace(self, payments=(*others, payment))

    def paid_money(self) -> Iterable[Payment]:
        """Yield the payments whose money is here."""
        return (payment for payment in self.payments if payment.here)
