"""What operators can do about a payment now; the buttons of alerts and the command line offer the same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.refund import RefundState
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.granting import worth_of, worth_of_payment
from vpnbot.domain.payments.money_notifications import encoded
from vpnbot.domain.payments.refund_offer import refund_offer
from vpnbot.domain.people.person import Person

_ANY_AGE = timedelta(days=365 * 100)


class Act(StrEnum):
    """What an operator does.

    GIVE: time for money that was kept. SEND_BACK: money that was kept. SEND_SURPLUS: what was paid beyond the price.
    GIVE_SURPLUS: time for what was paid beyond the price, where it cannot be sent back alone. REFUND: what is left of
    a purchase, and its time ends. SENT_BY_HAND: the operator has sent the money. LET_ON: the person is not paused any
    more.
    """

    GIVE = "give"
    SEND_BACK = "send_back"
    SEND_SURPLUS = "send_surplus"
    GIVE_SURPLUS = "give_surplus"
    REFUND = "refund"
    SENT_BY_HAND = "sent_by_hand"
    LET_ON = "let_on"


@dataclass(frozen=True, slots=True)
class PossibleAct:
    """An act that is possible now: the amount that it sends, or the time that it grants and perhaps for what."""

    act: Act
    money: Money | None = None
    time: timedelta | None = None

    @property
    def value(self) -> str:
        """The amount or the time as text, see `money_notifications.encoded`; empty if it has none."""
        value = self.money if self.time is None else self.time
        return "" if value is None else encoded(value)


_SURPLUS = (Act.SEND_SURPLUS, Act.GIVE_SURPLUS)
ACTS_OF_ALERT: dict[AlertKind, frozenset[Act]] = {
    AlertKind.PAID_LATE: frozenset({*_SURPLUS, Act.REFUND}),
    AlertKind.PAID_TWICE: frozenset({*_SURPLUS, Act.REFUND}),
    AlertKind.TOO_LITTLE: frozenset({Act.GIVE, Act.SEND_BACK}),
    AlertKind.SURPLUS: frozenset({*_SURPLUS, Act.REFUND}),
    AlertKind.OTHER_CURRENCY: frozenset({Act.GIVE, Act.SEND_BACK}),
    AlertKind.PAID_PAUSED: frozenset({Act.LET_ON, *_SURPLUS, Act.REFUND}),
    AlertKind.PAID_DELETED: frozenset({Act.SEND_BACK, Act.SENT_BY_HAND}),
    AlertKind.RENEWAL_OFF: frozenset({Act.SEND_BACK, Act.SENT_BY_HAND}),
    AlertKind.TEST_PAYMENT: frozenset({Act.SEND_BACK}),
    AlertKind.REFUND_REFUSED: frozenset({Act.REFUND, Act.SEND_BACK, *_SURPLUS}),
    AlertKind.REFUND_BY_HAND: frozenset({Act.SENT_BY_HAND}),
    AlertKind.REFUND_WANTED: frozenset({Act.REFUND}),
    AlertKind.REFUND_UNANSWERED: frozenset({Act.REFUND}),
    AlertKind.RETURNS_HELD: frozenset({Act.SEND_BACK, Act.SENT_BY_HAND}),
    AlertKind.STILL_TO_SEND: frozenset({Act.SENT_BY_HAND}),
    AlertKind.STILL_HELD: frozenset({Act.GIVE, Act.SEND_BACK, Act.SENT_BY_HAND}),
}
"""The acts that each alert offers, if they are possible when it is sent; the others offer none."""


def payment_to_decide(order: Order, payment_id: str | None) -> Payment | None:
    """Return the payment of this id; without an id the first that waits for a decision."""
    if payment_id:
        return order.payment(payment_id)
    return next((payment for payment in order.payments if payment.state is PaymentState.HELD), None)


def possible_acts(
    person: Person,
    order: Order,
    payment: Payment,
    price: Money | None,
    now: datetime,
    *,
    whole_only: bool,
    gift_money: Money | None = None,
) -> tuple[PossibleAct, ...]:
    """Return what can be done about a payment now.

    `price` is what the offer costs in the currency of the payment without a discount, None: it has no such price.
    `whole_only`: the provider cannot send back a part of a payment. `gift_money` is what can be sent back for a gift,
    see `unused_gift_money`.
    """
    refund = person.refund_of(payment.id)
    if refund is not None:
        by_hand = refund.state is RefundState.BY_HAND
        return (PossibleAct(Act.SENT_BY_HAND, refund.money),) if by_hand else ()
    acts: list[PossibleAct] = []
    if person.paused and payment.state is PaymentState.CREDITED:
        acts.append(PossibleAct(Act.LET_ON))
    if payment.state is PaymentState.HELD:
        worth = worth_of_payment(person, order, payment.left, price)
        if person.user.known and worth.seconds > 0 and not payment.test:
            acts.append(PossibleAct(Act.GIVE, time=worth.duration))
        if not whole_only or payment.left == payment.money:
            acts.append(PossibleAct(Act.SEND_BACK, payment.left))
    if payment.state is PaymentState.CREDITED:
        acts.extend(_about_surplus(person, order, payment, price, whole_only=whole_only))
        unused = gift_money
        if order.kind is not OrderKind.GIFT:
            unused = unused_money(person, order, payment, now, whole_only=whole_only)
        if unused is not None:
            acts.append(PossibleAct(Act.REFUND, unused))
    return tuple(acts)


def _about_surplus(
    person: Person, order: Order, payment: Payment, price: Money | None, *, whole_only: bool
) -> Iterator[PossibleAct]:
    """Yield what can be done about money beyond the price; there is time for it only where it cannot be sent back."""
    surplus = payment.surplus
    if surplus.amount_minor <= 0:
        return
    worth = worth_of(order, surplus, price)
    if not whole_only:
        yield PossibleAct(Act.SEND_SURPLUS, surplus)
    elif person.user.known and worth.seconds > 0 and not payment.test:
        yield PossibleAct(Act.GIVE_SURPLUS, surplus, worth.duration)


def unused_money(person: Person, order: Order, payment: Payment, now: datetime, *, whole_only: bool) -> Money | None:
    """Return what is left of a purchase, which an operator can send back at any time; None: nothing."""
    only = replace(order, payments=(payment,))
    offer = refund_offer(person, only, now, within=_ANY_AGE, whole_only=whole_only)
    return None if offer is None else offer.amount
