"""In each mode the shop begins what it says; what runs goes on, and who was refused is told once when that ends."""

from datetime import timedelta

import pytest

from tests.fakes.contract import entry
from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.ordering import applies, paid_report, places
from tests.functional.usecases.purchases import buys
from tests.functional.usecases.test_keep_plans import sets
from tests.unit.plans import LANGUAGES, PRO
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.shop import Offering, ShopClosed, ShopMode, offerings
from vpnbot.usecases.people.change_profile import wait_for_opening
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.plans.keep_plans import Edit, add_plan


@pytest.fixture
def shop() -> Shop:
    """A shop that sells a plan."""
    shop = shop_in_memory()
    assert add_plan(shop.sales, shop.context, PRO, Edit(entry(update()), LANGUAGES)).opened
    shop.settles(minutes=5)
    return shop


def switches(shop: Shop, mode: ShopMode) -> None:
    """Let an operator change the mode."""
    assert sets(shop, mode=mode).saved


def told(shop: Shop) -> list[tuple[int, NotificationKind]]:
    """Return who was told of an opening, each as often as that happened."""
    users = {shop.person_id(user_id): user_id for user_id in range(1, 200)}
    kinds = {NotificationKind.PLANS_OPEN, NotificationKind.TRIAL_OPEN}
    return sorted((users[sent.person_id], sent.kind) for sent in shop.sender.said if sent.kind in kinds)


def waits(shop: Shop, user_id: int, *, trial: bool) -> None:
    """Let a person meet the closed shop, and be promised a message."""
    shop.arrives(user_id)
    wait_for_opening(shop.open(user_id), shop.context, update(), trial=trial)


class TestWhatIsBegun:
    """Trials and orders are begun as the mode says; all else goes on."""

    @pytest.mark.parametrize(
        ("mode", "trial", "order", "first_order"),
        [
            (ShopMode.OPEN, True, True, True),
            (ShopMode.PAYMENTS_OFF, True, False, False),
            (ShopMode.CLOSED_TO_NEW, False, True, False),
            (ShopMode.CLOSED, False, False, False),
        ],
    )
    def test_trials_and_orders(
        self, shop: Shop, mode: ShopMode, *, trial: bool, order: bool, first_order: bool
    ) -> None:
        buys(shop, user_id=1)
        shop.arrives(2)
        switches(shop, mode)
        for user_id, wanted in ((1, order), (2, first_order)):
            if wanted:
                assert places(shop, user_id=user_id).open
            else:
                with pytest.raises(ShopClosed):
                    places(shop, user_id=user_id)
                assert shop.look(user_id).orders == ()
        if trial:
            assert shop.on_trial(3).served
        else:
            with pytest.raises(ShopClosed):
                shop.on_trial(3)
            assert shop.look(3).trial_available

    @pytest.mark.parametrize("mode", [ShopMode.PAYMENTS_OFF, ShopMode.CLOSED_TO_NEW, ShopMode.CLOSED])
    def test_what_runs_goes_on_and_a_payment_that_arrives_counts(self, shop: Shop, mode: ShopMode) -> None:
        shop.on_trial(1)
        shop.arrives(2)
        order = places(shop, user_id=2)
        switches(shop, mode)
        shop.settles(minutes=5)
        assert shop.look(1).served
        applies(shop, paid_report(shop, order.id, user_id=2))
        shop.settles(minutes=5)
        assert shop.look(2).subscription.entitled(shop.clock())
        assert shop.look(2).served

    def test_a_repetition_of_a_tap_that_was_granted_before_is_granted(self, shop: Shop) -> None:
        shop.arrives(1)
        cause = update()
        assert shop.tries(cause, 1).served
        switches(shop, ShopMode.CLOSED)
        assert shop.tries(cause, 1).served

    def test_without_a_price_only_the_trial_is_begun(self) -> None:
        assert offerings(ShopMode.OPEN, selling=False) == {Offering.TRIAL}
        assert offerings(ShopMode.CLOSED_TO_NEW, selling=False) == frozenset()


