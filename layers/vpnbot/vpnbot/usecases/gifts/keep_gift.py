"""The buyer of a gift takes the request for its money back: it can be opened again, with the same link."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from vpnbot.domain.effects import Effect
from vpnbot.domain.gifts.gift import Gift, GiftUnavailable, replacing
from vpnbot.domain.needs import NeedKind, dealt_with, wanted
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.payments.gift_payments import about_refund_of_gift, payment_of_gift, without_outdated
from vpnbot.domain.payments.settlement import order_of
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.gifts.make_gift_link import gift_of_buyer
from vpnbot.usecases.ports import Context, Session
from vpnbot.usecases.ports.gifts import Gifts
from vpnbot.usecases.read_gifts import gifts_of

KEPT_ENTRY = "gift kept"


def keep_gift(session: Session, gifts: Gifts, context: Context, cause: str, gift_id: str) -> Gift:
    """Commit that the buyer keeps a gift, once for the cause, and return the gift as it is now.

    The operators read that there is nothing to decide any more.

    Raises:
        GiftUnavailable: the person has bought no such gift, or no answer is awaited: the money is being sent.
        Conflict: concurrent changes; try again later.
    """
    order_id, now = order_of(gift_id), context.clock()
    session.recall(order_id)

    def chosen(person: Person) -> Decision:
        gift = gift_of_buyer(gifts, person.id, gift_id)  # at each attempt: the staff may have decided meanwhile
        order = person.order(order_id)
        payment = None if order is None else payment_of_gift(order, gift)
        if not gift.awaits_answer or order is None or payment is None:
            raise GiftUnavailable(f"no request is taken back for a gift that is {gift.state}")
        about = about_refund_of_gift(person, order, payment)
        alert = alerted(AlertKind.REFUND_WITHDRAWN, cause, now, **about)
        effects = (replacing(gift.reopened()), alert, *_still_waits(person, order, gift, gifts, now))
        return Decision(without_outdated(person, gift), effects=effects)

    with suppress(AlreadyDecided):
        decide(session, Entry(cause, KEPT_ENTRY, now, order=order_id), chosen, context.metrics)
    return gift_of_buyer(gifts, session.person.id, gift_id)


def _still_waits(person: Person, order: Order, kept: Gift, gifts: Gifts, now: datetime) -> Iterator[Effect]:
    """Yield the change of what waits for the staff: the row of an order is that of its other gift, if one is held."""
    others = [gift for gift in gifts_of(gifts, order).values() if gift.awaits_answer and gift.id != kept.id]
    payment = payment_of_gift(order, others[0]) if others else None
    if payment is None:
        yield dealt_with(NeedKind.REFUND, person.id, order.id)
    else:
        yield wanted(NeedKind.REFUND, person.id, order.id, now, payment.id)
