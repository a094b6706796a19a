"""What a payment for a gift, and its refund, mean for the gift."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.effects import Effect
from vpnbot.domain.gifts.gift import MOST_REFUND_REQUESTS, Gift, GiftState, replacing
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.payments.money_notifications import encoded, money_notification
from vpnbot.domain.payments.refund_offer import RefundOffer
from vpnbot.domain.payments.refunded_time import refundable
from vpnbot.domain.people.person import Person

_OF_STATE = frozenset({NotificationKind.GIFT_REMINDER, NotificationKind.GIFT_WAITS, NotificationKind.GIFT_AGAIN})
"""The messages that say how a gift is; the others say what has happened."""


def gift_ids(order: Order) -> tuple[str, ...]:
    """Return the ids of the gifts of an order: one for each payment for which one was made; none of other orders."""
    if order.kind is not OrderKind.GIFT:
        return ()
    return tuple(payment.lot for payment in order.payments if payment.lot is not None)


def about_gift(gift: Gift, language: str | None) -> Mapping[str, str]:
    """Return the arguments of notifications to the buyer of a gift."""
    titles = gift.offer.plan.titles
    title = titles.get(language or "") or titles.get("en") or gift.offer.plan.id
    return {
        "gift": gift.id,
        "title": title,
        "duration": encoded(gift.offer.duration),
        "date": encoded(gift.ends_at),
    }


def bought_notification(gift: Gift, person: Person, cause: str, now: datetime) -> Notification:
    """Return what the buyer reads when a gift is paid."""
    return money_notification(NotificationKind.GIFT_BOUGHT, cause, now, about_gift(gift, person.user.language))


def without_outdated(person: Person, gift: Gift) -> Person:
    """Return the buyer of a gift that has changed without the messages that wait and say how it was.

    They may have waited long, for Telegram or for a buyer who has blocked the bot, and would not be true any more.
    """
    kept = tuple(
        each for each in person.outbox if each.kind not in _OF_STATE or each.arguments.get("gift") != gift.id
    )
    return person if len(kept) == len(person.outbox) else replace(person, outbox=kept)


def gift_changed(before: Gift | None, after: Gift | None) -> tuple[Effect, ...]:
    """Return the effect that writes a changed gift; nothing for one that stays as it is, or that there is not."""
    return () if after is None or after == before else (replacing(after),)


def payment_of_gift(order: Order, gift: Gift) -> Payment | None:
    """Return the payment of an order that has bought a gift; None: it has bought no such gift."""
    return next((payment for payment in order.payments if payment.lot == gift.id), None)


def about_refund_of_gift(person: Person, order: Order, payment: Payment) -> Mapping[str, str]:
    """Return the arguments of alerts about the request of a buyer for the money of a gift."""
    about = {"order": order.id, "person": person.id, "provider": order.provider, "payment": payment.id}
    return {**about, "amount": encoded(price_of(payment))}


def price_of(payment: Payment) -> Money:
    """Return what of a payment is behind its gift: all that is here, without a surplus."""
    return Money(payment.left.amount_minor - payment.surplus_minor, payment.money.currency)


def may_be_asked_back(gift: Gift | None, payment: Payment, money: Money) -> bool:
    """Tell whether so much of a payment can be sent back: a gift that was not opened goes as a whole.

    Money beyond the price is no part of it. A gift that is not stored keeps no money here.
    """
    part = payment.surplus_minor < money.amount_minor < payment.left.amount_minor
    return gift is None or bool(gift.redeemer) or not part


def asked_back(gift: Gift | None, payment: Payment, money: Money) -> tuple[Effect, ...]:
    """Return what it does to a gift that so much of its payment is to be sent back: it cannot be opened meanwhile."""
    if gift is None or money.amount_minor <= payment.surplus_minor:
        return ()
    return gift_changed(gift, gift.held())


def gift_refund_offer(
    person: Person,
    order: Order,
    gifts: Mapping[str, Gift],
    now: datetime,
    *,
    within: timedelta,
    whole_only: bool,
) -> RefundOffer | None:
    """Return what a buyer can ask back for a gift order: all of a gift that can still be opened; None: nothing.

    A request that was taken back can be made again, a few times.
    """
    for payment in reversed(order.payments):
        gift = gifts.get(payment.lot or "")
        if gift is None or gift.state is not GiftState.PAID or payment.state is not PaymentState.CREDITED:
            continue
        if gift.refund_requests >= MOST_REFUND_REQUESTS:
            continue
        if person.refund_of(payment.id) is not None or payment.paid_at is None or now - payment.paid_at > within:
            continue
        amount = price_of(payment)
        if amount.amount_minor > 0 and not (whole_only and amount != payment.money):
            return RefundOffer(payment, amount, unused=None, ends_at=None)
    return None


def unused_gift_money(
    gift: Gift | None, redeemer: Person | None, payment: Payment, now: datetime, *, whole_only: bool
) -> Money | None:
    """Return what the staff can send back for a gift: all of it until it is opened, then what is left of its time.

    `redeemer` has opened it. None: nothing is left.
    """
    price = price_of(payment)
    if gift is None or not gift.redeemer:
        amount = price
    elif redeemer is None or gift.state is not GiftState.REDEEMED:
        return None
    else:
        amount = refundable(redeemer, {gift.lot}, price, now)
    if amount.amount_minor <= 0 or (whole_only and amount != payment.money):
        return None
    return amount