class TestThePromise:
    """Only people who were refused are told, once, when the shop begins that again."""

    def test_each_is_told_once_of_what_they_wait_for(self, shop: Shop) -> None:
        shop.arrives(9)
        switches(shop, ShopMode.CLOSED)
        waits(shop, 1, trial=True)
        waits(shop, 2, trial=False)
        waits(shop, 3, trial=True)
        wait_for_opening(shop.open(3), shop.context, update(), trial=False)
        shop.settles(minutes=90)
        assert told(shop) == []
        switches(shop, ShopMode.OPEN)
        shop.settles(minutes=5)
        expected = [
            (1, NotificationKind.TRIAL_OPEN),
            (2, NotificationKind.PLANS_OPEN),
            (3, NotificationKind.TRIAL_OPEN),
        ]
        assert told(shop) == expected
        assert not any(shop.look(user_id).user.waits_for_opening for user_id in (1, 2, 3))
        switches(shop, ShopMode.CLOSED)
        switches(shop, ShopMode.OPEN)
        shop.settles(minutes=5)
        assert told(shop) == expected

    def test_a_mode_that_opens_for_some_leaves_the_others_waiting(self, shop: Shop) -> None:
        buys(shop, user_id=1)
        shop.settles(minutes=3)
        switches(shop, ShopMode.CLOSED)
        waits(shop, 1, trial=False)
        waits(shop, 2, trial=False)
        waits(shop, 3, trial=True)
        switches(shop, ShopMode.CLOSED_TO_NEW)
        shop.settles(minutes=5)
        assert told(shop) == [], "the customer has a plan that runs: nothing to tell; the others wait"
        assert [shop.look(user_id).user.waits_for_opening for user_id in (1, 2, 3)] == [False, True, True]
        switches(shop, ShopMode.PAYMENTS_OFF)
        shop.settles(minutes=5)
        assert told(shop) == [(3, NotificationKind.TRIAL_OPEN)]
        switches(shop, ShopMode.OPEN)
        shop.settles(minutes=5)
        assert told(shop) == [(2, NotificationKind.PLANS_OPEN), (3, NotificationKind.TRIAL_OPEN)]

    def test_a_shop_that_closes_again_before_the_job_tells_nobody(self, shop: Shop) -> None:
        switches(shop, ShopMode.CLOSED)
        waits(shop, 1, trial=False)
        switches(shop, ShopMode.OPEN)
        switches(shop, ShopMode.CLOSED)
        shop.settles(minutes=5)
        assert told(shop) == []
        assert shop.look(1).user.wants_plans
        switches(shop, ShopMode.OPEN)
        shop.settles(minutes=5)
        assert told(shop) == [(1, NotificationKind.PLANS_OPEN)]

    def test_a_shop_that_closes_while_people_are_told_tells_no_more_after_a_second(self, shop: Shop) -> None:
        switches(shop, ShopMode.CLOSED)
        for user_id in range(1, 121):
            waits(shop, user_id, trial=False)
        switches(shop, ShopMode.OPEN)
        shop.sender.during = lambda: switches(shop, ShopMode.CLOSED)
        shop.settles(minutes=20)
        assert 1 <= len(told(shop)) <= 25, "a second at the highest rate, and the calls in flight"
        switches(shop, ShopMode.OPEN)
        shop.settles(minutes=20)
        assert told(shop) == [(user_id, NotificationKind.PLANS_OPEN) for user_id in range(1, 121)]

    def test_who_deletes_their_data_waits_no_more(self, shop: Shop) -> None:
        switches(shop, ShopMode.CLOSED)
        waits(shop, 1, trial=True)
        delete_data(shop.open(1), shop.fleet, shop.context, update())
        switches(shop, ShopMode.OPEN)
        shop.settles(minutes=5)
        assert told(shop) == []

    @pytest.mark.parametrize("step", range(0, 60, 2))
    def test_a_crash_at_any_point_tells_each_once(self, shop: Shop, step: int) -> None:
        switches(shop, ShopMode.CLOSED)
        for user_id in (1, 2, 3):
            waits(shop, user_id, trial=user_id == 2)
        switches(shop, ShopMode.OPEN)
        shop.clock.advance(timedelta(minutes=2))
        shop.faults.crash_at_step(step)
        for _ in range(12):
            try:
                shop.minute()
            except Crash:
                shop.faults.clear()
            shop.clock.advance(timedelta(minutes=1))
        users = [user_id for user_id, _ in told(shop)]
        assert set(users) == {1, 2, 3}
        assert len(users) <= 4, "only the answer of one call can be lost"
