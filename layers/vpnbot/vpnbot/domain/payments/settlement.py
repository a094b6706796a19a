"""What an event about money changes, ready to be committed in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.effects import Effect
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds

HELD_REMINDER = timedelta(days=1)
"""How often operators are reminded of money that they have to decide about or to send."""

MAY_BE_PAID = timedelta(days=1)
"""So long after its placement a payment may arrive for an order of which no payment is known, see `scheduled`."""

_FURTHER = "+"

CONFIRM_AFTER = timedelta(days=1)
"""So long after an update has told of a payment the provider's list must have it."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome of an event, the changed person, the ledger entry of its cause, and further effects.

    `entry` None: the event has no cause of its own in the ledger; what it changed of the person is committed.
    """

    outcome: Outcome
    after: Person
    entry: Entry | None = None
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """What has happened: its cause in the ledger, the time, who made it, and the order that it is about.

    `money` is what was paid, negative for what was paid back.
    """

    cause: str
    now: datetime
    order: Order
    actor: str = "provider"
    money: Money | None = None


def settled(
    outcome: Outcome,
    fact: Fact,
    before: Person,
    after: Person,
    effects: Iterable[Effect] = (),
    alert: AlertKind | None = None,
    **details: str,
) -> Settlement:
    """Return a settlement with the ledger entry and the alert that the rule of the outcome names.

    The entry also has the seconds of entitlement that the event added or took. `alert` replaces that of the rule;
    `details` are further arguments of the alert.
    """
    rule, order, now = RULES[outcome], fact.order, fact.now
    seconds = entitlement_seconds(after.subscription, now) - entitlement_seconds(before.subscription, now)
    entry = (
        None if rule.entry is None else Entry(fact.cause, rule.entry, now, fact.actor, order.id, fact.money, seconds)
    )
    kind = alert or rule.alert
    about = {"order": order.id, "person": before.id, "provider": order.provider, **details}
    alerts = () if kind is None else (alerted(kind, fact.cause, now, **about),)
    return Settlement(outcome, after, entry, (*effects, *alerts))


def unchanged(outcome: Outcome, person: Person) -> Settlement:
    """Return the settlement of an event that changes nothing."""
    return Settlement(outcome, person)


def scheduled(order: Order, now: datetime) -> Order:
    """Return an order due as its payments require it.

    While a payment is pending, the provider is asked. Money that an operator has to decide about is reported every
    day. A payment of which only an update has told is looked for in the provider's list. A cancelled order with a
    discount keeps the use of it while a payment may still arrive, as its link does not end with it. An order for
    which nothing is left to do is not due, and is closed.
    """
    states = {payment.state for payment in order.payments}
    unconfirmed = [payment.paid_at for payment in order.payments if payment.here and not payment.confirmed]
    if order.open or PaymentState.PENDING in states:
        return order if order.due else replace(order, due=Due(now))
    if PaymentState.HELD in states:
        return replace(order, due=Due(now + HELD_REMINDER))
    if unconfirmed:
        confirmed_at = max((paid_at or now) + CONFIRM_AFTER for paid_at in unconfirmed)
        return replace(order, due=Due(max(confirmed_at, now)))
    never_paid_at = order.placed_at + MAY_BE_PAID
    if order.status is OrderStatus.CANCELLED and order.offer.discount and not states and now < never_paid_at:
        return replace(order, due=Due(never_paid_at))
    return replace(order, due=None, closed_at=order.closed_at or now)


def lot_name(order: Order) -> str:
    """Return the name of the time that the next payment of an order buys."""
    count = sum(payment.lot is not None for payment in order.payments)
    return order.id if count == 0 else f"{order.id}{_FURTHER}{count + 1}"


def order_of(lot_id: str) -> str:
    """Return the id of the order whose payment has bought a lot, see `lot_name`."""
    return lot_id.partition(_FURTHER)[0]


def replaced(order: Order, payment: Payment, **changes: object) -> Order:
    """Return an order with one payment changed."""
    return order.with_payment(replace(payment, **changes))  # type: ignore[arg-type]  # names are Payment's own
