"""An operator grants time for money that was kept, or for what was paid beyond the price."""

from collections.abc import Callable
from dataclasses import dataclass

from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.payments.gift_payments import gift_ids, unused_gift_money
from vpnbot.domain.payments.granting import (
    Grant,
    granted_by_operator,
    surplus_granted,
    worth_of,
    worth_of_payment,
)
from vpnbot.domain.payments.operator_acts import PossibleAct, possible_acts
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.settlement import Fact, Settlement, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.errors import Rejected
from vpnbot.usecases.payments.accounts import refunds_of
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, PaymentPorts, Session
from vpnbot.usecases.ports.payments import Refunds
from vpnbot.usecases.read_gifts import gift_of


class NothingToGrant(Rejected):
    """The money is not kept any more, is being sent back or not real money, or the person has deleted their data."""


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """For which payment an operator grants time; `cause` and `actor` are those of the ledger."""

    cause: str
    actor: str
    order_id: str
    payment_id: str


def grant_held(
    session: Session, ports: PaymentPorts, context: Context, cause: str, actor: str, order_id: str, payment_id: str
) -> Settlement:
    """Commit the time for a payment that was kept; the person is notified. A second call changes nothing.

    Raises:
        NothingToGrant: as the class says, and this cause has not granted it before.
        Conflict, StorageUnavailable: try again later.
    """
    before = session.recall(order_id).order(order_id)
    kept = before.payment(payment_id) if before else None
    request = GrantRequest(cause, actor, order_id, payment_id)
    settlement = _granted(session, ports, context, request, _worth_of_held, granted_by_operator)
    if settlement.outcome is Outcome.GRANT and kept is not None:
        context.metrics.revenue(kept.left)
    return settlement


def grant_surplus(
    session: Session, ports: PaymentPorts, context: Context, cause: str, actor: str, order_id: str, payment_id: str
) -> Settlement:
    """Commit the time for what was paid beyond the price; the person is notified. A second call changes nothing.

    It was counted as revenue when the payment was granted.

    Raises:
        NothingToGrant: no surplus of this payment is kept any more, and as for `grant_held`.
        Conflict, StorageUnavailable: try again later.
    """
    request = GrantRequest(cause, actor, order_id, payment_id)
    return _granted(session, ports, context, request, _worth_of_surplus, surplus_granted)


def _granted(
    session: Session,
    ports: PaymentPorts,
    context: Context,
    request: GrantRequest,
    worth: Callable[[Person, Order, Payment, Money | None], Offer],
    decide: Callable[[Person, Grant, Fact], Settlement],
) -> Settlement:
    """Commit what `decide` says about the time that money of the payment is `worth`."""
    session.recall(request.order_id)
    new_key = Key(ports.ring().current, context.new_seed())

    def chosen(person: Person) -> Settlement:
        order = person.order(request.order_id)
        payment = None if order is None else order.payment(request.payment_id)
        if order is None or payment is None:
            return unchanged(Outcome.NONE, person)
        granted = worth(person, order, payment, price_in(order, payment.money.currency, ports))
        fact = Fact(request.cause, context.clock(), order, request.actor)
        return decide(person, Grant(payment.id, granted, new_key), fact)

    settlement = settle(session, context, chosen)
    if settlement.outcome is Outcome.NONE and not session.decided(request.cause):
        raise NothingToGrant("there is no money of this payment for which time can be granted")
    return settlement


def _worth_of_held(person: Person, order: Order, payment: Payment, price: Money | None) -> Offer:
    return worth_of_payment(person, order, payment.left, price)


def _worth_of_surplus(_: Person, order: Order, payment: Payment, price: Money | None) -> Offer:
    return worth_of(order, payment.surplus, price)


def acts_for(
    person: Person, order: Order, payment_id: str, ports: PaymentPorts, context: Context
) -> list[PossibleAct]:
    """Return what operators can do about a payment now; none, if the order has no such payment."""
    payment = order.payment(payment_id)
    if payment is None:
        return []
    whole_only = refunds_of(ports.providers, order.provider) is Refunds.WHOLE
    price = price_in(order, payment.money.currency, ports)
    now, gift_money = context.clock(), None
    if payment.lot in gift_ids(order):
        gift = gift_of(ports.gifts, order, payment_id)
        redeemer = ports.people.open(PersonId(gift.redeemer)).person if gift is not None and gift.redeemer else None
        gift_money = unused_gift_money(gift, redeemer, payment, now, whole_only=whole_only)
    return list(possible_acts(person, order, payment, price, now, whole_only=whole_only, gift_money=gift_money))


def price_in(order: Order, currency: str, ports: PaymentPorts) -> Money | None:
    """Return what the offer of an order costs in a currency: as agreed, or in the catalogue; None: no such price.

    It is the price without a discount.
    """
    full = order.offer.undiscounted.price
    if full.currency == currency:
        return full
    plan = ports.sales.plans.load().plan(order.offer.plan.id)
    duration = plan.duration(order.offer.id) if plan else None
    return duration.price(currency) if duration else None
