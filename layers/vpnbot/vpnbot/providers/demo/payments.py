"""The payments, refunds and saved methods of the demo provider, kept apart from the people's items.

Like a real provider, it knows only what a call has sent, and what was done on its page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.reports import ReportedState

LIFE = timedelta(hours=1)
"""How long a payment can be paid."""
EXPIRED = "expired_on_confirmation"
_PARTITION = "DEMO_PAYMENTS"


class KeyValueStore(Protocol):
    """The store of the provider's items, by partition and key."""

    def get(self, partition: str, key: str) -> Mapping[str, Any] | None: ...

    def list(self, partition: str, prefix: str) -> Mapping[str, Mapping[str, Any]]: ...

    def put(self, partition: str, key: str, body: Mapping[str, Any]) -> None: ...

    def remove(self, partition: str, key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class DemoPayment:
    """One payment; times are in ISO 8601. `pays_at`: it counts as paid from then on. `reason`: it was declined.

    `plan`, `seconds` and `language` are what the page shows. `paid_minor` is what was paid; it may differ from the
    price `amount_minor`. `saves`: the page proposes to save the method. `method_id` is the method that was saved.
    """

    id: str
    order: str
    person: str
    amount_minor: int
    currency: str
    plan: str
    seconds: int
    language: str
    made_at: str
    saves: bool = False
    pays_at: str = ""
    paid_minor: int = 0
    reason: str = ""
    method_id: str = ""

    @classmethod
    def of(cls, order: Order, now: datetime) -> "DemoPayment":
        """Return the payment for an order, as it is made; the same order has the same payment."""
        titles = order.offer.plan.titles
        return cls(
            id=payment_id(order),
            order=order.id,
            person=order.person,
            amount_minor=order.price.amount_minor,
            currency=order.price.currency,
            plan=titles.get(order.language) or next(iter(titles.values()), order.offer.plan.id),
            seconds=int(order.offer.duration.total_seconds()),
            language=order.language,
            made_at=now.isoformat(),
            saves=order.renewal_agreed,
        )

    @property
    def price(self) -> Money:
        """What was to be paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def money(self) -> Money:
        """What was paid; the price, as long as nothing was."""
        return Money(self.paid_minor or self.amount_minor, self.currency)

    @property
    def smaller(self) -> Money | None:
        """The price less one rouble, star or dollar; less a smallest unit if that is all there is, or None."""
        unit = 10**self.price.decimals
        step = unit if self.amount_minor > unit else 1
        return Money(self.amount_minor - step, self.currency) if self.amount_minor > step else None

    @property
    def paid_at(self) -> datetime | None:
        """When it is or will be paid; None: that is open."""
        return datetime.fromisoformat(self.pays_at) if self.pays_at else None

    @property
    def ends_at(self) -> datetime:
        """Until when it can be paid."""
        return datetime.fromisoformat(self.made_at) + LIFE

    def state(self, now: datetime) -> ReportedState:
        """Return the state as of `now`."""
        if self.paid_at is not None:
            return ReportedState.SUCCEEDED if self.paid_at <= now else ReportedState.PENDING
        return ReportedState.CANCELED if self.reason or now >= self.ends_at else ReportedState.PENDING

    def can_be_paid(self, now: datetime) -> bool:
        """Tell whether the page offers to pay it."""
        return self.paid_at is None and self.state(now) is ReportedState.PENDING

    def paid(self, at: datetime, money: Money, *, saved: bool) -> "DemoPayment":
        """Return this payment paid at a time, with a method that may be charged again if it is `saved`."""
        method = f"demo-method-{self.order}" if saved else ""
        return replace(self, pays_at=at.isoformat(), paid_minor=money.amount_minor, method_id=method)


@dataclass(frozen=True, slots=True)
class DemoRefund:
    """One refund, done at once."""

    id: str
    payment_id: str
    amount_minor: int
    currency: str
    made_at: str

    @property
    def money(self) -> Money:
        """What was sent back."""
        return Money(self.amount_minor, self.currency)


class DemoPayments:
    """All payments and refunds of the demo provider. Each call may raise StorageUnavailable."""

    def __init__(self, store: KeyValueStore) -> None:
        self._store = store

    def get(self, payment_id: str) -> DemoPayment | None:
        """Return a payment."""
        body = self._store.get(_PARTITION, f"PAY#{payment_id}")
        return None if body is None else _payment(body)

    def put(self, payment: DemoPayment) -> None:
        """Store a payment."""
        self._store.put(_PARTITION, f"PAY#{payment.id}", asdict(payment))

    def of_order(self, order_id: str) -> Sequence[DemoPayment]:
        """Return the payments of an order, in the order in which they were made."""
        return self._listed(f"PAY#{_prefix(order_id)}")

    def all(self) -> Sequence[DemoPayment]:
        """Return all payments; the ids of orders begin with the time, so they come in its order."""
        return self._listed("PAY#")

    def has_method(self, method_id: str) -> bool:
        """Tell whether a method was saved with some payment."""
        order_id = method_id.removeprefix("demo-method-")
        return any(payment.method_id == method_id for payment in self.of_order(order_id))

    def refund(self, refund_id: str) -> DemoRefund | None:
        """Return a refund."""
        return next((refund for refund in self.refunds() if refund.id == refund_id), None)

    def refunds(self, payment_id: str | None = None) -> Sequence[DemoRefund]:
        """Return the refunds of a payment, or all."""
        prefix = "REFUND#" if payment_id is None else f"REFUND#{payment_id}#"
        return [_refund(body) for body in self._store.list(_PARTITION, prefix).values()]

    def put_refund(self, refund: DemoRefund) -> None:
        """Store a refund."""
        self._store.put(_PARTITION, f"REFUND#{refund.payment_id}#{refund.id}", asdict(refund))

    def _listed(self, prefix: str) -> Sequence[DemoPayment]:
        return [_payment(body) for body in self._store.list(_PARTITION, prefix).values()]


def payment_id(order: Order) -> str:
    """Return the id of the payment that a request with the present key of an order makes."""
    return f"{_prefix(order.id)}{order.attempt:03}"


def second_id(payment: DemoPayment) -> str:
    """Return the id of a second payment through the same link."""
    return f"{payment.id}-again"


def _prefix(order_id: str) -> str:
    return f"demo-{order_id}-"


def _payment(body: Mapping[str, Any]) -> DemoPayment:
    numbers = {name: int(body[name]) for name in ("amount_minor", "seconds", "paid_minor")}
    return DemoPayment(**{**body, **numbers})


def _refund(body: Mapping[str, Any]) -> DemoRefund:
    return DemoRefund(**{**body, "amount_minor": int(body["amount_minor"])})
