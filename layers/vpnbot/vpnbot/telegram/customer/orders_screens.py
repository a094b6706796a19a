"""The screens of one order: while it waits for its payment, and how it ended."""

from collections.abc import Sequence

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.telegram.customer.payment_words import (
    decline_words,
    end_argument,
    means_of,
    method_of,
    period,
    plan_title,
    provider_name,
)
from vpnbot.telegram.customer.plans_screens import PAYMENTS, MethodChoice, method_rows
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import CONNECT, HOME, View

PLANS = Button(phrase("button-plans"), action=Action.PLANS)
_WHILE_MAKING = {
    "paid": "paid-making",
    "paid-late": "paid-late-making",
    "paid-twice": "paid-twice-making",
    "held-granted": "held-granted-making",
}
"""The variants of messages with an end, for a person whose time waits for a key."""


def order_screen(view: View, order: Order, again: str | None = None) -> Screen:
    """Return the screen of an order as it is now; `again` is the callback data with which it is bought once more."""
    match order.status:
        case OrderStatus.CREATED | OrderStatus.AWAITING:
            return waiting(view, order)
        case OrderStatus.PAID:
            return paid(view, order.price, order.id)
        case OrderStatus.CANCELLED:
            return cancelled()
        case OrderStatus.ENDED:
            return declined(view, order, again) if order.reason else lapsed(order.price, again)
        case OrderStatus.HELD:
            return held(view, _received(order), order.price)
        case OrderStatus.REFUNDED:
            return Screen((phrase("payment-refunded"),), rows((PLANS,), (view.support, HOME)))


def waiting(view: View, order: Order) -> Screen:
    """Return the screen while an order waits: with the link to pay, or while the provider is still to make it."""
    link = pay_button(order)
    text = _about(view, order, "order-waiting") if link else phrase("order-preparing", price=order.price)
    paid_already = Button(phrase("button-i-paid"), action=Action.ORDER.on("paid", order.id))
    refresh = Button(phrase("button-refresh"), action=Action.ORDER.on("show", order.id))
    cancel = Button(phrase("button-cancel-order"), action=Action.ORDER.on("cancel", order.id))
    return Screen((text,), rows((link,), (paid_already if link else refresh, cancel), (view.support, HOME)))


def not_yet(view: View, order: Order) -> Screen:
    """Return the answer to "I've paid" when the provider has seen no payment yet."""
    screen = waiting(view, order)
    return Screen((phrase("order-not-yet"),), screen.rows) if pay_button(order) else screen


def unpaid(view: View, order: Order, choose_again: str) -> Screen:
    """Return what is shown instead of the plans while an order waits for its payment."""
    again = Button(phrase("button-choose-again"), action=choose_again)
    show = Button(phrase("button-refresh"), action=Action.ORDER.on("show", order.id))
    return Screen((_about(view, order, "order-unpaid"),), rows((pay_button(order) or show,), (again,), (HOME,)))


def pay_button(order: Order) -> Button | None:
    """Return the button that opens the page of the payment; None if there is none yet."""
    pending = order.pending
    if not order.open or pending is None or pending.link is None:
        return None
    label = "button-pay-stars" if means_of(order.provider) == "stars" else "button-pay"
    return Button(phrase(label, price=order.price), url=pending.link)


def cancelled() -> Screen:
    """Return what is shown after the person has cancelled an order."""
    return Screen((phrase("order-cancelled"),), rows((PLANS,), (HOME,)))


def lapsed(price: Money, again: str | None) -> Screen:
    """Return what is shown when an order was not paid in time."""
    return Screen((phrase("order-lapsed"),), rows((_again(price, again),), (PLANS, HOME)))


def unknown(view: View) -> Screen:
    """Return the answer to an order id that is not one of this person."""
    return Screen((phrase("order-unknown"),), rows((PAYMENTS,), (view.support, HOME)))


def paid(view: View, price: Money, order_id: str) -> Screen:
    """Return the confirmation of a payment; what it says of the time depends on the person now."""
    if view.person.paused:
        return paid_paused(view, price)
    return Screen((_with_time(view, "paid", price=price),), rows(*_after_payment(view, order_id)))


def paid_late(view: View, price: Money, order_id: str) -> Screen:
    """Return the confirmation of a payment that came after its order had ended."""
    return Screen((_with_time(view, "paid-late", price=price),), rows(*_after_payment(view, order_id)))


def paid_twice(view: View, price: Money, order_id: str, mark: str) -> Screen:
    """Return the confirmation of a second payment, with the offer to send it back; `mark` names the payment."""
    second = Action.REFUND.on("second", order_id, mark)
    return Screen(
        (_with_time(view, "paid-twice", price=price),),
        rows(
            (Button(phrase("button-keep-both"), action=Action.REFUND.on("keep")),),
            (Button(phrase("button-return-second", price=price), action=second),),
            (view.support, HOME),
        ),
    )


