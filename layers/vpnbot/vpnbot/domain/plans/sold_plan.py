"""One plan of the catalogue: what it grants, and for which times it is sold at which prices."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice
from vpnbot.domain.subscriptions.plan import Plan

MONTH = timedelta(days=30)
"""A duration of at least this length sets the price at which time of other plans is converted."""

_ID = re.compile(r"[a-z0-9-]{1,20}")


def is_id(text: str) -> bool:
    """Tell whether a text is the id of a plan or of a duration: 1 to 20 of a-z, 0-9 and `-`."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class SoldDuration:
    """A time for which a plan is sold. `prices` are in the smallest unit of the currency, by its code."""

    id: str
    time: timedelta
    prices: Mapping[str, int] = field(default_factory=dict)

    @property
    def seconds(self) -> int:
        """The length in seconds."""
        return int(self.time.total_seconds())

    def price(self, currency: str) -> Money | None:
        """Return the price in a currency; None if there is none."""
        amount = self.prices.get(currency)
        return None if amount is None else Money(amount, currency)

    def list_price(self, currency: str) -> ListPrice | None:
        """Return the price in a currency for the whole time, as orders keep it; None if there is none."""
        amount = self.prices.get(currency)
        return None if amount is None else ListPrice(amount, self.seconds)


@dataclass(frozen=True, slots=True)
class SoldPlan:
    """A plan of the catalogue; a plan is hidden, never deleted.

    `titles` and `lines` (one sentence for customers) are by language. `traffic_bytes` is for each 30 days and all
    keys together; None: no limit. `keys` is the number of servers on which a person gets a key, `countries` are the
    allowed ones (ISO 3166-1, two letters), empty: any. Plans are listed by `position`. `trial`: the free trial is a
    trial of this plan, so that time left of the trial has this plan's price. `version` counts the saves; 0: nothing
    is stored.
    """

    id: str
    titles: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    devices: int = 1
    traffic_bytes: int | None = None
    keys: int = 1
    countries: tuple[str, ...] = ()
    position: int = 0
    hidden: bool = True
    trial: bool = False
    durations: tuple[SoldDuration, ...] = ()
    version: int = 0

    @property
    def by_time(self) -> tuple[SoldDuration, ...]:
        """The durations, the shortest first."""
        return tuple(sorted(self.durations, key=lambda duration: duration.time))

    def duration(self, duration_id: str) -> SoldDuration | None:
        """Return the duration with this id; None if there is none."""
        return next((duration for duration in self.durations if duration.id == duration_id), None)

    def shortest_month(self, currency: str) -> ListPrice | None:
        """Return the price of the shortest duration of at least 30 days in a currency; None if there is none."""
        long = (duration for duration in self.by_time if duration.time >= MONTH)
        return next(filter(None, (duration.list_price(currency) for duration in long)), None)

    def title(self, language: str) -> str:
        """Return the title in a language, or in another one if there is none; the id if there is no title at all."""
        return _in_language(self.titles, language) or self.id

    def line(self, language: str) -> str:
        """Return the sentence for customers in a language, or in another one; empty if there is none at all."""
        return _in_language(self.lines, language)

    @property
    def granted(self) -> Plan:
        """What a purchase grants, as subscriptions and orders keep it; the time is in the offer."""
        return Plan(
            self.id,
            timedelta(),
            devices=self.devices,
            traffic_limit_bytes=self.traffic_bytes,
            keys=self.keys,
            locations=self.countries,
            titles=self.titles,
        )

    def with_duration(self, duration: SoldDuration) -> "SoldPlan":
        """Return this plan with a duration added, or replaced if it has one with the same id."""
        others = (known for known in self.durations if known.id != duration.id)
        return replace(self, durations=tuple(sorted((*others, duration), key=lambda each: each.time)))

    def without_duration(self, duration_id: str) -> "SoldPlan":
        """Return this plan without a duration."""
        return replace(self, durations=tuple(each for each in self.durations if each.id != duration_id))


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
