"""The storage contract for statistics."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import entry, met
from tests.fakes.shop import Shop
from vpnbot.domain.money import Money
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.domain.statistics.entry import entry_effects
from vpnbot.domain.statistics.flow import Counted, Flow, FlowKind, Flows
from vpnbot.domain.statistics.hours import CLOSING_KEY, HOUR, STATISTICS, ClosedHour, Closing, hour_of
from vpnbot.domain.statistics.levels import Level, Levels
from vpnbot.domain.statistics.sale import Sale, sale_effects
from vpnbot.errors import ClaimLost

HOUR_OF_START = hour_of(START)
PAID = Counted(Flow(FlowKind.PAID, "month", "direct", "en", "card", "RUB", first=True), 29900)
MET = Counted(Flow(FlowKind.MET, origin="friend", language="ru"))


class TestStatistics:
    """Commits write entries and sales; hours are closed once."""

    def test_entries_of_all_shards_of_an_hour_are_summed_and_no_others(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        marks = [f"{digit:x}" * 16 for digit in range(16)]
        effects = [effect for mark in marks for effect in entry_effects([PAID, MET], START, mark)]
        later = entry_effects([MET], START + HOUR, marks[0])
        session.commit(session.person, entry("update:1:2"), effects=(*effects, *later))
        statistics, before = shop.staff.statistics, HOUR_OF_START - timedelta(days=1)
        found = statistics.entries(HOUR_OF_START, HOUR_OF_START + HOUR)[HOUR_OF_START]
        assert found.counts == {PAID.flow: 16, MET.flow: 16}
        assert found.amounts == {PAID.flow: 16 * 29900}
        following = HOUR_OF_START + HOUR
        assert statistics.entries(following, following + timedelta(days=2)) == {following: Flows.of([MET])}
        assert list(statistics.entries(before, following + HOUR)) == [HOUR_OF_START, following]
        assert list(statistics.entries(before, following)) == [HOUR_OF_START]
        assert not statistics.entries(following + HOUR, following + timedelta(days=2))

    def test_an_hour_is_closed_once_and_corrected_beside_its_sums(self, shop: Shop) -> None:
        statistics, first = shop.staff.statistics, Flows.of([PAID, MET])
        statistics.close(HOUR_OF_START, first)
        statistics.close(HOUR_OF_START, Flows.of([MET]))
        following = HOUR_OF_START + HOUR
        assert statistics.closed(HOUR_OF_START, following) == {HOUR_OF_START: ClosedHour(first)}
        statistics.correct(HOUR_OF_START, Flows.of([PAID]))
        statistics.correct(HOUR_OF_START, Flows.of([MET]))
        (found,) = statistics.closed(HOUR_OF_START, following).values()
        assert found == ClosedHour(first, Flows.of([MET]))
        assert found.flows == Flows.of([PAID, MET, MET])
        statistics.close(HOUR_OF_START + 2 * HOUR, first)
        assert list(statistics.closed(HOUR_OF_START, following + HOUR)) == [HOUR_OF_START]
        assert list(statistics.closed(following, following + 2 * HOUR)) == [HOUR_OF_START + 2 * HOUR]

    def test_the_part_of_each_ad_link_in_an_hour_is_kept_and_replaced(self, shop: Shop) -> None:
        statistics, following = shop.staff.statistics, HOUR_OF_START + HOUR
        of_a, of_b = (Flow(FlowKind.MET, origin=f"a_{letter * 8}", language="ru") for letter in "ab")
        paid = Flow(FlowKind.PAID, "month", of_a.origin, "en", "card", "RUB", first=True)
        both = Flows.of([Counted(of_a), Counted(of_b), Counted(paid, 29900), MET])
        statistics.keep_links(HOUR_OF_START, Flows.of([Counted(of_a)]))
        statistics.keep_links(HOUR_OF_START, both)
        statistics.keep_links(following, Flows.of([Counted(of_a), MET]))
        statistics.keep_links(following + HOUR, Flows.of([Counted(of_a)]))
        found = {HOUR_OF_START: Flows.of([Counted(of_a), Counted(paid, 29900)]), following: Flows.of([Counted(of_a)])}
        assert statistics.of_link("a" * 8, HOUR_OF_START, following + HOUR) == found
        assert statistics.of_link("b" * 8, HOUR_OF_START, following) == {HOUR_OF_START: Flows.of([Counted(of_b)])}
        assert not statistics.of_link("c" * 8, HOUR_OF_START, following)
        assert not statistics.closed(HOUR_OF_START, following + HOUR), "hours of all people are apart"

    def test_levels_of_a_night_are_replaced_and_listed_by_day(self, shop: Shop) -> None:
        statistics, day = shop.staff.statistics, HOUR_OF_START.date()
        first, last = day - timedelta(days=1), day + timedelta(days=1)
        statistics.keep_levels(Levels(last, {Level.KNOWN: 3}))
        statistics.keep_levels(Levels(day, {Level.KNOWN: 1}))
        statistics.keep_levels(Levels(day, {Level.KNOWN: 1, Level.TRIAL: 2}))
        statistics.keep_levels(Levels(first - timedelta(days=1), {Level.KNOWN: 9}))
        found = [Levels(day, {Level.KNOWN: 1, Level.TRIAL: 2}), Levels(last, {Level.KNOWN: 3})]
        assert list(statistics.levels(first, last)) == found
        assert list(statistics.levels(day, day)) == found[:1]

    def test_the_closing_begins_once_is_due_and_advances_under_its_claim(self, shop: Shop) -> None:
        statistics, index = shop.staff.statistics, shop.index
        assert statistics.closing() is None
        statistics.begin(HOUR_OF_START, START)
        statistics.begin(HOUR_OF_START + HOUR, START + HOUR)
        assert statistics.closing() == Closing(HOUR_OF_START, due=Due(START))
        (item,) = index.due(START, 10)
        assert (item.partition, item.sort_key) == (STATISTICS, CLOSING_KEY)
        claim = index.claim(item, START)
        assert claim is not None
        after = Closing(HOUR_OF_START + HOUR, "2026-11-25", Due(START + 2 * HOUR))
        with pytest.raises(ClaimLost):
            statistics.advance(replace(claim, due_at=START), after)
        statistics.advance(claim, after)
        assert statistics.closing() == after
        with pytest.raises(ClaimLost):
            statistics.advance(DueItem(STATISTICS, CLOSING_KEY, claim.due_at), after)

    def test_sales_are_listed_by_the_time_of_the_provider_across_months(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        times = [START, START + timedelta(days=20), START + timedelta(days=40)]
        sales = [Sale(FlowKind.PAID, Money(100 + n, "RUB"), t, t, f"order {n}") for n, t in enumerate(times)]
        session.commit(session.person, entry("update:1:2"), effects=sale_effects(sales, session.person.id, "ab" * 8))
        statistics = shop.staff.statistics
        kept = [replace(sale, person=session.person.id) for sale in sales]
        assert list(statistics.sales(START, times[2] + HOUR)) == kept
        assert list(statistics.sales(START, times[2])) == kept[:2]
        assert list(statistics.sales(times[1], times[2])) == [kept[1]]
        assert list(statistics.sales(START, times[2] + HOUR, newest=2)) == kept[1:]
