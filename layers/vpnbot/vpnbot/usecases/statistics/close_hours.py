"""Due work: sum the entries of each hour once, ten minutes after its end.

Once a night two days are summed again, and the people in each state are counted.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.domain.statistics.hours import (
    CHECKED_AGAIN,
    HOUR,
    ClosedHour,
    Closing,
    closable_until,
    next_closing,
    night_of,
)
from vpnbot.domain.statistics.levels import Level, Levels
from vpnbot.errors import ClaimLost
from vpnbot.usecases.ports import Audience, Context, Metric
from vpnbot.usecases.ports.statistics import Statistics

HOURS_AT_ONCE = 48
"""The most hours that one slice sums, with eight queries a day."""

COUNTING = timedelta(seconds=20)
"""After this time no further level is counted in this slice. One level of a million people takes about as long."""


def begin_statistics(statistics: Statistics, context: Context) -> None:
    """Make the closing of hours due, if it never was; entries of the last two days are in it."""
    now = context.clock()
    statistics.begin(closable_until(now) - CHECKED_AGAIN, next_closing(now))


def close_hours(item: DueItem, statistics: Statistics, audience: Audience, context: Context) -> None:
    """Close the hours that have ended, in slices.

    The sums of an hour are stored once: closing it twice, after a crash, changes nothing.

    Raises:
        ClaimLost: another worker has the claim.
        StorageUnavailable: the storage did not answer; due work tries again.
    """
    before = statistics.closing()
    if before is None or before.due is None or before.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    now = context.clock()
    until = min(closable_until(now), before.closed_until + HOUR * HOURS_AT_ONCE)
    for hour, flows in statistics.entries(before.closed_until, until).items():
        statistics.keep_links(hour, flows)
        statistics.close(hour, flows)
    after = replace(before, closed_until=max(until, before.closed_until))
    if after.closed_until < closable_until(now):
        _next(item, after, statistics, now)
        return
    if night := night_of(now, before.checked):
        if not _all_levels_counted(date.fromisoformat(night), statistics, audience, context):
            _next(item, after, statistics, now)
            return
        _sum_again(after, statistics, context)
        after = replace(after, checked=night)
    _next(item, after, statistics, next_closing(now))


def _sum_again(closing: Closing, statistics: Statistics, context: Context) -> None:
    """Store what entries that came late have added to the hours of the last two days."""
    first = closing.closed_until - CHECKED_AGAIN
    closed = statistics.closed(first, closing.closed_until)
    for hour, found in statistics.entries(first, closing.closed_until).items():
        known = closed.get(hour, ClosedHour())
        late = found.minus(known.sums)
        if late and late != known.late:
            statistics.keep_links(hour, found)
            statistics.correct(hour, late)
            context.metrics.count(Metric.LATE_STATISTICS)


def _all_levels_counted(day: date, statistics: Statistics, audience: Audience, context: Context) -> bool:
    """Count the people in each state, unless it was done on that day; return False if the time of a slice is over."""
    began_at = context.clock()
    found = next(iter(statistics.levels(day, day)), Levels(day))
    for level in Level:
        if level in found.counts:
            continue
        if context.clock() - began_at >= COUNTING:
            return False
        count = audience.count(level.criteria(began_at))
        found = replace(found, counts={**found.counts, level: count})
        statistics.keep_levels(found)
    return True


def _next(item: DueItem, after: Closing, statistics: Statistics, at: datetime) -> None:
    statistics.advance(item, replace(after, due=Due(at)))
