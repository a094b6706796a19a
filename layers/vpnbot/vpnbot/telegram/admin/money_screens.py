"""The screens of operators about one order: how it stands, the question before an act, and its result."""

from collections.abc import Iterable, Sequence

from vpnbot.domain.gifts.gift import Gift
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.order_id import shown_number
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.payments.operator_acts import Act, PossibleAct
from vpnbot.domain.people.person import Person
from vpnbot.telegram.customer.alert_screens import act_label
from vpnbot.telegram.customer.money_callbacks import Subject, Tap, on
from vpnbot.telegram.customer.payment_words import period, plan_title, service_name
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows


def order_screen(
    person: Person,
    order: Order,
    acts: Sequence[PossibleAct],
    subject: Subject,
    language: str,
    gifts: Iterable[Gift] = (),
) -> Screen:
    """Return how an order and its payments stand now, with what can be done about the payment of `subject`.

    `gifts` are those that the payments have bought.
    """
    payments = tuple(_payment(person, payment) for payment in order.payments)
    payments += tuple(phrase(f"money-gift-{gift.state}") for gift in gifts)
    buttons = [(Button(act_label(each.act, each.value), action=on(Tap.ASK, subject, each.act)),) for each in acts]
    text = _order(person, order, language)
    return Screen((text, payments) if payments else (text,), rows(*buttons))


def question(person: Person, order: Order, act: PossibleAct, subject: Subject, language: str) -> Screen:
    """Return the question before an act, with its consequence."""
    payment = subject.payment_of(order)
    amount = act.money or (payment.left if payment else order.price)
    gift = act.act is Act.REFUND and order.kind is OrderKind.GIFT
    text = _with("money-ask-refund-gift" if gift else f"money-ask-{act.act}", act, amount)
    yes = Button(_with(f"money-yes-{act.act}", act, amount), action=on(Tap.DO, subject, act.act))
    back = Button(phrase("button-money-back"), action=on(Tap.SHOW, subject))
    return Screen((_order(person, order, language), text), rows((yes,), (back,)))


def result(act: PossibleAct, *, by_hand: bool = False) -> Phrase:
    """Return what was done; `by_hand`: the operator has to send the money."""
    if by_hand:
        return _with("money-done-by_hand", act, act.money)
    return _with(f"money-done-{act.act}", act, act.money)


def gone() -> Screen:
    """Return the screen for an order that is not stored any more."""
    return Screen((phrase("money-gone"),))


def _with(message: str, act: PossibleAct, amount: Money | None) -> Phrase:
    """Return a phrase with the time of an act, and an amount, as far as they are known."""
    if act.time is not None:
        return phrase(message, time=act.time, amount=amount or "")
    return phrase(message) if amount is None else phrase(message, amount=amount)


def _order(person: Person, order: Order, language: str) -> Phrase:
    title = plan_title(order.offer.plan, language)
    return phrase(
        "money-order",
        number=shown_number(order.id),
        plan=phrase("gift-title", plan=title) if order.kind is OrderKind.GIFT else title,
        period=period(order.offer.duration),
        price=order.price,
        provider=service_name(order.provider),
        person=f"#id_{person.id}",
    )


def _payment(person: Person, payment: Payment) -> Phrase:
    refund, sent = person.refund_of(payment.id), Money(payment.refunded_minor, payment.money.currency)
    if refund is not None:
        return phrase("money-payment-sending", amount=payment.money, sent=refund.money)
    if payment.state is PaymentState.CREDITED and sent.amount_minor:
        return phrase("money-payment-part", amount=payment.money, sent=sent)
    return phrase(f"money-payment-{payment.state}", amount=payment.money)
