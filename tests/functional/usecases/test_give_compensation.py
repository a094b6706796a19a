"""Days for an outage: to everybody who had no working key, by the frozen list, each once, whatever fails."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

import pytest

from tests.fakes.faults import Crash
from tests.fakes.people import People
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.compensating import (
    MINUTE,
    comes_back,
    days_got,
    downtimes_of,
    entry,
    gives,
    goes_down,
    now,
    says,
    times_told,
    was_down,
)
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.servers.downtime import CannotChange, Compensation, Downtime, Verdict
from vpnbot.domain.staff.acts import OutageAct, month_of
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.status import Status
from vpnbot.errors import TelegramUnavailable
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.servers.judge_downtime import DowntimeChanged, compensate
from vpnbot.usecases.servers.preview_compensation import preview_compensation
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

PEOPLE = (1, 2, 3, 4)
DAY = timedelta(days=1)


def with_people(*servers: str, keys: int = 1, lasts: timedelta = 30 * DAY) -> Shop:
    """Return a shop with these servers, and four people whose time lasts so long."""
    shop = with_servers(shop_in_memory(), *servers)
    shop.trial = replace(TRIAL, keys=keys, duration=lasts)
    for user_id in PEOPLE:
        shop.on_trial(user_id)
    return shop


@pytest.fixture
def shop() -> Shop:
    """One server, and four people."""
    return with_people("nl")


class TestOnce:
    """Each person gets their days once, after what they have left, and is told once."""

    def test_everybody_gets_a_day_after_what_is_left_and_panels_are_not_called(self, shop: Shop) -> None:
        ends = {user_id: shop.look(user_id).subscription.ends_at for user_id in PEOPLE}
        found = was_down(shop, "nl")
        before = len(shop.faults.passed)
        gives(shop, found)
        shop.settles(minutes=3)
        assert [point for point in shop.faults.passed[before:] if point.startswith("panel.apply")] == []
        for user_id in PEOPLE:
            end = ends[user_id]
            assert end is not None
            assert shop.look(user_id).subscription.ends_at == end + DAY
            assert (days_got(shop, user_id), times_told(shop, user_id)) == (1, 1)
        stored = now(shop, found)
        assert (stored.compensation, stored.given_to, stored.given_days) == (Compensation.DONE, 4, 4)
        assert stored.due is None

    def test_again_gives_nothing(self, shop: Shop) -> None:
        found = was_down(shop, "nl")
        first = gives(shop, found, "act:1:77")
        assert gives(shop, found, "act:1:77").version == first.version
        shop.settles(minutes=3)
        with pytest.raises(CannotChange):
            gives(shop, found)
        with pytest.raises(DowntimeChanged):
            compensate(shop.staff.downtimes, found.id, entry(shop), seen=found.version)
        shop.settles(minutes=30)
        assert [days_got(shop, user_id) for user_id in PEOPLE] == [1] * 4
        assert [times_told(shop, user_id) for user_id in PEOPLE] == [1] * 4

    def test_it_is_one_act_in_the_log(self, shop: Shop) -> None:
        found = was_down(shop, "nl")
        gives(shop, found)
        shop.settles(minutes=3)
        acts = shop.staff.acts.page(month_of(shop.clock()), limit=10)
        assert [(act.kind, act.actor, act.person) for act in acts] == [(OutageAct.COMPENSATE, "admin:owner", "")]

    @pytest.mark.parametrize("step", range(0, 140, 3))
    def test_a_crash_at_any_point_gives_nobody_nothing_and_nobody_twice(self, shop: Shop, step: int) -> None:
        gives(shop, was_down(shop, "nl"))
        shop.faults.crash_at_step(step)
        for _ in range(12):
            try:
                shop.minute()
            except Crash:
                shop.faults.clear()
            shop.clock.advance(MINUTE)
        assert [days_got(shop, user_id) for user_id in PEOPLE] == [1] * 4
        told = [times_told(shop, user_id) for user_id in PEOPLE]
        assert min(told) == 1
        assert sum(told) <= len(PEOPLE) + 1, "only the answer of one call can be lost"
        assert downtimes_of(shop)[0].compensation is Compensation.DONE
        assert downtimes_of(shop)[0].given_days == 4

    def test_429_skips_nobody(self, shop: Shop) -> None:
        gives(shop, was_down(shop, "nl"))
        shop.faults.at("say.before", *(TelegramUnavailable("wait", after=timedelta(seconds=s)) for s in (1, 35, 400)))
        shop.settles(minutes=20)
        assert [times_told(shop, user_id) for user_id in PEOPLE] == [1] * 4


class TestWhoGetsWhat:
    """Only time in which all keys were down counts, and each hour once."""

    def test_who_had_another_server_gets_none(self) -> None:
        shop = with_people("de", "nl", keys=2)
        gives(shop, was_down(shop, "nl"))
        shop.settles(minutes=3)
        assert [(days_got(shop, user_id), times_told(shop, user_id)) for user_id in PEOPLE] == [(0, 0)] * 4

    def test_overlapping_outages_are_one_period_and_each_hour_counts_once(self) -> None:
        shop = with_people("de", "nl", keys=2)
        goes_down(shop, "de")
        shop.settles(minutes=60)
        goes_down(shop, "nl")
        shop.settles(minutes=60)
        comes_back(shop, "de")
        shop.settles(minutes=60)
        comes_back(shop, "nl")
        first, second = downtimes_of(shop)
        gives(shop, first)
        shop.settles(minutes=3)
        assert [days_got(shop, user_id) for user_id in PEOPLE] == [1] * 4
        gives(shop, second)
        shop.settles(minutes=3)
        assert [days_got(shop, user_id) for user_id in PEOPLE] == [1] * 4

    def test_nothing_is_given_while_another_server_of_the_period_is_down(self) -> None:
        shop = with_people("de", "nl", keys=2)
        goes_down(shop, "de")
        shop.settles(minutes=20)
        found = was_down(shop, "nl")
        assert not preview_compensation(found, shop.staff.downtimes, shop.staff.hurt).complete
        with pytest.raises(CannotChange):
            gives(shop, found)

    def test_a_silent_panel_counts_only_when_the_owner_says_so(self, shop: Shop) -> None:
        shop.panel.away.add("nl")
        shop.settles(minutes=90)
        shop.panel.away.clear()
        shop.settles(minutes=40)
        found = downtimes_of(shop)[0]
        with pytest.raises(CannotChange):
            gives(shop, found)
        says(shop, found, Verdict.NOT_DOWN)
        with pytest.raises(CannotChange):
            gives(shop, found)
        says(shop, found, Verdict.DOWN)
        gives(shop, found)
        shop.settles(minutes=3)
        assert [days_got(shop, user_id) for user_id in PEOPLE] == [1] * 4
        with pytest.raises(CannotChange):
            says(shop, found, Verdict.NOT_DOWN)

    def test_days_are_the_lost_hours_rounded_up(self, shop: Shop) -> None:
        gives(shop, was_down(shop, "nl", minutes=26 * 60))
        shop.settles(minutes=3)
        assert [days_got(shop, user_id) for user_id in PEOPLE] == [2] * 4

    def test_who_has_expired_meanwhile_runs_again(self) -> None:
        shop = with_people("nl", lasts=timedelta(hours=30))
        shop.clock.advance(timedelta(hours=28))
        shop.settles(minutes=1)
        found = was_down(shop, "nl", minutes=200)
        assert shop.look(1).subscription.status is Status.EXPIRED
        gives(shop, found)
        shop.settles(minutes=5)
        again = shop.look(1)
        assert again.subscription.entitled(shop.clock())
        assert again.served
        assert times_told(shop, 1) == 1

    def test_who_is_paused_keeps_the_days_for_later_and_who_has_left_gets_none(self, shop: Shop) -> None:
        found = was_down(shop, "nl")
        suspend(shop.open(1), shop.fleet, shop.context, update(), "operator")
        delete_data(shop.open(2), shop.fleet, shop.context, update())
        left = shop.look(1).subscription.left(shop.clock())
        gives(shop, found)
        shop.settles(minutes=3)
        assert shop.look(1).subscription.left(shop.clock()) == left + DAY
        assert shop.look(1).paused
        assert shop.look(2).user.gone
        assert times_told(shop, 2) == 0
        assert now(shop, found).given_to == 3

    def test_the_preview_is_what_the_job_gives_and_writes_nothing(self) -> None:
        shop = with_people("de", "nl")
        found = was_down(shop, "nl")
        assert isinstance(shop.people, People)
        before, passed = dict(shop.people.table.items), len(shop.faults.passed)
        preview = preview_compensation(found, shop.staff.downtimes, shop.staff.hurt)
        assert shop.people.table.items == before
        assert set(shop.faults.passed[passed:]) == {"hurt.page"}
        gives(shop, found)
        shop.settles(minutes=3)
        given = {shop.person_id(user_id): days_got(shop, user_id) for user_id in PEOPLE}
        assert {share.person: share.days for share in preview.getting} == {who: d for who, d in given.items() if d}
        assert preview.total_days == now(shop, found).given_days
        after = preview_compensation(now(shop, found), shop.staff.downtimes, shop.staff.hurt)
        assert after.total_days == preview.total_days


class _Oracle:
    """What everybody has to get, computed minute by minute."""

    def __init__(self, shop: Shop, servers_of: dict[int, frozenset[str]]) -> None:
        self.servers_of = servers_of
        self.downtimes = downtimes_of(shop)
        self.given: dict[int, set[datetime]] = {user_id: set() for user_id in servers_of}
        self.days = dict.fromkeys(servers_of, 0)

    def gives(self, downtime: Downtime) -> None:
        """Count the days for one outage."""
        period = self._period(downtime)
        for user_id, servers in self.servers_of.items():
            if downtime.server_id not in servers:
                continue
            lost = {
                minute
                for minute in self._minutes(period)
                if all(any(self._down(each, server, minute) for each in period) for server in servers)
            }
            fresh = lost - self.given[user_id]
            self.days[user_id] += ceil(len(fresh) / (24 * 60))
            self.given[user_id] |= fresh

    def _period(self, downtime: Downtime) -> list[Downtime]:
        period = [downtime]
        for _ in self.downtimes:
            for each in self.downtimes:
                if each not in period and any(self._minute_set(each) & self._minute_set(other) for other in period):
                    period.append(each)
        return period

    def _minutes(self, period: list[Downtime]) -> set[datetime]:
        return set().union(*(self._minute_set(each) for each in period))

    @staticmethod
    def _minute_set(downtime: Downtime) -> set[datetime]:
        assert downtime.first_good_at is not None
        number = (downtime.first_good_at - downtime.first_bad_at) // MINUTE
        return {downtime.first_bad_at + each * MINUTE for each in range(number)}

    def _down(self, downtime: Downtime, server: str, minute: datetime) -> bool:
        return downtime.server_id == server and downtime.first_bad_at <= minute < (downtime.first_good_at or minute)


@pytest.mark.parametrize("seed", range(3))
def test_five_servers_with_overlapping_outages_and_people_with_one_to_three_keys_as_by_brute_force(seed: int) -> None:
    chance = random.Random(seed)
    servers = ["de", "fi", "fr", "nl", "se"]
    shop = with_servers(shop_in_memory(), *servers)
    people = range(100, 116)
    for user_id in people:
        shop.trial = replace(TRIAL, keys=chance.randint(1, 3), duration=90 * DAY)
        shop.on_trial(user_id)
    keys = {user_id: frozenset(a.server_id for a in shop.look(user_id).living_accesses) for user_id in people}
    assert {len(each) for each in keys.values()} == {1, 2, 3}
    for _ in range(10):
        server_id = chance.choice(servers)
        if server_id in shop.panel.stopped:
            shop.panel.stopped.discard(server_id)
        else:
            goes_down(shop, server_id)
        shop.settles(minutes=chance.choice((10, 45, 120, 500)))
    shop.panel.stopped.clear()
    shop.settles(minutes=5)
    oracle = _Oracle(shop, keys)
    order = downtimes_of(shop)
    chance.shuffle(order)
    for found in order:
        gives(shop, found)
        shop.settles(minutes=2)
        oracle.gives(found)
    assert {user_id: days_got(shop, user_id) for user_id in people} == oracle.days
    assert any(oracle.days.values())
    told = {user_id: times_told(shop, user_id) for user_id in people}
    assert {user_id for user_id, times in told.items() if times} == {u for u, days in oracle.days.items() if days}
