"""The discount to come back buys one offer in full, once, whatever is ordered, cancelled, paid late or sent back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.discounting import (
    HALF,
    SECONDS,
    adds_up,
    bought_seconds,
    cancels,
    expires,
    offered,
    orders,
    orders_until_decided,
    pays_page,
    reserved,
    with_code,
)
from tests.functional.usecases.gifting import until_decided
from tests.functional.usecases.ordering import OFFER, applies, card, paid_report, sent_back_elsewhere, stored
from tests.functional.usecases.redeeming import used
from tests.functional.usecases.renewing import VISA
from tests.functional.usecases.renewing import offer as sold_now
from tests.functional.usecases.winning import CHEAPER, DAY, PERCENT, ends, is_won_back, told, waits
from vpnbot.domain.money import Money
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.statistics.flow import FlowKind
from vpnbot.domain.winback import VALID_FOR
from vpnbot.usecases.payments.check_order import check_order
from vpnbot.usecases.payments.place_order import DiscountGone, OrderRequest, place_order
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.promo.drop_discount import drop_discount
from vpnbot.usecases.statistics.figures import todays_figures


def source(shop: Shop) -> str:
    """Return the source of the discount that the person has."""
    return shop.look().discounts[0].source


class TestOneUse:
    """The first payment at the lower price uses it up; everything else is worth what was paid."""

    def test_an_order_takes_it_and_the_payment_makes_it_final(self, shop: Shop) -> None:
        is_won_back(shop)
        mine = source(shop)
        order = orders(shop)
        assert (order.price, order.offer.discount, reserved(shop)) == (CHEAPER, mine, [mine])
        assert pays_page(shop, order).outcome is Outcome.HON
        person = shop.look()
        assert (person.user.reserved, person.discounts, person.winback) == ((), (), None)
        assert bought_seconds(shop) == SECONDS
        assert person.user.winback_at is not None
        assert offered(shop) == OFFER
        assert adds_up(shop)

    def test_a_second_order_that_is_paid_later_counts_by_worth(self, shop: Shop) -> None:
        is_won_back(shop)
        first = orders(shop)
        cancels(shop, first)
        second = orders(shop)
        assert second.id != first.id
        pays_page(shop, second)
        pays_page(shop, first)
        assert bought_seconds(shop) == SECONDS + SECONDS * (100 - PERCENT) // 100
        assert adds_up(shop)

    def test_a_second_payment_of_the_same_order_counts_by_worth(self, shop: Shop) -> None:
        is_won_back(shop)
        order = orders(shop)
        for _ in range(2):
            applies(shop, paid_report(shop, order.id, money=CHEAPER))
        assert bought_seconds(shop) == SECONDS + SECONDS * (100 - PERCENT) // 100
        assert adds_up(shop)

    def test_an_order_placed_in_time_is_honoured_when_the_offer_is_over(self, shop: Shop) -> None:
        winback = is_won_back(shop)
        assert winback.offered_at is not None
        shop.clock.now = winback.offered_at + VALID_FOR - timedelta(minutes=5)
        order = orders(shop)
        shop.clock.advance(timedelta(minutes=30))
        with pytest.raises(DiscountGone):
            orders(shop, offer=order.offer, provider="stars")
        pays_page(shop, order)
        assert bought_seconds(shop) == SECONDS
        assert waits(shop) is False

    def test_a_payment_after_the_order_has_expired_counts_by_worth(self, shop: Shop) -> None:
        is_won_back(shop)
        order = orders(shop)
        expires(shop, order)
        assert reserved(shop) == []
        assert source(shop), "the offer itself stays until its time is over"
        assert pays_page(shop, order).outcome is Outcome.LATE
        assert bought_seconds(shop) == SECONDS * (100 - PERCENT) // 100
        assert adds_up(shop)

    def test_a_refund_gives_no_use_back(self, shop: Shop) -> None:
        is_won_back(shop)
        order = orders(shop)
        pays_page(shop, order)
        (payment,) = stored(shop, order.id).payments
        sent_back_elsewhere(shop, payment.id, CHEAPER)
        assert bought_seconds(shop) == 0
        assert offered(shop) == OFFER
        shop.days(10, step=DAY)
        assert (len(told(shop)), shop.look().discounts) == (1, ())

    def test_a_second_payment_of_an_earlier_offer_takes_nothing_of_a_later_one(self, shop: Shop) -> None:
        is_won_back(shop)
        first = orders(shop)
        pays_page(shop, first)
        shop.days(160, step=DAY)
        ends(shop)
        shop.until(shop.clock.now + 4 * DAY)
        second = orders(shop)
        assert (second.price, len(told(shop))) == (CHEAPER, 2)
        applies(shop, paid_report(shop, first.id, money=CHEAPER))
        assert reserved(shop) == [second.offer.discount]
        pays_page(shop, second)
        assert bought_seconds(shop) == SECONDS + SECONDS * (100 - PERCENT) // 100

    def test_the_same_person_forty_times_at_once_is_one(self, shop: Shop) -> None:
        is_won_back(shop)
        seen, mine = offered(shop), source(shop)
        with ThreadPoolExecutor(8) as threads:
            placed = list(threads.map(lambda _: orders_until_decided(shop, 42, seen, update()), range(40)))
        assert all(placed)
        (order,) = shop.look().orders
        assert (order.price, reserved(shop)) == (CHEAPER, [mine])

    def test_forty_payments_at_once_buy_the_offer_once(self, shop: Shop) -> None:
        is_won_back(shop)
        placed = []
        for _ in range(4):
            placed.append(orders(shop))
            cancels(shop, placed[-1])
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda order: until_decided(lambda: pays_page(shop, order)), placed * 10))
        assert bought_seconds(shop) == SECONDS + 3 * (SECONDS * (100 - PERCENT) // 100)
        assert adds_up(shop)


class TestBesideACode:
    """Only the better one of two discounts counts, and the other one waits."""

    def test_the_better_one_counts(self, shop: Shop) -> None:
        is_won_back(shop)
        mine = source(shop)
        with_code(shop, replace(HALF, id="FIFTH", percent=20))
        assert (offered(shop).price, offered(shop).discount) == (CHEAPER, mine)
        with_code(shop)
        assert offered(shop).discount == "promo:HALF"
        order = orders(shop)
        pays_page(shop, order)
        assert [each.source for each in shop.look().discounts] == [mine], "what was promised stays"

    def test_of_two_equal_ones_the_code_waits(self, shop: Shop) -> None:
        is_won_back(shop)
        same = replace(HALF, id="SAME", percent=PERCENT)
        with_code(shop, same)
        pays_page(shop, orders(shop))
        assert [each.source for each in shop.look().discounts] == ["promo:SAME"]
        assert used(shop, same) == 0

    def test_taking_the_code_off_leaves_it(self, shop: Shop) -> None:
        is_won_back(shop)
        mine = source(shop)
        with_code(shop)
        drop_discount(shop.open(), shop.context, update())
        drop_discount(shop.open(), shop.context, update())
        assert [each.source for each in shop.look().discounts] == [mine]


def test_a_purchase_without_it_leaves_it_until_it_is_over(shop: Shop) -> None:
    winback = is_won_back(shop)
    order = orders(shop, offer=OFFER)
    pays_page(shop, order)
    assert shop.look().winback == winback
    shop.days(3)
    assert offered(shop) == OFFER


def test_it_is_renewed_at_the_list_price(shop: Shop) -> None:
    is_won_back(shop)
    sold = sold_now(shop)
    cheaper = offered(shop, offer=sold)
    request = OrderRequest(cheaper, "card", "en", renewal=True)
    order = place_order(shop.open(), shop.payments, shop.context, update(), request).order
    card(shop).pays(card(shop).last(), method=VISA)
    check_order(shop.open(), shop.payments, shop.context, order.id)
    renewal = shop.look().subscription.renewal
    assert renewal is not None
    assert (cheaper.discount != "", renewal.offer) == (True, sold)


def test_orders_of_a_deleted_person_keep_nothing_of_it(shop: Shop) -> None:
    is_won_back(shop)
    order = orders(shop)
    delete_data(shop.open(), shop.fleet, shop.context, update())
    assert pays_page(shop, order).outcome is Outcome.BACK
    shop.days(2)
    assert reserved(shop) == []


def test_the_statistics_count_offers_uses_and_money(shop: Shop) -> None:
    is_won_back(shop)
    assert counted(shop) == (1, 0, ())
    order = orders(shop)
    pays_page(shop, order)
    assert counted(shop) == (1, 1, (CHEAPER,))
    (payment,) = stored(shop, order.id).payments
    sent_back_elsewhere(shop, payment.id, Money(100, "RUB"))
    assert counted(shop) == (1, 1, (Money(CHEAPER.amount_minor - 100, "RUB"),))


def counted(shop: Shop) -> tuple[int, int, tuple[Money, ...]]:
    """Return how often it was offered and used today, and the money of the orders with it."""
    figures = todays_figures(shop.staff.statistics, shop.clock(), timedelta())
    money = figures.amounts_of((FlowKind.WINBACK_MONEY,))
    return figures.count(FlowKind.WINBACK), figures.count(FlowKind.WINBACK_USED), money
