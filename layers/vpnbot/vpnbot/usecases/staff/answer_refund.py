"""A member of the staff has answered a wish for a refund without sending money: it waits no more."""

from collections.abc import Iterator
from contextlib import suppress

from vpnbot.domain.effects import Effect
from vpnbot.domain.needs import NeedKind, dealt_with
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.gift_payments import gift_changed
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.ports import Context, Session
from vpnbot.usecases.ports.gifts import Gifts
from vpnbot.usecases.read_gifts import gift_of


def answer_refund(session: Session, gifts: Gifts, context: Context, cause: str, actor: str, order_id: str) -> None:
    """Commit that the wish was answered, so that a gift can be opened again; a repetition changes nothing.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    entry = Entry(cause, "refund request answered", context.clock(), actor, order_id)

    session.recall(order_id)

    def answered(person: Person) -> Decision:
        order = person.order(order_id)
        reopened = () if order is None else tuple(_reopened(person, order, gifts))
        return Decision(person, effects=(dealt_with(NeedKind.REFUND, person.id, order_id), *reopened))

    with suppress(AlreadyDecided):
        decide(session, entry, answered, context.metrics)


def _reopened(person: Person, order: Order, gifts: Gifts) -> Iterator[Effect]:
    """Yield what opens the gifts of an order again of which no money is being sent back."""
    for payment in order.payments:
        gift = gift_of(gifts, order, payment.id)
        if gift is not None and person.refund_of(payment.id) is None:
            yield from gift_changed(gift, gift.reopened())
