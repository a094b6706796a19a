"""The shop begins no more trials in a day than it is set to, and tells who waits when there are some again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.trying import DAY, MORNING, limits, listed, taken, told, tries, waits
from vpnbot.domain.shop import ShopMode
from vpnbot.errors import StorageUnavailable, TelegramUnavailable
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.start_trial import TrialsTaken


@pytest.fixture
def shop() -> Shop:
    """A shop at noon (UTC); messages are sent at any time."""
    return shop_in_memory()


class TestPlaces:
    """A trial takes a place in its own transaction."""

    def test_no_more_begin_than_there_are_places(self, shop: Shop) -> None:
        limits(shop, 3)
        assert [tries(shop, user_id) for user_id in range(1, 7)] == [True] * 3 + [False] * 3
        assert taken(shop) == 3
        assert not shop.look(4).user.trial_used

    def test_without_a_limit_nothing_is_counted(self, shop: Shop) -> None:
        assert all(tries(shop, user_id) for user_id in range(1, 7))
        assert shop.sales.trial_day(shop.clock()) is None
        assert not any(partition.startswith("BUDGET#") for partition, _ in shop.people.table.rows)  # type: ignore[attr-defined]  # the one in memory

    @given(st.integers(1, 40))
    def test_every_place_up_to_the_limit_is_found(self, limit: int) -> None:
        shop = shop_in_memory()
        limits(shop, limit)
        assert sum(tries(shop, user_id) for user_id in range(1, limit + 3)) == limit

    def test_the_day_is_that_of_the_zone_of_the_shop(self, shop: Shop) -> None:
        limits(shop, 1, zone_hours=9)
        assert tries(shop, 1)
        shop.clock.advance(timedelta(hours=2, minutes=59))
        assert not tries(shop, 2)
        shop.clock.advance(timedelta(minutes=1))
        assert tries(shop, 2), "midnight in UTC+9 is at 15:00"

    def test_a_tap_that_is_delivered_again_takes_no_second_place_and_is_not_refused(self, shop: Shop) -> None:
        limits(shop, 1)
        cause = update()
        for _ in range(3):
            assert tries(shop, 1, cause)
        assert taken(shop) == 1

    def test_once_a_process_knows_that_all_are_taken_a_tap_reads_and_writes_nothing_more(self, shop: Shop) -> None:
        limits(shop, 1)
        assert tries(shop, 1)
        shop.arrives(2)
        with pytest.raises(TrialsTaken):
            shop.tries(update(), 2)
        passed = len(shop.faults.passed)
        with pytest.raises(TrialsTaken):
            shop.tries(update(), 2)
        assert "places.taken" not in shop.faults.passed[passed:]
        assert not [step for step in shop.faults.passed[passed:] if step.startswith("commit")]

    def test_another_process_that_knows_nothing_refuses_too(self, shop: Shop) -> None:
        limits(shop, 9)
        assert all(tries(shop, user_id) for user_id in range(1, 10))
        shop.sales.places().read.clear()  # type: ignore[attr-defined]  # the one in memory
        assert not tries(shop, 11)

    def test_a_crash_at_any_point_takes_one_place_for_one_trial(self) -> None:
        reference = shop_in_memory()
        limits(reference, 1)
        reference.arrives(1)
        passed = len(reference.faults.passed)
        reference.tries(update(), 1)
        steps = len(reference.faults.passed) - passed
        assert steps > 3
        for step in range(steps):
            shop, cause = shop_in_memory(), update()
            limits(shop, 1)
            shop.arrives(1)
            shop.faults.crash_at_step(step)
            with pytest.raises(Crash):
                shop.tries(cause, 1)
            shop.faults.clear()
            shop.queue.claims.clear()
            shop.tries(cause, 1)
            assert (taken(shop), shop.look(1).user.trial_used) == (1, True), step
            assert not tries(shop, 2)


class TestTelling:
    """When a day begins, as many people are told as there are places, who waited longest first."""

    def test_the_people_who_wait_longest_are_told_as_many_as_there_are_places(self, shop: Shop) -> None:
        limits(shop, 3)
        for user_id in (9, 2, 7, 4, 5):
            waits(shop, user_id)
        for user_id in range(20, 23):
            assert tries(shop, user_id)
        shop.until(shop.clock.now + timedelta(hours=11))
        assert told(shop) == []
        shop.until(shop.clock.now + timedelta(hours=2))
        assert sorted(told(shop)) == [2, 7, 9]
        assert listed(shop) == {4, 5}
        shop.until(shop.clock.now + DAY)
        assert sorted(told(shop)) == [2, 4, 5, 7, 9]
        assert listed(shop) == set()
        shop.until(shop.clock.now + 3 * DAY)
        assert len(told(shop)) == 5

    def test_they_are_told_in_the_hours_of_the_shop_as_many_as_are_left_then(self, shop: Shop) -> None:
        shop.hours = MORNING
        limits(shop, 3)
        for user_id in (1, 2, 3):
            waits(shop, user_id)
        for user_id in range(20, 23):
            tries(shop, user_id)
        shop.until(shop.clock.now.replace(hour=0, minute=0) + DAY + timedelta(hours=1))
        assert tries(shop, 30)
        shop.until(shop.clock.now.replace(hour=9, minute=58))
        assert told(shop) == []
        shop.until(shop.clock.now.replace(hour=10, minute=30))
        assert sorted(told(shop)) == [1, 2], "one place was taken at night"

    def test_a_person_who_is_told_and_tries_waits_no_more(self, shop: Shop) -> None:
        limits(shop, 1)
        waits(shop, 1)
        assert tries(shop, 20)
        shop.until(shop.clock.now + DAY)
        assert told(shop) == [1]
        assert tries(shop, 1)
        user = shop.look(1).user
        assert (user.waits_for_trial_since, user.told_of_trials_at) == (None, None)

    def test_a_person_who_tries_before_is_not_told(self, shop: Shop) -> None:
        limits(shop, 2)
        waits(shop, 1)
        assert tries(shop, 1)
        assert listed(shop) == set()
        shop.until(shop.clock.now + 2 * DAY)
        assert told(shop) == []

    def test_a_higher_limit_tells_at_once_and_no_limit_tells_everybody(self, shop: Shop) -> None:
        limits(shop, 1)
        assert tries(shop, 20)
        for user_id in range(1, 6):
            waits(shop, user_id)
        limits(shop, 3)
        shop.settles(minutes=5)
        assert sorted(told(shop)) == [1, 2]
        limits(shop, 0)
        shop.settles(minutes=5)
        assert sorted(told(shop)) == [1, 2, 3, 4, 5]
        assert shop.index.next_due() is None or shop.index.next_due().partition != "TRIALS"  # type: ignore[union-attr]  # either

    def test_a_closed_shop_tells_nobody(self, shop: Shop) -> None:
        limits(shop, 1)
        tries(shop, 20)
        waits(shop, 1)
        limits(shop, 2, mode=ShopMode.CLOSED)
        shop.until(shop.clock.now + DAY)
        assert told(shop) == []
        limits(shop, 3, mode=ShopMode.OPEN)
        shop.settles(minutes=5)
        assert told(shop) == [1]

    def test_deleted_data_take_the_row_along(self, shop: Shop) -> None:
        limits(shop, 1)
        waits(shop, 1)
        delete_data(shop.open(1), shop.fleet, shop.context, update())
        assert listed(shop) == set()
        user = shop.look(1).user
        assert (user.waits_for_trial_since, user.told_of_trials_at) == (None, None)

    def test_who_is_told_too_late_keeps_the_turn_and_is_told_again(self, shop: Shop) -> None:
        limits(shop, 1)
        tries(shop, 20)
        waits(shop, 1)
        since = shop.look(1).user.waits_for_trial_since
        waits(shop, 2)
        shop.until(shop.clock.now + DAY)
        assert told(shop) == [1]
        assert tries(shop, 21)
        assert not tries(shop, 1)
        waits(shop, 1)
        assert shop.look(1).user.waits_for_trial_since == since
        shop.until(shop.clock.now + DAY)
        assert told(shop) == [1, 1], "before person 2, who waits since later"

    @pytest.mark.parametrize("error", [StorageUnavailable("no answer"), TelegramUnavailable("no answer")])
    def test_what_fails_is_tried_again(self, shop: Shop, error: Exception) -> None:
        limits(shop, 2)
        for user_id in (1, 2):
            waits(shop, user_id)
        shop.until(shop.clock.now.replace(hour=23, minute=59))
        point = "places.page" if isinstance(error, StorageUnavailable) else "say.before"
        shop.faults.at(point, error, error)
        shop.until(shop.clock.now + timedelta(hours=2), step=timedelta(minutes=1))
        assert sorted(told(shop)) == [1, 2]

    def test_a_crash_at_any_point_tells_the_same_people_once(self) -> None:
        def night() -> Shop:
            shop = shop_in_memory()
            limits(shop, 2)
            for user_id in (3, 1, 2):
                waits(shop, user_id)
            tries(shop, 20)
            tries(shop, 21)
            shop.until(shop.clock.now.replace(hour=23, minute=59))
            return shop

        reference = night()
        passed = len(reference.faults.passed)
        reference.until(reference.clock.now + timedelta(minutes=30), step=timedelta(minutes=1))
        steps = len(reference.faults.passed) - passed
        assert steps > 20
        for step in range(steps):
            shop = night()
            passed = len(shop.faults.passed)
            shop.faults.crash_at_step(step)
            with pytest.raises(Crash):
                shop.until(shop.clock.now + timedelta(minutes=30), step=timedelta(minutes=1))
            crashed_at = shop.faults.passed[passed + step]
            shop.queue.claims.clear()
            shop.faults.clear()
            shop.until(shop.clock.now + timedelta(hours=2), step=timedelta(minutes=1))
            sent_again = crashed_at in {
                "say.after",
                "observe.before",
            }  # sent, but not stored
            assert set(told(shop)) == {1, 3}, crashed_at
            assert len(told(shop)) <= 2 + sent_again, crashed_at
            assert listed(shop) == {2}, crashed_at
