"""What becomes of a discount when money goes back, when many people order at once, and after a crash at any call."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.discounting import (
    HALF,
    REDUCED,
    SECONDS,
    adds_up,
    bought_seconds,
    cancels,
    expires,
    offered,
    orders,
    orders_until_decided,
    payment_of,
    pays_page,
    reserved,
    use_rows,
    with_code,
)
from tests.functional.usecases.ordering import (
    applies,
    asks_back,
    card,
    paid_report,
    pays,
    sent_back_elsewhere,
    stored,
)
from tests.functional.usecases.redeeming import enters, offers, used
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.statistics.flow import FlowKind
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.statistics.figures import todays_figures

DAY = timedelta(days=1)


class TestMoneyBack:
    """A refund gives back what was paid, takes the time, and gives no use back."""

    def test_a_refund_of_all_takes_the_time_and_the_use_stays_used(self, shop: Shop) -> None:
        with_code(shop)
        order = orders(shop)
        pays(shop, order, REDUCED)
        asks_back(shop, order, stored(shop, order.id).payments[0])
        shop.settles()
        assert stored(shop, order.id).status is OrderStatus.REFUNDED
        assert card(shop).left(payment_of(shop, order)) == 0
        assert (bought_seconds(shop), used(shop, HALF)) == (0, 1)
        assert shop.codes.brought(HALF.id) == (Money(0, "RUB"),)
        assert adds_up(shop)

    def test_what_a_code_has_brought_is_what_was_paid_less_what_was_sent_back(self, shop: Shop) -> None:
        with_code(shop, replace(HALF, total=None))
        order = orders(shop)
        report = paid_report(shop, order.id, money=REDUCED)
        for _ in range(3):
            applies(shop, report)
        assert shop.codes.brought(HALF.id) == (REDUCED,)
        applies(shop, paid_report(shop, order.id, money=REDUCED))
        sent_back_elsewhere(shop, report.payment_id, Money(100, "RUB"))
        sums = Money(2 * REDUCED.amount_minor - 100, "RUB")
        assert shop.codes.brought(HALF.id) == (sums,)
        pays(shop, orders(shop))
        assert shop.codes.brought(HALF.id) == (sums,), "an order without it is not its revenue"
        figures = todays_figures(shop.staff.statistics, shop.clock(), timedelta())
        assert figures.count(FlowKind.PROMO) == 1

    def test_a_person_who_deletes_their_data_gets_the_money_back_and_the_use_is_given_back_later(
        self, shop: Shop
    ) -> None:
        with_code(shop)
        order = orders(shop)
        delete_data(shop.open(), shop.fleet, shop.context, update())
        assert shop.look().user.discount is None
        assert (used(shop, HALF), reserved(shop)) == (1, ["promo:HALF"])
        shop.arrives()
        assert (used(shop, HALF), reserved(shop)) == (1, ["promo:HALF"])
        delete_data(shop.open(), shop.fleet, shop.context, update())
        assert pays_page(shop, order).outcome is Outcome.BACK
        shop.settles(minutes=70)
        assert card(shop).left(payment_of(shop, order)) == 0
        shop.days(1)
        assert (used(shop, HALF), use_rows(shop), reserved(shop)) == (0, [], [])


class TestAtOnce:
    """There are never more uses than allowed, and each order at the reduced price has one."""

    def test_forty_people_on_the_last_use_are_one(self, shop: Shop) -> None:
        offers(shop, HALF)
        assert self._at_once(shop, range(100, 140)) == used(shop, HALF) == 1

    @pytest.mark.parametrize("limit", [3, 50])
    def test_two_hundred_people_at_once_are_as_many_as_the_limit(self, shop: Shop, limit: int) -> None:
        offers(shop, replace(HALF, total=limit))
        assert self._at_once(shop, range(1000, 1200)) == used(shop, HALF) == limit

    def test_the_same_person_forty_times_at_once_is_one(self, shop: Shop) -> None:
        with_code(shop, replace(HALF, total=50))
        seen = offered(shop)
        with ThreadPoolExecutor(8) as threads:
            placed = list(threads.map(lambda _: orders_until_decided(shop, 42, seen, update()), range(40)))
        assert all(placed)
        assert (len(shop.look().orders), used(shop, HALF), use_rows(shop)) == (1, 1, [1])

    def _at_once(self, shop: Shop, people: range) -> int:
        seen = {}
        for user_id in people:
            shop.arrives(user_id)
            assert enters(shop, HALF.id, user_id) is None
            seen[user_id] = offered(shop, user_id)
        with ThreadPoolExecutor(8) as threads:
            placed = threads.map(lambda user: orders_until_decided(shop, user, seen[user], update()), people)
            count = sum(placed)
        assert sum(bool(shop.look(user_id).orders) for user_id in people) == count
        return count


def _enters(shop: Shop) -> None:
    enters(shop, HALF.id, cause="update:1:7")


def _orders(shop: Shop) -> None:
    if any(order.offer.discount for order in shop.look().orders) or shop.look().user.discount:
        orders(shop, cause="update:1:8")


def _pays(shop: Shop) -> None:
    for report in list(card(shop).payments.values()):
        card(shop).pays(report.payment_id)
        applies(shop, card(shop).payments[report.payment_id])


def _cancels(shop: Shop) -> None:
    for order in shop.look().orders:
        cancels(shop, order)


def _refunds(shop: Shop) -> None:
    for report in list(card(shop).payments.values()):
        if report.refunded is None:
            sent_back_elsewhere(shop, report.payment_id, report.money)
        for refund in card(shop).refunds.values():
            apply_refund(refund, shop.payments, shop.context)


def _expires(shop: Shop) -> None:
    expires(shop, *shop.look().orders)


STEPS = {
    "enters": ([], _enters),
    "orders": ([_enters], _orders),
    "pays": ([_enters, _orders], _pays),
    "expires": ([_enters, _orders], _expires),
    "cancels": ([_enters, _orders], _cancels),
    "refunds": ([_enters, _orders, _pays], _refunds),
}


def _crashing() -> list[tuple[str, int]]:
    found = []
    for name, (before, do) in STEPS.items():
        shop = _prepared(before)
        shop.faults.passed.clear()
        do(shop)
        found += [(name, step) for step in range(len(shop.faults.passed))]
    return found


def _prepared(before: list) -> Shop:  # type: ignore[type-arg]  # steps of any kind
    shop = shop_in_memory()
    offers(shop, HALF)
    shop.arrives()
    for step in before:
        step(shop)
    return shop


@pytest.mark.parametrize(("name", "step"), _crashing())
def test_a_crash_at_any_call_loses_no_use_and_gives_none_twice(name: str, step: int) -> None:
    before, do = STEPS[name]
    shop = _prepared(before)
    shop.faults.crash_at_step(step)
    with pytest.raises(Crash):
        do(shop)
    shop.faults.clear()
    shop.queue.claims.clear()
    do(shop)
    shop.settles(minutes=70)
    ends = {
        "enters": (0, [], 0),
        "orders": (1, ["promo:HALF"], 0),
        "pays": (1, [], SECONDS),
        "expires": (0, [], 0),
        "cancels": (1, ["promo:HALF"], 0),
        "refunds": (1, [], 0),
    }
    assert (used(shop, HALF), reserved(shop), bought_seconds(shop)) == ends[name]
    assert used(shop, HALF) == len(use_rows(shop))
    brought = {"pays": (REDUCED,), "refunds": (Money(0, "RUB"),)}
    assert shop.codes.brought(HALF.id) == brought.get(name, ())
    assert adds_up(shop)
