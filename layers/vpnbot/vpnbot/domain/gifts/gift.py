"""A gift: a plan that a buyer has paid for, and that another person opens with a link.

paid ──▶ redeemed ⇄ revoking ──▶ void
 │ ⇅                              ▲
 ├ held ──────────────────────────┤
 │  ▼                             │
 └▶ expired ──────────────────────┘

The money is the buyer's order's, the time is the person's who has opened the gift. What is between them is here, in
one item, which each transaction about either of them replaces.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from vpnbot.domain.effects import Replace
from vpnbot.domain.money import Money
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.offer import Offer
from vpnbot.errors import Rejected

VALID_FOR = timedelta(days=365)
"""So long after the payment a gift can be opened."""

REMINDED_AFTER = timedelta(days=7)
"""So long after the payment its buyer reads that it was not opened."""

REMINDED_BEFORE = timedelta(days=14)
"""So long before the end its buyer reads it again."""

REFUND_REMINDED_AFTER = timedelta(days=3)
"""So often the staff are reminded of a buyer who wants the money back, and has no answer."""

MOST_REFUND_REQUESTS = 3
"""So often the money for one gift can be asked for: each one that is taken back has been read by the staff."""

KEPT_FOR = timedelta(days=365) * 5
"""So long after the payment the item is kept: no provider sends money back later."""

OPENED_ENTRY = "gift opened"
"""The text of the ledger entry of a person who has opened a gift."""

MOST_LINKS = 99
"""A gift has at most so many links, one after the other."""

LOT_MARK = "gift:"
"""With this begins the name of time that a gift has given."""

GIFT_KEY = "GIFT"
"""The sort key of a gift, which has a partition of its own."""


class GiftState(StrEnum):
    """The state of a gift.

    PAID: it can be opened. HELD: its buyer has asked for the money, or it is being sent, so it cannot be opened.
    REDEEMED: it was opened. REVOKING: money was sent back after that, and the time for it is still to be taken. VOID:
    the money was sent back. EXPIRED: it was not opened in time.
    """

    PAID = "paid"
    HELD = "held"
    REDEEMED = "redeemed"
    REVOKING = "revoking"
    VOID = "void"
    EXPIRED = "expired"


class GiftRefusal(StrEnum):
    """Why a gift cannot be opened with a link.

    UNKNOWN: the link is of no gift. OLD_LINK: there is a newer link. OPENED: another person has opened it. MINE: the
    same person has. HELD, VOID, EXPIRED: as the states. OWN: the person has bought it.
    """

    UNKNOWN = "unknown"
    OLD_LINK = "old_link"
    OPENED = "opened"
    MINE = "mine"
    HELD = "held"
    VOID = "void"
    EXPIRED = "expired"
    OWN = "own"


class GiftRefused(Rejected):
    """The gift cannot be opened by this person with this link now."""

    def __init__(self, refusal: GiftRefusal) -> None:
        super().__init__(f"the gift cannot be opened: {refusal}")
        self.refusal = refusal


class GiftUnavailable(Rejected):
    """The gift is in a state from which this step is not possible."""


@dataclass(frozen=True, slots=True)
class Gift:
    """One gift.

    `id` is the name of the time that its payment has bought (`settlement.lot_name`), `buyer` the person who has paid.
    `offer` is what the person gets who opens it, `money` what of the payment is behind it. `generation` counts its
    links, of which only the last one opens it. `redeemer` has opened it at `redeemed_at`. `back_minor` was sent back
    after that; its time is still to be taken. `reminders` counts those that its buyer has read. `told`: its buyer has
    read that it was opened. `refund_requests` counts how often its buyer has asked for the money, `refund_reminders`
    how often the staff were reminded of the present request. A gift that is held and due waits for their answer; the
    refund that they have begun is due work of its own.
    """

    id: str
    buyer: str
    offer: Offer
    money: Money
    paid_at: datetime
    state: GiftState = GiftState.PAID
    generation: int = 1
    redeemer: str = ""
    redeemed_at: datetime | None = None
    back_minor: int = 0
    reminders: int = 0
    told: bool = False
    refund_requests: int = 0
    refund_reminders: int = 0
    version: int = 0
    due: Due | None = None

    @property
    def partition(self) -> str:
        """The partition in which it is stored."""
        return gift_partition(self.id)

    @property
    def lot(self) -> str:
        """The name of the time of the person who has opened it."""
        return f"{LOT_MARK}{self.id}"

    @property
    def sort_key(self) -> str:
        """Its sort key in its partition."""
        return GIFT_KEY

    @property
    def ends_at(self) -> datetime:
        """When it can be opened no more."""
        return self.paid_at + VALID_FOR

    @property
    def kept_until(self) -> datetime:
        """When the item is deleted."""
        return self.paid_at + KEPT_FOR

    @property
    def unopened(self) -> bool:
        """Whether it can be opened, or could be again if the money is not sent back."""
        return self.state in {GiftState.PAID, GiftState.HELD}

    @property
    def next_moment(self) -> datetime:
        """When its buyer is reminded next; after the last reminder, when it ends."""
        moments = (self.paid_at + REMINDED_AFTER, self.ends_at - REMINDED_BEFORE)
        return moments[self.reminders] if self.reminders < len(moments) else self.ends_at

    def refusal(self, person: str, generation: int, now: datetime) -> GiftRefusal | None:
        """Return why a person cannot open it with the link of a generation; None: they can."""
        if self.state in {GiftState.REDEEMED, GiftState.REVOKING}:
            return GiftRefusal.MINE if person == self.redeemer else GiftRefusal.OPENED
        if self.state is GiftState.VOID:
            return GiftRefusal.VOID
        if self.state is GiftState.EXPIRED or now >= self.ends_at:
            return GiftRefusal.EXPIRED
        if person == self.buyer:
            return GiftRefusal.OWN
        if generation != self.generation:
            return GiftRefusal.OLD_LINK
        return GiftRefusal.HELD if self.state is GiftState.HELD else None

    def redeemed(self, person: str, generation: int, now: datetime) -> "Gift":
        """Return this gift opened; its buyer is told as due work.

        Raises:
            GiftRefused: the person cannot open it with this link.
        """
        refusal = self.refusal(person, generation, now)
        if refusal is not None:
            raise GiftRefused(refusal)
        return replace(self, state=GiftState.REDEEMED, redeemer=person, redeemed_at=now, due=Due(now))

    def with_new_link(self, now: datetime) -> "Gift":
        """Return this gift with another link; all earlier ones are dead.

        Raises:
            GiftUnavailable: it cannot be opened now, or has had so many links as it can have.
        """
        if self.state is not GiftState.PAID or now >= self.ends_at or self.generation >= MOST_LINKS:
            raise GiftUnavailable(f"no new link for a gift that is {self.state}")
        return replace(self, generation=self.generation + 1)

    @property
    def awaits_answer(self) -> bool:
        """Whether its buyer has asked for the money, and the staff have not answered."""
        return self.state is GiftState.HELD and self.due is not None

    def asked_back(self, now: datetime) -> "Gift":
        """Return this gift after its buyer has asked for the money: it cannot be opened, the staff are reminded.

        Raises:
            GiftUnavailable: it cannot be opened, or the money was asked for so often as it can be.
        """
        if self.state is not GiftState.PAID or self.refund_requests >= MOST_REFUND_REQUESTS:
            raise GiftUnavailable(f"no request for the money of a gift that is {self.state}")
        number = self.refund_requests + 1
        return replace(
            self, state=GiftState.HELD, refund_requests=number, refund_reminders=0, due=self._reminding(now)
        )

    def held(self) -> "Gift":
        """Return this gift while its money is sent back; one that is opened, or is over, stays as it is."""
        return replace(self, state=GiftState.HELD, due=None) if self.unopened else self

    def reopened(self) -> "Gift":
        """Return this gift after the money was not sent back; one that is not held stays as it is."""
        return replace(self, state=GiftState.PAID).scheduled() if self.state is GiftState.HELD else self

    def sent_back(self, sent_minor: int, now: datetime) -> "Gift":
        """Return this gift after so much of its money was sent back, in minor units.

        Nothing is left of it with all of its money; with a part, it is shorter in proportion. From the person who has
        opened it the time is taken as due work.
        """
        if sent_minor <= 0 or self.state is GiftState.VOID:
            return self
        if self.redeemer:
            back = min(self.back_minor + sent_minor, self.money.amount_minor)
            return replace(self, state=GiftState.REVOKING, back_minor=back, due=Due(now))
        left = self.money.amount_minor - sent_minor
        if left <= 0:
            return replace(self, state=GiftState.VOID, due=None)
        share = Fraction(left, self.money.amount_minor)
        shorter = timedelta(seconds=int(self.offer.seconds * share))
        kept = replace(self.offer, duration=shorter, full_price=self.offer.full_price or self.offer.price)
        return replace(self, offer=kept, money=Money(left, self.money.currency))

    def taken_back(self, *, anything_left: bool) -> "Gift":
        """Return this gift after the time for the money that was sent back was taken.

        `anything_left`: the person who has opened it has time of it left.
        """
        left = self.money.amount_minor - self.back_minor
        if left <= 0 or not anything_left:
            return replace(self, state=GiftState.VOID, back_minor=0, due=None)
        kept = replace(self, state=GiftState.REDEEMED, money=Money(left, self.money.currency), back_minor=0)
        return replace(kept, due=None)

    def reminded(self) -> "Gift":
        """Return this gift after its buyer was reminded."""
        return replace(self, reminders=self.reminders + 1).scheduled()

    def staff_reminded(self, now: datetime) -> "Gift":
        """Return this gift after the staff were reminded that its buyer waits for an answer."""
        return replace(self, refund_reminders=self.refund_reminders + 1, due=self._reminding(now))

    def expired(self) -> "Gift":
        """Return this gift after the time in which it could be opened."""
        return replace(self, state=GiftState.EXPIRED, due=None)

    def announced(self, now: datetime) -> "Gift":
        """Return this gift after its buyer was told that it was opened."""
        return replace(self, told=True, due=Due(now) if self.state is GiftState.REVOKING else None)

    def _reminding(self, now: datetime) -> Due:
        """Return when the staff are reminded next of a request for the money, or when the gift ends."""
        return Due(min(now + REFUND_REMINDED_AFTER, self.ends_at))

    def scheduled(self) -> "Gift":
        """Return this gift due when its buyer is reminded next, or when it ends."""
        return replace(self, due=Due(self.next_moment))


def new_gift(gift_id: str, buyer: str, offer: Offer, money: Money, now: datetime) -> Gift:
    """Return the gift that a payment makes."""
    return Gift(gift_id, buyer, offer, money, now).scheduled()


def gift_partition(gift_id: str) -> str:
    """Return the partition of a gift."""
    return f"GIFT#{gift_id}"


def gift_of_partition(partition: str) -> str:
    """Return the id of the gift that has a partition."""
    return partition.partition("#")[2]


def replacing(gift: Gift) -> Replace:
    """Return the effect that writes a gift, if it is stored as it was read."""
    return Replace(gift.partition, GIFT_KEY, gift, expires_at=gift.kept_until)
