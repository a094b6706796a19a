"""The screens of one order: while it waits for its payment, and how it ended."""

from collections.abc import Sequence

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderKind, OrderStatus
from vpnbot.domain.orders.provider_names import STARS
from vpnbot.domain.payments.ending import NOT_PAID_IN_TIME
from vpnbot.domain.payments.gift_payments import gift_ids
from vpnbot.telegram.customer.payment_words import (
    decline_words,
    end_argument,
    method_of,
    pay_label,
    period,
    plan_title,
    provider_name,
)
from vpnbot.telegram.customer.plans_screens import MethodChoice, method_rows
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import CONNECT, HOME, PAYMENTS, View

_WHILE_MAKING = {
    "notice-paid": "notice-paid-making",
    "notice-paid_late": "notice-paid_late-making",
    "notice-paid_twice": "notice-paid_twice-making",
    "notice-gift_paid": "notice-gift_paid-making",
    "notice-held_granted": "notice-held_granted-making",
    "notice-surplus_granted": "notice-surplus_granted-making",
}
"""The variants of messages with an end, for a person whose time waits for a key."""


def order_screen(view: View, order: Order, again: str | None = None) -> Screen:
    """Return the screen of an order as it is now; `again` is the callback data with which it is bought once more."""
    match order.status:
        case OrderStatus.CREATED | OrderStatus.AWAITING:
            return waiting(view, order)
        case OrderStatus.PAID if order.kind is OrderKind.GIFT:
            return gift_paid_for(view, order)
        case OrderStatus.PAID:
            return paid(view, order.price, order.id, receipt=has_receipt(order))
        case OrderStatus.CANCELLED:
            return cancelled(view)
        case OrderStatus.ENDED:
            in_time = order.reason not in {"", NOT_PAID_IN_TIME}
            return declined(view, order, again) if in_time else lapsed(view, order.price, again)
        case OrderStatus.HELD:
            return held(view, _received(order), order.price)
        case OrderStatus.REFUNDED:
            return Screen((phrase("payment-refunded"),), rows((view.plans_button,), (view.support, HOME)))


def has_receipt(order: Order) -> bool:
    """Tell whether there is a receipt to show: Telegram keeps one, or it was sent to the buyer's address."""
    arrived = order.status in {OrderStatus.PAID, OrderStatus.REFUNDED}
    return arrived and (order.provider == STARS or order.contact is not None)


def waiting(view: View, order: Order, link: str | None = None) -> Screen:
    """Return the screen while an order waits: with the link to pay, or while the provider is still to make it."""
    text = _about(view, order, "order-waiting")
    page = pay_button(order, link)
    if page is None:
        text = phrase("order-preparing", price=order.price)
    return Screen((text,), _waiting_rows(view, order, page))


def _show_button(order: Order) -> Button:
    """Return the button that shows an order, whose payment page is not known yet."""
    return Button(pay_label(order.provider, order.price), action=Action.ORDER.on("show", order.id))


def not_yet(view: View, order: Order) -> Screen:
    """Return the answer to "I've paid" when the provider has seen no payment yet."""
    page = pay_button(order) or _show_button(order)
    return Screen((phrase("order-not-yet"),), _waiting_rows(view, order, page))


def unpaid(view: View, order: Order, choose_again: str) -> Screen:
    """Return what is shown instead of the plans while an order waits for its payment."""
    again = Button(phrase("button-choose-again"), action=choose_again)
    page = pay_button(order) or _show_button(order)
    return Screen((_about(view, order, "order-unpaid"),), rows((page,), (again, PAYMENTS), (HOME,)))


def pay_button(order: Order, link: str | None = None) -> Button | None:
    """Return the button that opens the page of the payment; None if there is none yet, or nothing is to be paid."""
    known = link or (order.pending.link if order.pending else None)
    return Button(pay_label(order.provider, order.price), url=known) if order.open and known else None


def _waiting_rows(view: View, order: Order, page: Button | None) -> Rows:
    paid_already = Button(phrase("button-i-paid"), action=Action.ORDER.on("paid", order.id))
    refresh = Button(phrase("button-refresh"), action=Action.ORDER.on("show", order.id))
    return rows((page,), (paid_already if page else refresh, _cancel(order)), (view.support, HOME))


