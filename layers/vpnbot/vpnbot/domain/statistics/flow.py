"""What is counted: flows, and their sums over a time. Nothing in them names a person."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vpnbot.domain.ads.source import ADVERTISEMENT, own_tag
from vpnbot.domain.money import Money


class FlowKind(StrEnum):
    """What happened.

    PAID: money arrived, and time was granted for it. RENEWED: a renewal was charged. HELD: money arrived, and is
    kept until an operator decides or it is sent back. GRANTED: time for money that was kept. REFUNDED: money of a
    purchase was sent back. RETURNED: money that was kept was sent back. TEST: money of a test payment that is kept
    arrived or was sent back. PROMO: a promo code was used. REWARD: days were given for an invitation, to one of both
    people; REWARD_TAKEN: what was left of them was taken back; the amounts of both are seconds. GIFT_SOLD: a payment
    bought a gift, beside its PAID or GRANTED. GIFT_OPENED: a gift was opened. TRIAL_TOLD: a person who waited for one
    of the trials of a day was told that there are some. WINBACK: a discount to come back was offered; WINBACK_USED: a
    payment has used it; WINBACK_MONEY: money of such an order came or was sent back, beside its kind above.
    OPINION_…: an answer to the question how the VPN was; the kind of problem is an answer of its own.
    """

    MET = "met"
    TRIAL = "trial"
    CONNECTED = "connected"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    DELETED = "deleted"
    PAID = "paid"
    RENEWED = "renewed"
    HELD = "held"
    GRANTED = "granted"
    REFUNDED = "refunded"
    RETURNED = "returned"
    TEST = "test"
    PROMO = "promo"
    REWARD = "reward"
    REWARD_TAKEN = "reward_taken"
    GIFT_SOLD = "gift_sold"
    GIFT_OPENED = "gift_opened"
    TRIAL_TOLD = "trial_told"
    WINBACK = "winback"
    WINBACK_USED = "winback_used"
    WINBACK_MONEY = "winback_money"
    OPINION_GOOD = "opinion_good"
    OPINION_BAD = "opinion_bad"
    OPINION_SLOW = "opinion_slow"
    OPINION_CONNECTION = "opinion_connection"
    OPINION_APP = "opinion_app"
    OPINION_PRICE = "opinion_price"


def opinion_kind(opinion: str) -> FlowKind:
    """Return what an answer of `domain/people/opinions.py` counts."""
    return FlowKind(f"opinion_{opinion}")


SOLD = frozenset({FlowKind.PAID, FlowKind.RENEWED})
"""A sale each."""
SENT_BACK = frozenset({FlowKind.REFUNDED, FlowKind.RETURNED})
"""Money goes back."""
REVENUE = SOLD | SENT_BACK | {FlowKind.HELD}
"""The kinds whose amounts make the revenue: all real money that arrived, less what was sent back."""


class Origin(StrEnum):
    """How a person found the bot: the kind of the payload of the first `/start`.

    Only the tags of ad links are counted apart. All other payloads are typed or forged by anybody, so that their
    number has no limit.
    """

    DIRECT = "direct"
    ADVERTISEMENT = "advertisement"
    FRIEND = "friend"
    GIFT = "gift"
    PROMO = "promo"
    OTHER = "other"


_ORIGINS = {
    "a": Origin.ADVERTISEMENT,
    "r": Origin.FRIEND,
    "ref": Origin.FRIEND,
    "g": Origin.GIFT,
    "p": Origin.PROMO,
}


def origin_of(came_from: str | None) -> Origin:
    """Return the kind of the payload of a first `/start`; None: there was none."""
    if not came_from:
        return Origin.DIRECT
    return _ORIGINS.get(came_from.partition("_")[0], Origin.OTHER)


def counted_origin(came_from: str | None) -> str:
    """Return the kind of the payload of a first `/start`; that of an ad link is kept, as the staff made it."""
    tag = own_tag(came_from)
    return f"{ADVERTISEMENT}{tag}" if tag else str(origin_of(came_from))


@dataclass(frozen=True, slots=True)
class Flow:
    """What is counted apart.

    `origin` is what `counted_origin` returns; `provider` and `currency` are those of money; `first`: the person has
    not paid before.
    """

    kind: str
    plan: str = ""
    origin: str = ""
    language: str = ""
    provider: str = ""
    currency: str = ""
    first: bool = False

    @property
    def key(self) -> str:
        """The flow as one text."""
        parts = (self.kind, self.plan, self.origin, self.language, self.provider, self.currency)
        return "|".join((*(part.replace("|", "_") for part in parts), "1" if self.first else ""))

    @classmethod
    def parse(cls, key: str) -> "Flow":
        """Return the flow of a text; parts that a later release has added are left out."""
        kind, plan, origin, language, provider, currency, first, *_ = (*key.split("|"), *[""] * 6)
        return cls(kind, plan, origin, language, provider, currency, first == "1")


@dataclass(frozen=True, slots=True)
class Counted:
    """One occurrence of a flow; `minor` is its amount in minor units, negative for money that was sent back."""

    flow: Flow
    minor: int = 0


@dataclass(frozen=True, slots=True)
class Flows:
    """Sums over a time: how often each flow occurred, and its amount in minor units."""

    counts: Mapping[Flow, int] = field(default_factory=dict)
    amounts: Mapping[Flow, int] = field(default_factory=dict)

    @classmethod
    def of(cls, counted: Iterable[Counted]) -> "Flows":
        """Return the sums of occurrences."""
        counts: Counter[Flow] = Counter()
        amounts: Counter[Flow] = Counter()
        for each in counted:
            counts[each.flow] += 1
            amounts[each.flow] += each.minor
        return cls(_without_zeros(counts), _without_zeros(amounts))

    @classmethod
    def sum(cls, parts: Iterable["Flows"]) -> "Flows":
        """Return the sums of several times."""
        counts: Counter[Flow] = Counter()
        amounts: Counter[Flow] = Counter()
        for part in parts:
            counts.update(part.counts)
            amounts.update(part.amounts)
        return cls(_without_zeros(counts), _without_zeros(amounts))

    def minus(self, other: "Flows") -> "Flows":
        """Return what is here beyond the other."""
        counts, amounts = Counter(self.counts), Counter(self.amounts)
        counts.subtract(other.counts)
        amounts.subtract(other.amounts)
        return Flows(_without_zeros(counts), _without_zeros(amounts))

    def __bool__(self) -> bool:
        return bool(self.counts or self.amounts)

    def count(self, *kinds: FlowKind, first: bool | None = None) -> int:
        """Return how often these kinds occurred; with `first`, only of people who had not, or had, paid before."""
        return sum(
            number
            for flow, number in self.counts.items()
            if flow.kind in kinds and (first is None or flow.first is first)
        )

    def seconds_of_rewards(self) -> int:
        """Return the time that was given for invitations, less what was taken back, in seconds."""
        kinds = {FlowKind.REWARD, FlowKind.REWARD_TAKEN}
        return sum(seconds for flow, seconds in self.amounts.items() if flow.kind in kinds)

    def revenue(self) -> tuple[Money, ...]:
        """Return the revenue in each currency, in the order of the currencies; zero is left out."""
        return self.amounts_of(REVENUE)

    def amounts_of(self, kinds: Collection[str]) -> tuple[Money, ...]:
        """Return the amounts of these kinds in each currency, in the order of the currencies; zero is left out."""
        grouped = _grouped(self._amounts(("currency",), kinds))
        return tuple(Money(minor, currency) for (currency,), minor in grouped)

    def revenue_by_provider(self) -> tuple[tuple[str, Money], ...]:
        """Return the revenue by provider and currency, in their order."""
        grouped = _grouped(self._amounts(("provider", "currency"), REVENUE))
        return tuple((provider, Money(minor, currency)) for (provider, currency), minor in grouped)

    def by_origin(self, *kinds: FlowKind) -> Mapping[str, int]:
        """Return how often these kinds occurred by origin, all ad links together."""
        found: Counter[str] = Counter()
        for flow, number in self.counts.items():
            if flow.kind in kinds:
                found[Origin.ADVERTISEMENT if own_tag(flow.origin) else flow.origin] += number
        return found

    def of_link(self, tag: str) -> "Flows":
        """Return the sums of the people who came by one ad link."""
        return self.by_link().get(tag, Flows())

    def by_link(self) -> Mapping[str, "Flows"]:
        """Return the sums of the people who came by each ad link, by its tag."""
        found: dict[str, tuple[dict[Flow, int], dict[Flow, int]]] = {}
        for sums, number_of in enumerate((self.counts, self.amounts)):
            for flow, number in number_of.items():
                if tag := own_tag(flow.origin):
                    found.setdefault(tag, ({}, {}))[sums][flow] = number
        return {tag: Flows(counts, amounts) for tag, (counts, amounts) in found.items()}

    def _amounts(self, names: tuple[str, ...], kinds: Collection[str]) -> Iterator[tuple[tuple[str, ...], int]]:
        for flow, minor in self.amounts.items():
            if flow.kind in kinds:
                yield tuple(getattr(flow, name) for name in names), minor


def _grouped(amounts: Iterable[tuple[tuple[str, ...], int]]) -> list[tuple[tuple[str, ...], int]]:
    sums: Counter[tuple[str, ...]] = Counter()
    for group, minor in amounts:
        sums[group] += minor
    return sorted((group, minor) for group, minor in sums.items() if minor)


def _without_zeros(sums: Mapping[Flow, int]) -> dict[Flow, int]:
    return {flow: number for flow, number in sums.items() if number}
