"""A person opens a gift: its time and its end as a gift are committed together, so that it is opened once."""

from contextlib import suppress
from dataclasses import dataclass

from vpnbot.domain.gifts.gift import OPENED_ENTRY, Gift, GiftRefusal, GiftRefused, replacing
from vpnbot.domain.gifts.link import read_token
from vpnbot.domain.keys.key_ring import Key, KeyRing
from vpnbot.domain.payments.gift_opening import with_gift
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import LimitedAct
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.errors import AlreadyDecided, DeletedMeanwhile
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.keys.make_keys import make_keys
from vpnbot.usecases.people.count_act import count_act
from vpnbot.usecases.ports import Context, Fleet, Session
from vpnbot.usecases.ports.gifts import Gifts


@dataclass(frozen=True, slots=True)
class NamedGift:
    """The gift that a link names, and the number of the link."""

    gift: Gift
    generation: int


def gift_of_link(gifts: Gifts, ring: KeyRing, token: str) -> NamedGift:
    """Return the gift that a link names, in whatever state it is.

    Raises:
        GiftRefused: the link was not made by us, or the gift is not stored any more.
        UnreadableItem, StorageUnavailable: as `Gifts.get`.
    """
    named = read_token(token, ring.gift_mac)
    gift = None if named is None else gifts.get(named[0])
    if named is None or gift is None:
        raise GiftRefused(GiftRefusal.UNKNOWN)
    return NamedGift(gift, named[1])


def count_wrong_link(session: Session, context: Context, refusal: GiftRefusal) -> None:
    """Commit that the person has tried a link of no gift, as a wrong promo code; other refusals are not counted.

    Raises:
        TooOften: the person has tried as many as allowed.
        Conflict: concurrent changes; try again later.
    """
    if refusal is GiftRefusal.UNKNOWN:
        count_act(session, context, LimitedAct.CODE)


def open_gift(session: Session, gifts: Gifts, fleet: Fleet, context: Context, token: str) -> Gift:
    """Give the person what a gift holds, try to make keys that they wait for, and return the gift.

    A repetition of the same person returns the gift, and changes nothing.

    Raises:
        GiftRefused: the gift cannot be opened by this person with this link now.
        DeletedMeanwhile: the person has deleted their data since they were loaded.
        Conflict: concurrent changes; try again later.
    """
    ring = fleet.ring()
    named = gift_of_link(gifts, ring, token)
    now, key = context.clock(), Key(ring.current, context.new_seed())
    gift, refusal = named.gift, None

    def chosen(person: Person) -> Decision | None:
        nonlocal gift, refusal
        gift = gifts.get(named.gift.id) or gift  # at each attempt: another person may have opened it meanwhile
        refusal = gift.refusal(person.id, named.generation, now)
        if refusal is not None:
            return None
        if person.user.gone:
            raise DeletedMeanwhile("a gift is not opened by a person who has deleted their data")
        gift = gift.redeemed(person.id, named.generation, now)
        after = with_gift(person, gift, key, now)
        seconds = entitlement_seconds(after.subscription, now) - entitlement_seconds(person.subscription, now)
        return Decision(after, (Entry(opening_cause(gift), OPENED_ENTRY, now, seconds=seconds),), (replacing(gift),))

    with suppress(AlreadyDecided):
        apply_fact(session, context, chosen)
    if refusal is not None and refusal is not GiftRefusal.MINE:
        raise GiftRefused(refusal)
    person = session.person
    if person.subscription.waits_for_key or person.out_of_sync:  # further keys are left to due work
        make_keys(session, fleet, context)
    return gift


def opening_cause(gift: Gift) -> str:
    """Return the cause in the ledger of the person who opens a gift."""
    return f"gift:{gift.id}"