def _cancel(order: Order) -> Button:
    return Button(phrase("button-cancel-order"), action=Action.ORDER.on("cancel", order.id))


def too_many(view: View) -> Screen:
    """Return what is shown when too many orders of a person wait for their payments."""
    return Screen((phrase("order-too-many"),), rows((PAYMENTS,), (view.support, HOME)))


def cancelled(view: View) -> Screen:
    """Return what is shown after the person has cancelled an order."""
    return Screen((phrase("order-cancelled"),), rows((_plans(view),), (HOME,)))


def lapsed(view: View, price: Money, again: str | None) -> Screen:
    """Return what is shown when an order was not paid in time."""
    return Screen((phrase("notice-lapsed"),), rows((_again(price, again),), (_plans(view),), (HOME,)))


def _plans(view: View) -> Button | None:
    """Return the button to the plans; None for a person who is paused, who can buy none."""
    return None if view.person.paused else view.plans_button


def unknown(view: View) -> Screen:
    """Return the answer to an order id that is not one of this person."""
    return Screen((phrase("order-unknown"),), rows((PAYMENTS,), (view.support, HOME)))


def paid(view: View, price: Money, order_id: str, *, receipt: bool = True) -> Screen:
    """Return the confirmation of a payment; what it says of the time depends on the person now."""
    if view.person.paused:
        return paid_paused(view, price)
    return Screen((_with_time(view, "notice-paid", price=price),), _after_payment(view, order_id, receipt=receipt))


def gift_paid_for(view: View, order: Order) -> Screen:
    """Return the confirmation of a payment for a gift, with the way to its link."""
    receipt = Button(phrase("button-receipt"), action=Action.ORDER.on("receipt", order.id))
    return Screen(
        (phrase("gift-paid", price=order.price),),
        rows(*gift_buttons(order), (receipt if has_receipt(order) else None, HOME)),
    )


def gift_buttons(order: Order) -> Rows:
    """Return a row with a button for each gift of an order."""
    return tuple(
        (Button(phrase("button-gift-show"), action=Action.GIFT.on("show", each)),) for each in gift_ids(order)
    )


def paid_late(view: View, price: Money, order_id: str, *, receipt: bool = True) -> Screen:
    """Return the confirmation of a payment that came after its order had ended."""
    return Screen(
        (_with_time(view, "notice-paid_late", price=price),), _after_payment(view, order_id, receipt=receipt)
    )


