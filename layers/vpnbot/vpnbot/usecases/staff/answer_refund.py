"""A member of the staff has answered a wish for a refund without sending money: it waits no more."""

from collections.abc import Iterator
from contextlib import suppress

from vpnbot.domain.gifts.gift import Gift, GiftState, replacing
from vpnbot.domain.needs import NeedKind, dealt_with
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.gift_payments import about_gift, without_outdated
from vpnbot.domain.payments.money_notifications import money_notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.ports import Context, Session
from vpnbot.usecases.ports.gifts import Gifts
from vpnbot.usecases.read_gifts import gift_of


def answer_refund(session: Session, gifts: Gifts, context: Context, cause: str, actor: str, order_id: str) -> None:
    """Commit that the wish was answered, so that a gift can be opened again; a repetition changes nothing.

    The buyer of the gift reads of it; the worker sends the message.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    entry = Entry(cause, "refund request answered", context.clock(), actor, order_id)

    session.recall(order_id)

    def answered(person: Person) -> Decision:
        order = person.order(order_id)
        reopened = () if order is None else tuple(_reopened(person, order, gifts))
        after = person
        for gift in reopened if person.user.known else ():
            about = about_gift(gift, person.user.language)
            told = money_notification(NotificationKind.GIFT_AGAIN, f"{cause}:{gift.id}", context.clock(), about)
            after = without_outdated(after, gift).with_notifications(told)
        dealt = dealt_with(NeedKind.REFUND, person.id, order_id)
        return Decision(after, effects=(dealt, *(replacing(gift) for gift in reopened)))

    with suppress(AlreadyDecided):
        decide(session, entry, answered, context.metrics)


def _reopened(person: Person, order: Order, gifts: Gifts) -> Iterator[Gift]:
    """Yield the gifts of an order that can be opened again: no money of them is being sent back."""
    for payment in order.payments:
        gift = gift_of(gifts, order, payment.id)
        if gift is not None and gift.state is GiftState.HELD and person.refund_of(payment.id) is None:
            yield gift.reopened()
