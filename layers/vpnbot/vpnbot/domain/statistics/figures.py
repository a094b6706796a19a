"""Figures over days of a time zone, from the sums of whole hours of UTC.

Where a zone is not ahead of UTC by whole hours, its days begin and end within an hour; that hour belongs to the day
in which it begins. So such a day is counted from half past midnight, or a quarter past, to the same time a day later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from vpnbot.domain.statistics.flow import FlowKind, Flows

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A time from `first` to before `end`."""

    first: datetime
    end: datetime

    @property
    def of_whole_hours(self) -> "Span":
        """The hours that begin in it."""
        return Span(_next_hour(self.first), _next_hour(self.end))

    def of(self, hours: Mapping[datetime, Flows]) -> Flows:
        """Return the sums of the hours in it."""
        return Flows.sum(flows for hour, flows in hours.items() if self.first <= hour < self.end)


@dataclass(frozen=True, slots=True)
class Period:
    """Some days up to today: the sums of each, the oldest first, and those of as many days before."""

    first_day: date
    days: tuple[Flows, ...]
    before: Flows

    @property
    def last_day(self) -> date:
        """Today."""
        return self.first_day + DAY * (len(self.days) - 1)

    @property
    def total(self) -> Flows:
        """The sums of all days."""
        return Flows.sum(self.days)

    @property
    def paid_after_trial(self) -> float | None:
        """First payments as a share of trials; None without trials."""
        total = self.total
        trials = total.count(FlowKind.TRIAL)
        first = total.count(FlowKind.PAID, FlowKind.RENEWED, first=True)
        return first / trials if trials else None


def _next_hour(moment: datetime) -> datetime:
    begun = moment.replace(minute=0, second=0, microsecond=0)
    return begun if begun == moment else begun + timedelta(hours=1)


def day_of(moment: datetime, offset: timedelta) -> date:
    """Return the day of a time in a zone."""
    return (moment.astimezone(UTC) + offset).date()


def span_of_days(first: date, count: int, offset: timedelta) -> Span:
    """Return the time of some days in a zone."""
    begin = datetime.combine(first, time(), UTC) - offset
    return Span(begin, begin + DAY * count)


def span_of_month(year: int, month: int, offset: timedelta) -> Span:
    """Return the time of a month in a zone."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return span_of_days(date(year, month, 1), (following - date(year, month, 1)).days, offset)


def month_before(year: int, month: int) -> tuple[int, int]:
    """Return the month before, as year and month."""
    return (year, month - 1) if month > 1 else (year - 1, 12)


def period_of(hours: Mapping[datetime, Flows], today: date, count: int, offset: timedelta) -> Period:
    """Return the figures of the last days, today included."""
    first = today - DAY * (count - 1)
    days = tuple(span_of_days(first + DAY * number, 1, offset).of(hours) for number in range(count))
    return Period(first, days, span_of_days(first - DAY * count, count, offset).of(hours))
