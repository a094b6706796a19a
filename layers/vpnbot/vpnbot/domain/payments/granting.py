"""Time for money that was kept, or for a surplus: an operator grants it instead of sending the money back."""

from dataclasses import dataclass, replace
from datetime import timedelta

from vpnbot.domain.gifts.gift import new_gift
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.order import Order, OrderKind, OrderStatus
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.payments.gift_payments import bought_notification, gift_changed
from vpnbot.domain.payments.money_events import PaymentEvent
from vpnbot.domain.payments.money_notifications import about_order, money_notification
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import payment_outcome
from vpnbot.domain.payments.purchase import with_purchase
from vpnbot.domain.payments.settlement import Fact, Settlement, lot_name, replaced, scheduled, settled, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.time_credit import LONGEST_CONVERTED_SECONDS


@dataclass(frozen=True, slots=True)
class Grant:
    """Which payment an operator grants time for, what it is worth (`worth_of`), and the key of a person without."""

    payment_id: str
    worth: Offer
    new_key: Key


def worth_of(order: Order, paid: Money, price: Money | None) -> Offer:
    """Return the offer of an order for as much time as `paid` is worth.

    `price` is what the whole offer costs in the currency of `paid`, without a discount; None: it has no price in this
    currency, and the money is worth the whole offer. More than the price buys more time, at most the longest that a
    conversion gives.
    """
    offer = order.offer.undiscounted
    if price is None or price.amount_minor <= 0:
        return replace(offer, price=paid, full_price=None)
    seconds = min(offer.seconds * paid.amount_minor // price.amount_minor, LONGEST_CONVERTED_SECONDS)
    worth = replace(offer, duration=timedelta(seconds=seconds), price=paid, full_price=price)
    if paid.amount_minor <= price.amount_minor:
        return worth
    listed = offer.list_price
    longer = ListPrice(
        listed.amount_minor * paid.amount_minor // price.amount_minor,
        listed.seconds * paid.amount_minor // price.amount_minor,
    )
    return replace(worth, list_price=longer, full_price=None)


def worth_of_payment(person: Person, order: Order, paid: Money, price: Money | None) -> Offer:
    """Return the offer of an order as a payment buys it: whole for its price, otherwise by worth, see `worth_of`.

    A reduced price buys the whole offer once: as long as the use of the discount that the order has taken is not
    final. A second payment, and one that comes after the use was given back, is worth its share of the full price.
    """
    offer = order.offer
    as_agreed = not offer.discount or person.user.reserved_for(offer.discount) is not None
    return offer if as_agreed and paid == order.price else worth_of(order, paid, price)


def with_use_final(person: Person, offer: Offer) -> Person:
    """Return the person after a payment for an offer: the use of its discount is final, and does not wait any more.

    `offer` is the one that was granted; by worth it has no discount, and changes nothing.
    """
    use = person.user.reserved_for(offer.discount) if offer.discount else None
    if use is None:
        return person
    return replace(person, user=person.user.without_uses(use)).without_discount(use.source)


def granted_by_operator(person: Person, grant: Grant, fact: Fact) -> Settlement:
    """Return what it leads to that an operator grants time for a payment that was kept, for a gift order as a gift.

    Nothing, if the payment is not kept any more, is being sent back, or is one of the test mode of its provider, or
    the person has deleted their data.
    """
    order, now = fact.order, fact.now
    payment = order.payment(grant.payment_id)
    outcome = payment_outcome(PaymentEvent.GRANTED_BY_OPERATOR, payment)
    kind = RULES[Outcome.GRANT].notification
    if outcome is not Outcome.GRANT or payment is None or kind is None:
        return unchanged(Outcome.NONE, person)
    if not _may_get_time(person, payment, grant):
        return unchanged(Outcome.NONE, person)
    lot = lot_name(order)
    credited = replaced(order, payment, state=PaymentState.CREDITED, lot=lot)
    paid = replace(credited, status=OrderStatus.PAID, reason="", closed_at=now)
    if order.kind is OrderKind.GIFT:
        gift = new_gift(lot, person.id, grant.worth, payment.left, now)
        bought = person.with_notifications(bought_notification(gift, person, fact.cause, now))
        after = bought.with_order(scheduled(paid, now))
        return settled(outcome, fact, person, after, gift_changed(None, gift), payment=payment.id)
    after = with_purchase(person, lot, grant.worth, payment.left, grant.new_key, now, sets_plan=False)
    after = with_use_final(after, grant.worth)
    message = money_notification(kind, fact.cause, now, about_order(order), paid=payment.left)
    after = after.with_order(scheduled(paid, now)).with_notifications(message)
    return settled(outcome, fact, person, after, payment=payment.id)


def surplus_granted(person: Person, grant: Grant, fact: Fact) -> Settlement:
    """Return what it leads to that an operator grants time for what was paid beyond the price.

    The time belongs to the same payment as the time of the order: a refund of the whole payment takes both. It is the
    person's own also for a gift order, because the gift may be opened already. Nothing, if no surplus is kept any
    more, and as for `granted_by_operator`.
    """
    order, now = fact.order, fact.now
    payment = order.payment(grant.payment_id)
    outcome = payment_outcome(PaymentEvent.SURPLUS_GRANTED, payment)
    kind = RULES[Outcome.EXTRA].notification
    if outcome is not Outcome.EXTRA or payment is None or payment.lot is None or kind is None:
        return unchanged(Outcome.NONE, person)
    if payment.surplus_minor <= 0 or not _may_get_time(person, payment, grant):
        return unchanged(Outcome.NONE, person)
    without = replaced(order, payment, surplus_minor=0)
    after = with_purchase(person, payment.lot, grant.worth, payment.surplus, grant.new_key, now, sets_plan=False)
    message = money_notification(kind, fact.cause, now, about_order(order), paid=payment.surplus)
    after = after.with_order(scheduled(without, now)).with_notifications(message)
    return settled(outcome, fact, person, after, payment=payment.id)


def _may_get_time(person: Person, payment: Payment, grant: Grant) -> bool:
    underway = person.refund_of(payment.id) is not None
    return person.user.known and not payment.test and not underway and grant.worth.seconds > 0
