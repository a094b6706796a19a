"""The screens of refunds: the question, what was asked for, and what became of it."""

from datetime import datetime, timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.telegram.customer.orders_screens import gift_buttons
from vpnbot.telegram.customer.payment_words import end_argument, means_of
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, PAYMENTS, View


def ask(
    view: View, order_id: str, amount: Money, price: Money, unused: timedelta | None, end: datetime | None
) -> Screen:
    """Return the question before a refund is asked for.

    `unused` is the time that would be taken, None: none of it has begun. `end` is the end afterwards, None: at once.
    """
    whole = "yes" if amount == price else "no"
    if unused is None:
        text = phrase("refund-ask-unused", amount=amount)
    elif end is None or end <= view.now:
        text = phrase("refund-ask-off", amount=amount, price=price, whole=whole, left=unused)
    else:
        after = end_argument(end, view.now)
        text = phrase("refund-ask", amount=amount, price=price, whole=whole, left=unused, end=after)
    return _question(text, order_id)


def ask_for_gift(order_id: str, amount: Money) -> Screen:
    """Return the question before the money for a gift that was not opened is asked for."""
    return _question(phrase("refund-ask-gift", amount=amount), order_id)


def _question(text: Phrase, order_id: str) -> Screen:
    keep = Button(phrase("button-keep"), action=Action.ORDER.on("one", order_id))
    request = Button(phrase("button-ask-refund"), action=Action.REFUND.on("do", order_id))
    return Screen((text,), rows((keep,), (request,), (HOME,)))


def asked(view: View, answer_hours: int, order: Order) -> Screen:
    """Return the confirmation that a refund was asked for; operators answer within `answer_hours`.

    The buyer of a gift can keep it after all.
    """
    return Screen((phrase("refund-asked", hours=answer_hours),), rows(*gift_buttons(order), (view.support, HOME)))


def nothing(view: View) -> Screen:
    """Return the answer when nothing can be sent back."""
    return Screen((phrase("refund-nothing"),), rows((PAYMENTS,), (view.support, HOME)))


def underway(view: View) -> Screen:
    """Return the answer when the money is being sent back already."""
    return Screen((phrase("refund-underway"),), rows((PAYMENTS,), (view.support, HOME)))


def refunded(view: View, amount: Money, provider: str) -> Screen:
    """Return the notification that money was sent back, with the time that is left now."""
    subscription, means = view.person.subscription, means_of(provider)
    end = subscription.ends_at
    if subscription.waits_for_key or view.person.paused:
        text = phrase("notice-refunded-open", amount=amount, means=means)
    elif end is None or end <= view.now:
        text = phrase("notice-refunded-off", amount=amount, means=means)
    else:
        text = phrase("notice-refunded", amount=amount, means=means, end=end_argument(end, view.now))
    return Screen((text,), rows((view.plans_button,), (view.support, HOME)))


def gift_refunded(view: View, amount: Money, provider: str) -> Screen:
    """Return the notification that the money for a gift was sent back."""
    text = phrase("notice-refunded-gift", amount=amount, means=means_of(provider))
    return Screen((text,), rows((view.plans_button,), (view.support, HOME)))


def held_returned(view: View, amount: Money, provider: str) -> Screen:
    """Return the notification that money for which nothing was granted was sent back."""
    text = phrase("notice-held_returned", amount=amount, means=means_of(provider))
    return Screen((text,), rows((view.plans_button,), (view.support, HOME)))


def refused(view: View, amount: Money, provider: str) -> Screen:
    """Return the notification that the provider did not send the money back."""
    text = phrase("notice-refund_refused", amount=amount, means=means_of(provider))
    return Screen((text,), rows((view.support, HOME)))
