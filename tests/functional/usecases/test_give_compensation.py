"""Days for an outage: to everybody who had no working key, by the frozen list, each once, whatever fails."""

from dataclasses import replace
from datetime import timedelta

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
from vpnbot.domain.servers.downtime import CannotChange, Compensation, Verdict
from vpnbot.domain.staff.acts import OutageAct, month_of
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.status import Status
from vpnbot.errors import TelegramUnavailable
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.servers.judge_downtime import DowntimeChanged, Giving, compensate
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
            compensate(shop.staff.downtimes, shop.staff.hurt, found.id, entry(shop), Giving(), seen=found.changes)
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
