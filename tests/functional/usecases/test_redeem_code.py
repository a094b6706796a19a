"""A promo code gives its days once for each use, and has no more uses than it is allowed, also for many at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.redeeming import CODE, days_left, enters, limited, offers, used
from vpnbot.domain.people.limits import LIMITS, LimitedAct, TooOften
from vpnbot.domain.promo.code import Refusal
from vpnbot.domain.promo.one_time_codes import one_time_codes
from vpnbot.domain.shop import ShopClosed, ShopMode
from vpnbot.domain.statistics.flow import FlowKind
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.status import Status
from vpnbot.errors import Conflict
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.statistics.figures import todays_figures
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

DAY = timedelta(days=1)


def until_decided(shop: Shop, user_id: int, cause: str, typed: str = CODE.id) -> Refusal | None:
    """Let a person enter the code, whose update is delivered again after a conflict."""
    while True:
        try:
            return enters(shop, typed, user_id, cause)
        except Conflict:
            continue


class TestDays:
    """What a code gives, in every state of a person."""

    def test_a_new_person_gets_the_days_and_a_key(self, shop: Shop) -> None:
        offers(shop)
        shop.arrives()
        assert enters(shop) is None
        person = shop.look()
        assert person.subscription.status is Status.ACTIVE
        assert person.subscription.ends_at == shop.clock() + 7 * DAY
        assert person.served

    def test_a_person_on_trial_gets_them_on_top(self, shop: Shop) -> None:
        offers(shop)
        end = shop.on_trial().subscription.ends_at
        assert end is not None
        enters(shop)
        assert shop.look().subscription.ends_at == end + 7 * DAY

    def test_a_person_whose_time_is_over_has_vpn_again(self, shop: Shop) -> None:
        offers(shop)
        shop.on_trial()
        shop.days(5)
        assert shop.look().subscription.status is Status.EXPIRED
        enters(shop)
        assert shop.look().subscription.ends_at == shop.clock() + 7 * DAY
        assert shop.look().served

    def test_a_person_whose_end_has_passed_a_moment_ago_loses_nothing(self, shop: Shop) -> None:
        offers(shop)
        shop.on_trial()
        shop.clock.advance(timedelta(days=3, seconds=10))
        enters(shop)
        assert days_left(shop) == 7
        shop.minute()
        assert days_left(shop) == pytest.approx(7)
        assert shop.look().subscription.status is Status.ACTIVE

    def test_the_ledger_adds_up(self, shop: Shop) -> None:
        offers(shop)
        shop.on_trial()
        shop.days(5)
        enters(shop)
        rows = list(shop.people.history(shop.person_id()))
        assert "promo code SPRING" in [row["what"] for row in rows]
        assert sum(int(str(row.get("seconds") or 0)) for row in rows) == entitlement_seconds(
            shop.look().subscription, shop.clock()
        )

    def test_it_is_counted_in_the_statistics(self, shop: Shop) -> None:
        offers(shop)
        shop.on_trial()
        enters(shop)
        enters(shop)
        figures = todays_figures(shop.staff.statistics, shop.clock(), timedelta())
        assert figures.count(FlowKind.PROMO) == 1


class TestLimits:
    """Who may use a code, and how often."""

    def test_a_person_uses_it_once(self, shop: Shop) -> None:
        offers(shop)
        shop.on_trial()
        assert [enters(shop) for _ in range(3)] == [None, Refusal.USED, Refusal.USED]
        assert (used(shop), days_left(shop)) == (1, 10)

    def test_a_person_uses_it_as_often_as_it_says(self, shop: Shop) -> None:
        offers(shop, replace(CODE, per_person=3))
        shop.on_trial()
        assert [enters(shop) for _ in range(4)] == [None, None, None, Refusal.USED]
        assert (used(shop), days_left(shop)) == (3, 24)

    def test_a_person_who_deletes_their_data_and_comes_back_uses_it_no_second_time(self, shop: Shop) -> None:
        offers(shop)
        shop.arrives()
        enters(shop)
        delete_data(shop.open(), shop.fleet, shop.context, update())
        shop.days(1)
        shop.arrives()
        assert enters(shop) is Refusal.USED
        assert shop.look().subscription.status is Status.DELETED

    def test_the_reason_is_named(self, shop: Shop) -> None:
        shop.on_trial()
        offers(shop, replace(CODE, id="OLD", ends_at=shop.clock() + DAY))
        offers(shop, replace(CODE, id="PAUSED").paused())
        shop.clock.advance(DAY)
        assert [enters(shop, each) for each in ("NEVER", "OLD", "PAUSED")] == [
            Refusal.UNKNOWN,
            Refusal.ENDED,
            Refusal.ENDED,
        ]
        assert days_left(shop) == 2

    def test_one_for_new_people_is_for_those_who_never_paid_nor_came_back(self, shop: Shop) -> None:
        offers(shop, replace(CODE, newcomers=True))
        shop.on_trial(1)
        assert enters(shop, user_id=1) is None
        shop.arrives(2)
        delete_data(shop.open(2), shop.fleet, shop.context, update())
        shop.arrives(2)
        assert enters(shop, user_id=2) is Refusal.NOT_NEW

    def test_a_paused_person_keeps_the_use_for_later(self, shop: Shop) -> None:
        offers(shop)
        shop.on_trial()
        suspend(shop.open(), shop.fleet, shop.context, "admin:1:1", "admin:1")
        assert enters(shop) is Refusal.PAUSED
        resume(shop.open(), shop.fleet, shop.context, "admin:1:2", "admin:1")
        assert enters(shop) is None

    def test_a_closed_shop_begins_nothing_with_a_code_and_still_extends(self, shop: Shop) -> None:
        offers(shop)
        shop.on_trial(1)
        shop.arrives(2)
        settings = shop.sales.settings.load()
        assert shop.sales.settings.observe(settings, replace(settings, mode=ShopMode.CLOSED))
        assert enters(shop, user_id=1) is None
        with pytest.raises(ShopClosed):
            enters(shop, user_id=2)
        assert used(shop) == 1

    def test_five_wrong_tries_in_an_hour_then_none_not_even_a_right_one(self, shop: Shop) -> None:
        offers(shop)
        shop.on_trial()
        most = LIMITS[LimitedAct.CODE].times
        assert [enters(shop, f"WRONG{number}") for number in range(most)] == [Refusal.UNKNOWN] * most
        with pytest.raises(TooOften):
            enters(shop)
        shop.clock.advance(timedelta(hours=1))
        assert enters(shop) is None

    def test_what_is_no_guess_does_not_count(self, shop: Shop) -> None:
        offers(shop)
        shop.on_trial()
        enters(shop)
        assert {enters(shop) for _ in range(10)} == {Refusal.USED}


class TestAtOnce:
    """There are never more uses than allowed, and each of them has given its days."""

    def test_forty_people_on_the_last_use_are_one(self, shop: Shop) -> None:
        offers(shop, limited(1))
        people = range(100, 140)
        for user_id in people:
            shop.arrives(user_id)
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(lambda user_id: until_decided(shop, user_id, update()), people))
        assert results.count(None) == used(shop) == 1
        assert results.count(Refusal.USED_UP) == 39
        assert sum(days_left(shop, user_id) for user_id in people) == 7

    @pytest.mark.parametrize("limit", [3, 50])
    def test_two_hundred_people_at_once_are_as_many_as_the_limit(self, shop: Shop, limit: int) -> None:
        offers(shop, limited(limit))
        people = range(1000, 1200)
        for user_id in people:
            shop.arrives(user_id)
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(lambda user_id: until_decided(shop, user_id, update()), people))
        assert results.count(None) == used(shop) == limit
        assert sum(days_left(shop, user_id) for user_id in people) == 7 * limit

    def test_the_same_person_forty_times_at_once_is_one(self, shop: Shop) -> None:
        offers(shop, limited(50))
        shop.on_trial()
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(lambda _: until_decided(shop, 42, update()), range(40)))
        assert results.count(None) == used(shop) == 1
        assert days_left(shop) == 10

    def test_the_same_update_forty_times_is_one_and_each_says_so(self, shop: Shop) -> None:
        offers(shop, replace(CODE, per_person=10))
        shop.on_trial()
        assert [enters(shop, cause="update:1:7") for _ in range(40)] == [None] * 40
        assert (used(shop), days_left(shop)) == (1, 10)

    def test_an_update_that_is_delivered_again_after_the_end_of_the_code_is_granted(self, shop: Shop) -> None:
        code = offers(shop, replace(CODE, ends_at=shop.clock() + DAY))
        shop.on_trial()
        enters(shop, cause="update:1:7")
        shop.clock.advance(DAY)
        assert enters(shop, code.id, cause="update:1:7") is None
        assert used(shop) == 1


class TestOneTimeCodes:
    """Each code of a batch works once, for one person."""

    BATCH = replace(CODE, id="GIFT", total=10, one_time=True)

    @pytest.fixture
    def codes(self, shop: Shop) -> list[str]:
        """The codes of a batch."""
        return list(one_time_codes(offers(shop, self.BATCH), shop.ring.promo_mac))

    def test_a_code_works_once_and_the_others_still_do(self, shop: Shop, codes: list[str]) -> None:
        for user_id in (1, 2):
            shop.on_trial(user_id)
        assert [enters(shop, codes[3], 1), enters(shop, codes[3], 2)] == [None, Refusal.USED_UP]
        assert enters(shop, codes[4], 2) is None
        assert used(shop, self.BATCH) == 2

    def test_a_person_uses_one_of_a_batch(self, shop: Shop, codes: list[str]) -> None:
        shop.on_trial()
        assert [enters(shop, code) for code in codes[:3]] == [None, Refusal.USED, Refusal.USED]

    def test_neither_the_name_of_the_batch_nor_a_wrong_one_is_a_code(self, shop: Shop, codes: list[str]) -> None:
        shop.on_trial()
        wrong = codes[0][:-1] + ("2" if codes[0][-1] != "2" else "3")
        assert [enters(shop, text) for text in ("GIFT", wrong, "GIFTGIFT")] == [Refusal.UNKNOWN] * 3

    def test_nothing_is_stored_of_codes_that_were_not_used(self, shop: Shop, codes: list[str]) -> None:
        assert shop.codes.taken(self.BATCH.id) == {}
        assert len(codes) == 10

    def test_forty_people_with_one_code_are_one(self, shop: Shop, codes: list[str]) -> None:
        people = range(100, 140)
        for user_id in people:
            shop.arrives(user_id)
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(lambda user_id: until_decided(shop, user_id, update(), codes[0]), people))
        assert results.count(None) == used(shop, self.BATCH) == 1

    def test_the_update_that_used_it_may_come_again(self, shop: Shop, codes: list[str]) -> None:
        shop.on_trial()
        assert [enters(shop, codes[0], cause="update:1:7") for _ in range(3)] == [None] * 3
        assert used(shop, self.BATCH) == 1


def _steps() -> int:
    shop = shop_in_memory()
    offers(shop)
    shop.arrives()
    shop.faults.passed.clear()
    enters(shop, cause="update:1:7")
    return len(shop.faults.passed)


@pytest.mark.parametrize("step", range(_steps()))
def test_a_crash_at_any_call_gives_the_days_once_and_counts_one_use(step: int) -> None:
    shop = shop_in_memory()
    offers(shop, limited(1))
    shop.arrives()
    shop.faults.crash_at_step(step)
    with pytest.raises(Crash):
        enters(shop, cause="update:1:7")
    assert (used(shop) == 1) is (shop.look().subscription.status is Status.ACTIVE)
    assert enters(shop, cause="update:1:7") is None
    shop.minute()
    shop.days(1)
    assert used(shop) == 1
    assert shop.look().served
    assert shop.history().count("update:1:7") == 1
    assert sum(lot.bought_seconds for lot in shop.look().subscription.lots) == 7 * 86_400