def second_sent(view: View, price: Money) -> Screen:
    """Return the confirmation that the second payment is sent back."""
    return Screen((phrase("second-sent", price=price),), rows((view.support, HOME)))


def second_too_late(view: View) -> Screen:
    """Return the answer to the wish to have a second payment back when it is too late for that button."""
    return Screen((phrase("second-too-late"),), rows((PAYMENTS,), (view.support, HOME)))


def paid_paused(view: View, price: Money) -> Screen:
    """Return the confirmation of a payment of a person who is paused."""
    return Screen((phrase("paid-paused", price=price),), rows((view.support, HOME)))


def gift_paid(view: View, price: Money) -> Screen:
    """Return the confirmation for a person who has paid the order of another person."""
    return Screen((phrase("gift-paid", price=price),), rows((view.support, HOME)))


def held(view: View, received: Money, price: Money | None) -> Screen:
    """Return what is shown while an operator has to decide about money; `price` is that of the order, if known."""
    text = phrase("held", paid=received, price=price) if price else phrase("held-other", paid=received)
    return Screen((text,), rows((view.support, HOME)))


def held_granted(view: View, received: Money, order_id: str) -> Screen:
    """Return the confirmation that money which was held counts after all."""
    return Screen((_with_time(view, "held-granted", paid=received),), rows(*_after_payment(view, order_id)))


def declined(view: View, order: Order, again: str | None) -> Screen:
    """Return why an order was not paid."""
    return declined_payment(view, order.price, order.provider, method_of(order), order.reason, again)


def declined_payment(
    view: View, price: Money, provider: str, method: Phrase | str, reason: str, again: str | None
) -> Screen:
    """Return why a payment was declined, with another try at the present price, and other ways."""
    text = phrase("declined", method=method, reason=decline_words(reason, provider))
    other = Button(phrase("button-another-way"), action=Action.PLANS)
    return Screen((text,), rows((_again(price, again),), (other,), (view.support, HOME)))


def provider_down(provider: str, others: Sequence[MethodChoice], back: str) -> Screen:
    """Return what is shown when a provider does not answer: the other ways, and a notification when it is back."""
    message = "provider-down" if others else "provider-down-alone"
    tell = Button(phrase("button-tell-me"), action=Action.ORDER.on("tell", provider))
    back_button = Button(phrase("button-back"), action=back)
    text = phrase(message, method=provider_name(provider))
    return Screen((text,), rows(*method_rows(others), (tell,), (back_button, HOME)))


def provider_rejected(view: View, provider: str, others: Sequence[MethodChoice], back: str) -> Screen:
    """Return what is shown when a provider does not make this payment at all."""
    text = phrase("provider-rejected", method=provider_name(provider))
    back_button = Button(phrase("button-back"), action=back)
    return Screen((text,), rows(*method_rows(others), (view.support,), (back_button, HOME)))


def provider_back(provider: str) -> Screen:
    """Return the notification that a provider answers again."""
    return Screen((phrase("provider-back", method=provider_name(provider)),), rows((PLANS,), (HOME,)))


def _received(order: Order) -> Money:
    here = tuple(order.paid_money())
    return here[-1].money if here else order.price


def _again(price: Money, action: str | None) -> Button | None:
    return Button(phrase("button-again", price=price), action=action) if action else None


def _about(view: View, order: Order, message: str) -> Phrase:
    title, time = plan_title(order.offer.plan, view.language), period(order.offer.duration)
    return phrase(message, plan=title, period=time, price=order.price)


def _with_time(view: View, message: str, **arguments: Argument) -> Phrase:
    """Return `message` with plan and end, or its variant while the key is being made, as of now."""
    end = view.person.subscription.ends_at
    if view.person.subscription.waits_for_key:
        return Phrase(_WHILE_MAKING[message], arguments)
    if end is None or end <= view.now:
        return phrase("paid-off", price=arguments.get("price", arguments.get("paid", "")))
    title = plan_title(view.plan, view.language)
    return Phrase(message, {**arguments, "plan": title, "end": end_argument(end, view.now)})


def _after_payment(view: View, order_id: str) -> Rows:
    receipt = Button(phrase("button-receipt"), action=Action.ORDER.on("receipt", order_id))
    if view.standing.making:
        return rows((Button(phrase("button-refresh"), action=Action.REFRESH),), (receipt, view.support), (HOME,))
    return rows((CONNECT,), (receipt, HOME))
