"""Answer Telegram before it charges a buyer: one read, no write, because it waits for ten seconds at most."""

from datetime import timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.money_events import OrderColumn, OrderEvent
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.outcomes import ORDER_OUTCOMES, order_outcome
from vpnbot.domain.payments.provider_subscriptions import subscribed_with
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.renewal import RenewalState
from vpnbot.usecases.ports import Context, PaymentPorts, Session

AS_PLACED = timedelta(hours=1)
"""So long the offer of an order holds, whatever happens to the catalogue."""


def check_out(
    session: Session, ports: PaymentPorts, context: Context, owner: str, order_id: str, money: Money
) -> Outcome:
    """Return whether Telegram may charge for an order: GO, or the reason why not.

    `session` is that of the payer; `owner` and `order_id` are from the payload of the invoice.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    person = session.person
    if owner != person.id:
        return ORDER_OUTCOMES[OrderEvent.CHECKED_OUT_BY_ANOTHER][OrderColumn.OPEN]
    order = person.order(order_id) or session.recall(order_id).order(order_id)
    event = OrderEvent.CHECKED_OUT if order is None else _event(person, order, money, ports, context)
    return order_outcome(event, order)


def _event(person: Person, order: Order, money: Money, ports: PaymentPorts, context: Context) -> OrderEvent:
    if person.paused:
        return OrderEvent.CHECKED_OUT_PAUSED
    renewal = subscribed_with(person, order)
    if renewal is not None and renewal.state is not RenewalState.OFF and money == order.price:
        return OrderEvent.CHECKED_OUT_RENEWAL
    if order.open and order.renewal_agreed and _renewed_already(person, order):
        return OrderEvent.CHECKED_OUT_RENEWING
    if money != order.price or _discount_is_used(person, order) or not _still_offered(order, ports, context):
        return OrderEvent.CHECKED_OUT_CHANGED
    return OrderEvent.CHECKED_OUT


def _renewed_already(person: Person, order: Order) -> bool:
    """Tell whether Telegram charges for the plan of an order already."""
    renewal = person.subscription.renewal
    same = renewal is not None and renewal.by_provider and renewal.offer.plan.id == order.offer.plan.id
    return same and person.subscription.renews


def _discount_is_used(person: Person, order: Order) -> bool:
    """Tell whether the discount of an order was used for another one: its price would not buy all of the offer."""
    source = order.offer.discount
    return bool(source) and person.user.reserved_for(source) is None


def _still_offered(order: Order, ports: PaymentPorts, context: Context) -> bool:
    if context.clock() - order.placed_at < AS_PLACED:
        return True
    catalogue, ordered = ports.sales.plans.load(), order.offer.undiscounted
    return catalogue.offer(ordered.plan.id, ordered.id, ordered.price.currency) == ordered
