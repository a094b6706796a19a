"""Figures for the staff: closed hours, and the open ones, which are summed when they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.statistics.figures import (
    DAY,
    Period,
    Span,
    day_of,
    period_of,
    span_of_days,
    span_of_month,
)
from vpnbot.domain.statistics.flow import REVENUE, FlowKind, Flows
from vpnbot.domain.statistics.hours import HOUR, hour_of
from vpnbot.domain.statistics.levels import Levels
from vpnbot.domain.statistics.sale import Sale
from vpnbot.usecases.ports.statistics import Statistics
from vpnbot.usecases.ports.trials import TrialPlaces

MOST_OPEN_HOURS = 3
"""The most open hours that are summed when figures are read. More are open only while due work is late."""


@dataclass(frozen=True, slots=True)
class MonthOfSales:
    """The sales of a month by the provider's time, and what the hours of the month have counted, by currency.

    They differ by what was paid in one month and decided about in another.
    """

    sales: tuple[Sale, ...]
    counted: tuple[Money, ...]

    @property
    def listed(self) -> tuple[Money, ...]:
        """The sums of the sales by currency."""
        sums: dict[str, int] = {}
        for sale in self.sales:
            sums[sale.money.currency] = sums.get(sale.money.currency, 0) + sale.money.amount_minor
        return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()) if minor)

    @property
    def difference(self) -> tuple[Money, ...]:
        """What was counted beyond the sales, by currency; currencies without a difference are left out."""
        counted = {money.currency: money.amount_minor for money in self.counted}
        listed = {money.currency: money.amount_minor for money in self.listed}
        differences = {name: counted.get(name, 0) - listed.get(name, 0) for name in counted.keys() | listed.keys()}
        return tuple(Money(minor, currency) for currency, minor in sorted(differences.items()) if minor)


def hours_of(statistics: Statistics, span: Span, now: datetime) -> dict[datetime, Flows]:
    """Return the sums of the hours of a time, the present hour included.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    span = span.of_whole_hours
    found = {hour: closed.flows for hour, closed in statistics.closed(span.first, span.end).items()}
    return {**found, **open_hours(statistics, span, now)}


def open_hours(statistics: Statistics, span: Span, now: datetime) -> Mapping[datetime, Flows]:
    """Return the sums of the hours of a span of whole hours that are not closed yet, the present one included.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    closing, present = statistics.closing(), hour_of(now)
    closed_until = closing.closed_until if closing is not None else span.first
    first_open = max(closed_until, present - HOUR * (MOST_OPEN_HOURS - 1), span.first)
    end = min(present + HOUR, span.end)
    return statistics.entries(first_open, end) if first_open < end else {}


def figures_of_days(statistics: Statistics, now: datetime, offset: timedelta, days: int) -> Period:
    """Return the figures of the last days in a zone, today included, and of as many days before.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    today = day_of(now, offset)
    span = span_of_days(today - DAY * (2 * days - 1), 2 * days, offset)
    return period_of(hours_of(statistics, span, now), today, days, offset)


def todays_figures(statistics: Statistics, now: datetime, offset: timedelta) -> Flows:
    """Return what was counted since midnight in a zone; with at most 18 short queries, however many people there are.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    today = span_of_days(day_of(now, offset), 1, offset)
    return today.of(hours_of(statistics, today, now))


@dataclass(frozen=True, slots=True)
class TrialWaiters:
    """The people who wait for one of the trials of a day: how many now, and how many were told today and in all."""

    waiting: int
    told_today: int
    told: int

    def __bool__(self) -> bool:
        return bool(self.waiting or self.told)


def trial_waiters(period: Period, places: TrialPlaces) -> TrialWaiters:
    """Return who waits for a trial; people are counted only in a shop that has, or had, a limit of trials a day.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    waiting = 0 if places.telling() is None else places.waiting()
    return TrialWaiters(waiting, period.days[-1].count(FlowKind.TRIAL_TOLD), period.total.count(FlowKind.TRIAL_TOLD))


def levels_of_nights(statistics: Statistics, now: datetime, count: int) -> Sequence[Levels]:
    """Return the levels of the last nights, the oldest first; nights without a count are empty.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    last = day_of(now, timedelta())
    first = last - DAY * (count - 1)
    found = {levels.day: levels for levels in statistics.levels(first, last)}
    days = (first + DAY * number for number in range(count))
    return [found.get(day, Levels(day)) for day in days]


def sales_of_month(statistics: Statistics, year: int, month: int, now: datetime, offset: timedelta) -> MonthOfSales:
    """Return the sales of a month in a zone.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    span = span_of_month(year, month, offset)
    sales = (sale for sale in statistics.sales(span.first, span.end) if sale.kind in REVENUE)
    return MonthOfSales(tuple(sales), span.of(hours_of(statistics, span, now)).revenue())
