"""Hours of the statistics are closed once each, and entries that come late are found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.bulk import AudienceInMemory
from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.people import People
from tests.fakes.shop import Shop
from vpnbot.domain.audience.segment import Criteria
from vpnbot.domain.statistics.entry import entry_effects
from vpnbot.domain.statistics.flow import Counted, Flow, FlowKind, Flows
from vpnbot.domain.statistics.hours import CLOSED_AFTER, HOUR, hour_of
from vpnbot.domain.statistics.levels import Level
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.statistics.close_hours import COUNTING, begin_statistics

FIRST = hour_of(START)
POINTS = ("statistics.entries", "statistics.close.before", "statistics.close.after", "statistics.advance")
MET = Flow(FlowKind.MET, origin="friend", language="en")


class SlowAudience(AudienceInMemory):
    """Each count takes as long as counting may go on within a slice."""

    def __init__(self, shop: Shop) -> None:
        assert isinstance(shop.people, People)
        super().__init__(shop.people.table)
        self.clock, self.counts = shop.clock, 0

    def count(self, criteria: Criteria) -> int:
        """Count, and let time pass."""
        self.counts += 1
        self.clock.advance(COUNTING)
        return super().count(criteria)


def closed(shop: Shop) -> Flows:
    """Return the sums of all closed hours."""
    hours = shop.staff.statistics.closed(FIRST - timedelta(days=30), FIRST + timedelta(days=30))
    return Flows.sum(hour.flows for hour in hours.values())


def test_an_hour_is_closed_ten_minutes_after_its_end(shop: Shop) -> None:
    shop.arrives(1)
    begin_statistics(shop.staff.statistics, shop.context)
    shop.until(FIRST + HOUR + CLOSED_AFTER - timedelta(seconds=1), step=timedelta(minutes=1))
    assert not closed(shop)
    shop.until(FIRST + HOUR + CLOSED_AFTER + timedelta(minutes=1), step=timedelta(minutes=1))
    assert closed(shop).counts == {MET: 1}
    shop.arrives(2)
    shop.until(FIRST + 5 * HOUR)
    assert closed(shop).counts == {MET: 2}


def test_after_an_outage_all_hours_are_closed_in_slices(shop: Shop) -> None:
    begin_statistics(shop.staff.statistics, shop.context)
    for user_id in range(1, 8):
        shop.arrives(user_id)
        shop.clock.advance(timedelta(hours=30))
    shop.settles()
    assert closed(shop).counts == {MET: 7}


def test_a_crash_at_any_point_counts_nothing_twice(shop: Shop) -> None:
    shop.arrives(1)
    begin_statistics(shop.staff.statistics, shop.context)
    for number, point in enumerate(POINTS, start=2):
        shop.faults.at(point, Crash())
        with pytest.raises(Crash):
            shop.until(shop.clock.now + 3 * HOUR)
        shop.arrives(number)
    shop.until(shop.clock.now + 3 * HOUR)
    assert closed(shop).counts == {MET: 5}


def test_an_entry_that_comes_late_is_added_in_the_next_night_and_counted_once(shop: Shop) -> None:
    begin_statistics(shop.staff.statistics, shop.context)
    shop.arrives(1)
    shop.until(FIRST + 3 * HOUR)
    session = shop.open(1)
    late = entry_effects([Counted(MET)], START, "0" * 16)
    session.commit(session.person, effects=late)
    assert closed(shop).counts == {MET: 1}
    shop.until(shop.clock.now + timedelta(days=1))
    assert closed(shop).counts == {MET: 2}
    assert shop.meter.counts[Metric.LATE_STATISTICS] == 1
    shop.until(shop.clock.now + timedelta(days=3))
    assert closed(shop).counts == {MET: 2}
    assert shop.meter.counts[Metric.LATE_STATISTICS] == 1


def test_an_entry_that_comes_late_is_in_the_hours_of_its_ad_link(shop: Shop) -> None:
    statistics, flow = shop.staff.statistics, Flow(FlowKind.MET, origin="a_spring22", language="en")
    begin_statistics(statistics, shop.context)
    shop.arrives(1)
    shop.until(FIRST + 3 * HOUR)
    session = shop.open(1)
    for mark in "01":
        session.commit(session.person, effects=entry_effects([Counted(flow)], START, mark * 16))
    shop.until(shop.clock.now + timedelta(days=2))
    assert statistics.of_link("spring22", FIRST, FIRST + HOUR) == {FIRST: Flows.of([Counted(flow)] * 2)}


def test_once_a_night_people_are_counted_in_slices_and_after_a_crash_the_rest(shop: Shop) -> None:
    audience = SlowAudience(shop)
    shop.staff = replace(shop.staff, audience=audience)
    begin_statistics(shop.staff.statistics, shop.context)
    for user_id in (1, 2, 3):
        shop.arrives(user_id)
    blocked = shop.open(3)
    blocked.commit(replace(blocked.person, user=replace(blocked.person.user, reachable=False)))
    shop.faults.at("statistics.levels", Crash())
    with pytest.raises(Crash):
        shop.until(shop.clock.now + timedelta(days=1))
    shop.until(shop.clock.now + timedelta(hours=1), step=timedelta(minutes=1))
    night = shop.clock.now.date()
    (levels,) = shop.staff.statistics.levels(night, night)
    assert levels.counts == {Level.ACTIVE: 0, Level.TRIAL: 0, Level.LAPSED: 0, Level.KNOWN: 3, Level.REACHABLE: 2}
    assert audience.counts == len(Level) + 1, "each level is counted once, and the one of the crash again"
    closing = shop.staff.statistics.closing()
    assert closing is not None
    assert closing.checked == night.isoformat()
