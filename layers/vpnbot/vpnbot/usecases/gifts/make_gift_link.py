"""The buyer of a gift gets another link for it; the earlier ones are dead with the commit."""

from contextlib import suppress

from vpnbot.domain.gifts.gift import Gift, GiftUnavailable, replacing
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.ports import Context, Session
from vpnbot.usecases.ports.gifts import Gifts


def gift_of_buyer(gifts: Gifts, person: str, gift_id: str) -> Gift:
    """Return a gift that a person has bought, in whatever state it is.

    Raises:
        GiftUnavailable: the person has bought none with this id.
        UnreadableItem, StorageUnavailable: as `Gifts.get`.
    """
    gift = gifts.get(gift_id)
    if gift is None or gift.buyer != person:
        raise GiftUnavailable("the person has bought no such gift")
    return gift


def make_gift_link(session: Session, gifts: Gifts, context: Context, cause: str, gift_id: str) -> Gift:
    """Commit that a gift has another link, once for the cause, and return the gift as it is now.

    Raises:
        GiftUnavailable: the person has bought no such gift, or it cannot be opened, or has had too many links.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def chosen(person: Person) -> Decision:
        gift = gift_of_buyer(gifts, person.id, gift_id)  # at each attempt: it may have been opened meanwhile
        return Decision(person, effects=(replacing(gift.with_new_link(now)),))

    with suppress(AlreadyDecided):
        decide(session, Entry(cause, "new link of a gift", now), chosen, context.metrics)
    return gift_of_buyer(gifts, session.person.id, gift_id)