def paid_twice(view: View, price: Money, order_id: str, mark: str) -> Screen:
    """Return the confirmation of a second payment, with the offer to send it back; `mark` names the payment."""
    second = Action.REFUND.on("second", order_id, mark)
    return Screen(
        (_with_time(view, "notice-paid_twice", price=price),),
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


def second_again(view: View) -> Screen:
    """Return the answer to the wish to have a second payment back within 30 days of the last such return."""
    return Screen((phrase("second-again"),), rows((PAYMENTS,), (view.support, HOME)))


def paid_paused(view: View, price: Money) -> Screen:
    """Return the confirmation of a payment of a person who is paused."""
    return Screen((phrase("notice-paid_paused", price=price),), rows((view.support, HOME)))


def paid_by_another(view: View, price: Money, order_id: str) -> Screen:
    """Return the confirmation for a person whose order another person has paid; the receipt is with that person."""
    if view.person.paused:
        return paid_paused(view, price)
    text = _with_time(view, "notice-gift_paid", price=price)
    return Screen((text,), _after_payment(view, order_id, receipt=False))


def gift_thanks(view: View, price: Money) -> Screen:
    """Return the confirmation for a person who has paid the order of another person."""
    return Screen((phrase("gift-thanks", price=price),), rows((view.support, HOME)))


def held(view: View, received: Money, price: Money | None) -> Screen:
    """Return what is shown while an operator has to decide about money; `price` is that of the order, if known."""
    if price is None or price == received:
        text = phrase("notice-held-other", paid=received)
    else:
        text = phrase("notice-held", paid=received, price=price)
    return Screen((text,), rows((view.support, HOME)))


def held_granted(view: View, received: Money, order_id: str, *, receipt: bool = True) -> Screen:
    """Return the confirmation that money which was held counts after all."""
    return Screen(
        (_with_time(view, "notice-held_granted", paid=received),), _after_payment(view, order_id, receipt=receipt)
    )


def surplus_granted(view: View, surplus: Money, order_id: str, *, receipt: bool = True) -> Screen:
    """Return the confirmation that what was paid beyond the price has become time."""
    text = _with_time(view, "notice-surplus_granted", paid=surplus)
    return Screen((text,), _after_payment(view, order_id, receipt=receipt))


def declined(view: View, order: Order, again: str | None) -> Screen:
    """Return why an order was not paid."""
    return declined_payment(view, order.price, order.provider, method_of(order), order.reason, again)


def declined_payment(
    view: View, price: Money, provider: str, method: Phrase | str, reason: str, again: str | None
) -> Screen:
    """Return why a payment was declined, with another try at the present price, and other ways."""
    text = phrase("notice-declined", method=method, reason=decline_words(reason, provider))
    other = Button(phrase("button-another-way"), action=Action.PLANS)
    return Screen((text,), rows((_again(price, again),), (other,), (view.support, HOME)))


def provider_down(provider: str, others: Sequence[MethodChoice], back: str, order: Order) -> Screen:
    """Return what is shown when a provider does not answer: the order stays, and there are the other ways to pay."""
    text = phrase("provider-down" if others else "provider-down-alone", method=provider_name(provider))
    refresh = Button(phrase("button-refresh"), action=Action.ORDER.on("show", order.id))
    back_button = Button(phrase("button-back"), action=back)
    return Screen((text,), rows(*method_rows(others), (refresh, _cancel(order)), (back_button, HOME)))


def provider_rejected(view: View, provider: str, others: Sequence[MethodChoice], back: str) -> Screen:
    """Return what is shown when a provider does not make this payment at all."""
    text = phrase("provider-rejected", method=provider_name(provider))
    back_button = Button(phrase("button-back"), action=back)
    return Screen((text,), rows(*method_rows(others), (view.support,), (back_button, HOME)))


def provider_back(provider: str, price: Money, order_id: str) -> Screen:
    """Return the notification that a provider answers again, and has made the payment of an order."""
    pay = Button(pay_label(provider, price), action=Action.ORDER.on("show", order_id))
    return Screen((phrase("notice-provider_back", method=provider_name(provider)),), rows((pay,), (HOME,)))


def _received(order: Order) -> Money:
    here = tuple(order.paid_money())
    return here[-1].money if here else order.price


def _again(price: Money, action: str | None) -> Button | None:
    return Button(phrase("button-again", price=price), action=action) if action else None


def _about(view: View, order: Order, message: str) -> Phrase:
    title, time = plan_title(order.offer.plan, view.language), period(order.offer.duration)
    if order.kind is OrderKind.GIFT:
        title = phrase("gift-title", plan=title)
    return phrase(message, plan=title, period=time, price=order.price)


def _with_time(view: View, message: str, **arguments: Argument) -> Phrase:
    """Return `message` with plan and end, or its variant while the key is being made, as of now."""
    end = view.person.subscription.ends_at
    if view.person.subscription.waits_for_key:
        return Phrase(_WHILE_MAKING[message], arguments)
    if end is None or end <= view.now:
        return phrase("notice-paid-off", price=arguments.get("price", arguments.get("paid", "")))
    title = plan_title(view.plan, view.language)
    return Phrase(message, {**arguments, "plan": title, "end": end_argument(end, view.now)})


def _after_payment(view: View, order_id: str, *, receipt: bool) -> Rows:
    button = Button(phrase("button-receipt"), action=Action.ORDER.on("receipt", order_id)) if receipt else None
    if view.standing.making:
        return rows((Button(phrase("button-refresh"), action=Action.REFRESH),), (button, view.support), (HOME,))
    if not view.person.subscription.left(view.now):
        return rows((view.plans_button,), (button, HOME))
    return rows((CONNECT,), (button, HOME))
