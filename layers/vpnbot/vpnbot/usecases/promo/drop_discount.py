"""Take a discount off: the next order of the person is placed without it."""

from contextlib import suppress

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Session

DROPPED = "discount taken off"


def drop_discount(session: Session, context: Context, cause: str) -> Person:
    """Commit that the discount of a promo code does not count for the next order, and return the person.

    A use that an order has taken stays with that order.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    if session.person.user.discount is None:
        return session.person
    with suppress(AlreadyDecided):
        decide(session, Entry(cause, DROPPED, context.clock()), _without, context.metrics)
    return session.person


def _without(person: Person) -> Person:
    discount = person.user.discount
    return person if discount is None else person.without_discount(discount.source)
