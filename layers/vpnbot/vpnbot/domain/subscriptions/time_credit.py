"""What the time of a subscription consists of: lots, in the order in which they are used.

Each purchase adds a lot. A lot keeps what was bought; what is left of it is computed from that when it is needed. So
rounding does not add up: a lot may be converted a thousand times, and is then the same as before. All arithmetic is
exact, with whole numbers and fractions; the few roundings are named where they happen.

Two amounts never grow: the share of the lot that is left, and its worth. Time of another plan is as much as the worth
that is left pays for at the list price. Therefore a sequence of conversions gives no more time than was paid for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from vpnbot.domain.money import Money
from vpnbot.domain.subscriptions.list_price import ListPrice

FINEST_SHARE = 10**36
"""The largest denominator of a stored share: DynamoDB's numbers have 38 digits. A finer share is rounded down."""

WHOLE_TRAFFIC = 10**6
"""The share of traffic that is left is stored in millionths, rounded down."""

WORTH_PARTS = 10**6
"""The worth of a lot is stored in millionths of the smallest unit of the base currency."""

LONGEST_CONVERTED_SECONDS = 2 * 365 * 86_400
"""Two years: a conversion does not make the time left longer than this."""


class Source(StrEnum):
    """Where a lot comes from. Time of TRIAL and FREE is without money: a conversion never gives more of it."""

    TRIAL = "trial"
    BOUGHT = "bought"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Lot:
    """Time that was granted at once, and what is left of it.

    `id` names what granted it, for bought time its order. `plan_id` and `bought_seconds` are the plan and the time as
    granted; `paid` is the money for it, as paid. `worth` is the list price of it, or what was paid if that is less,
    in millionths of the smallest unit of the base currency; 0: no list price is known yet. `granted_at` is known for
    bought time since the release that stores it.

    `seconds` is the time left in the present plan of the subscription, out of `of_seconds` at the last conversion (or
    as granted). At that conversion `numerator` / `denominator` of the lot was left, exactly. `traffic_share` is the
    share of its traffic that is left while the present plan has no limit; a plan with a limit counts its own traffic.
    """

    id: str
    source: Source
    plan_id: str
    bought_seconds: int
    seconds: int
    of_seconds: int
    worth: int = 0
    paid: Money | None = None
    numerator: int = 1
    denominator: int = 1
    traffic_share: int = WHOLE_TRAFFIC
    granted_at: datetime | None = None

    @property
    def share_left(self) -> Fraction:
        """The share of the granted lot that is left."""
        return Fraction(self.numerator * self.seconds, self.denominator * self.of_seconds)

    @property
    def as_granted(self) -> bool:
        """Whether this is free time that was never converted, so that its plan has granted all of its traffic."""
        return self.source is not Source.BOUGHT and not self.worth

    @property
    def traffic_left(self) -> Fraction:
        """The share of its traffic that was left when the lot left a plan with a limit."""
        return Fraction(self.traffic_share, WHOLE_TRAFFIC)

    @property
    def home_seconds(self) -> int:
        """The time left in the plan of the lot itself: the most that free time may become in any plan."""
        return ceil(self.bought_seconds * self.share_left)

    @property
    def paid_left(self) -> Fraction:
        """The money for what is left, exact, in the smallest unit of the currency that was paid; 0 if free."""
        return self.share_left * self.paid.amount_minor if self.paid is not None else Fraction()

    def valued_at(self, price: ListPrice) -> "Lot":
        """Return this lot with its worth, at the list price of a plan; unchanged if it has a worth."""
        worth = ceil(self.bought_seconds * price.per_second * WORTH_PARTS)
        return self if self.worth else replace(self, worth=worth)

    def converted(self, plan_id: str, price: ListPrice, *, unlimited: bool = False) -> "Lot":
        """Return what is left of this lot as time of another plan, rounded up to a whole second.

        Back in its own plan it is the time that was left. Free time never becomes more than that in any plan. Where
        traffic is `unlimited`, time becomes shorter by the share of its traffic that is used up; it may become none.
        """
        seconds = self.home_seconds
        if plan_id != self.plan_id:
            by_worth = ceil(self.worth * self.share_left / WORTH_PARTS / price.per_second)
            seconds = by_worth if self.source is Source.BOUGHT else min(by_worth, seconds)
        return self._with_time(ceil(seconds * self.traffic_left) if unlimited else seconds)

    def restored(self) -> "Lot":
        """Return what is left of this lot as time of its own plan."""
        return self._with_time(self.home_seconds)

    def _with_time(self, seconds: int) -> "Lot":
        share = self.share_left
        if share.denominator > FINEST_SHARE:
            share = Fraction(floor(share * FINEST_SHARE), FINEST_SHARE)
        return replace(
            self,
            seconds=seconds,
            of_seconds=seconds,
            numerator=share.numerator,
            denominator=share.denominator,
        )


def granted(
    lot_id: str,
    source: Source,
    plan_id: str,
    seconds: int,
    *,
    worth: Fraction | None = None,
    paid: Money | None = None,
    at: datetime | None = None,
) -> Lot:
    """Return a new lot. `worth` is in the smallest unit of the base currency; None: no list price is known yet."""
    parts = 0 if worth is None else max(floor(worth * WORTH_PARTS), 1)
    return Lot(lot_id, source, plan_id, seconds, seconds, seconds, parts, paid, granted_at=at)


def total_seconds(lots: Iterable[Lot]) -> int:
    """Return the time left of all lots, in the present plan."""
    return sum(lot.seconds for lot in lots)


def after_use(lots: Iterable[Lot], used_seconds: int) -> tuple[Lot, ...]:
    """Return what is left after a time of use: the first lots are used first, and used lots are left out."""
    left = []
    for lot in lots:
        used = min(lot.seconds, used_seconds)
        used_seconds -= used
        if used < lot.seconds:
            left.append(replace(lot, seconds=lot.seconds - used))
    return tuple(left)


def in_order_of_use(lots: Iterable[Lot]) -> tuple[Lot, ...]:
    """Return the lots in the order in which they are used: free time first, bought time in the order of payment."""
    return tuple(sorted(lots, key=lambda lot: lot.source is Source.BOUGHT))


def converted(
    lots: Iterable[Lot],
    plan_id: str,
    price: ListPrice,
    *,
    at_most: int = LONGEST_CONVERTED_SECONDS,
    unlimited: bool = False,
) -> tuple[Lot, ...]:
    """Return what is left of the lots as time of another plan, together at most `at_most` seconds.

    What exceeds it shortens all lots in proportion. They keep their worth: in a dearer plan they are whole again.
    `unlimited`: that plan has no limit of traffic, see `Lot.converted`; lots that become no time are left out.
    """
    became = (lot.converted(plan_id, price, unlimited=unlimited) for lot in lots)
    changed = tuple(lot for lot in became if lot.seconds)
    total = total_seconds(changed)
    if total <= at_most:
        return changed
    shorter = ((lot, lot.seconds * at_most // total) for lot in changed)
    return tuple(replace(lot, seconds=seconds, of_seconds=seconds) for lot, seconds in shorter if seconds)


def without_share(lots: Sequence[Lot], lot_id: str, share: Fraction) -> tuple[Lot, ...]:
    """Return the lots with a share (0 to 1) of what is left of one purchase taken away, rounded down to a second."""
    left = (
        replace(lot, seconds=lot.seconds - floor(lot.seconds * share)) if lot.id == lot_id else lot for lot in lots
    )
    return tuple(lot for lot in left if lot.seconds)
