"""A discount to come back: offered once after the end of paid time, to people who want news and have no time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop
from tests.functional.usecases.discounting import expires
from tests.functional.usecases.gifting import FRIEND, buys_gift, link, opens, payment_of
from tests.functional.usecases.ordering import applies, paid_report, places, sent_back_elsewhere
from tests.functional.usecases.redeeming import enters, offers
from tests.functional.usecases.winning import (
    AFTER,
    DAY,
    HOUR,
    MONTH,
    PERCENT,
    blocks,
    buys,
    ends,
    is_paused,
    is_won_back,
    leaves,
    returns,
    stops_news,
    told,
    waits,
    winback_of,
    wins_back,
)
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.payments.shop_settings import Switch
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.domain.shop import ShopMode
from vpnbot.domain.winback import AGAIN_AFTER, TOO_LATE, VALID_FOR, WinbackState


def test_it_is_offered_once_after_the_days_of_the_settings_and_tells_until_when(shop: Shop) -> None:
    wins_back(shop)
    ends(shop)
    ended_at = winback_of(shop).ended_at
    shop.until(ended_at + AFTER - HOUR)
    assert (told(shop), shop.look().discounts) == ([], ())
    shop.until(ended_at + AFTER + HOUR)
    (message,) = told(shop)
    (discount,) = shop.look().discounts
    assert message.arguments == {"percent": str(PERCENT), "until": (message.at + VALID_FOR).isoformat()}
    assert (discount.percent, discount.until) == (PERCENT, message.at + VALID_FOR)
    assert winback_of(shop).state is WinbackState.OFFERED
    assert shop.history().count(winback_of(shop).cause) == 1
    shop.days(30, step=DAY)
    assert len(told(shop)) == 1
    assert shop.index.dead_lettered() == []


def buys_again(shop: Shop) -> None:
    """Let the person buy another month."""
    buys(shop)


def gets_days(shop: Shop) -> None:
    """Let the person use a promo code."""
    offers(shop)
    assert enters(shop) is None
    shop.settles(minutes=2)


def switches_off(shop: Shop) -> None:
    """Let the staff offer nothing any more."""
    wins_back(shop, winback=Switch.OFF)


class TestNoOffer:
    """None is made to a person for whom it would be untrue or unwanted."""

    @pytest.mark.parametrize(
        "meanwhile",
        [stops_news, is_paused, blocks, leaves, returns, buys_again, gets_days, switches_off],
        ids=lambda do: do.__name__,
    )
    def test_what_happens_before_the_day_prevents_it(self, shop: Shop, meanwhile: Callable[[Shop], None]) -> None:
        wins_back(shop)
        ends(shop)
        assert waits(shop)
        meanwhile(shop)
        shop.until(shop.clock.now + AFTER + DAY)
        assert told(shop) == []
        assert not waits(shop)
        assert shop.look().user.winback_at is None
        shop.days(3, step=DAY)
        assert told(shop) == []

    def test_a_trial_ends_without_one(self, shop: Shop) -> None:
        wins_back(shop)
        shop.on_trial()
        shop.days(3, step=HOUR)
        assert not waits(shop)
        shop.days(10, step=DAY)
        assert told(shop) == []

    def test_time_that_was_given_ends_without_one(self, shop: Shop) -> None:
        wins_back(shop)
        shop.arrives()
        gets_days(shop)
        shop.days(8, step=HOUR)
        assert not waits(shop)
        gift = buys_gift(shop)
        shop.arrives(FRIEND)
        assert opens(shop, link(shop, gift)) is None
        shop.settles(minutes=2)
        shop.until(shop.clock.now + MONTH + HOUR, step=DAY)
        assert not waits(shop, FRIEND), "another person has paid for it"
        shop.days(5, step=DAY)
        assert (told(shop), told(shop, FRIEND)) == ([], [])

    def test_paid_time_that_follows_a_trial_and_given_days_is_paid_time(self, shop: Shop) -> None:
        wins_back(shop)
        shop.on_trial()
        gets_days(shop)
        buys(shop)
        shop.until(shop.clock.now + MONTH + 11 * DAY, step=6 * HOUR)
        assert waits(shop)
        shop.days(4)
        assert len(told(shop)) == 1

    def test_off_at_the_end_there_is_none_even_if_it_is_switched_on_a_day_later(self, shop: Shop) -> None:
        wins_back(shop, winback=Switch.OFF)
        ends(shop)
        wins_back(shop)
        shop.days(10, step=DAY)
        assert (told(shop), waits(shop)) == ([], False)

    def test_a_refund_that_ends_the_time_and_one_after_the_end_prevent_it(self, shop: Shop) -> None:
        wins_back(shop)
        shop.arrives()
        payment_id = buys(shop)
        shop.days(3)
        sent_back_elsewhere(shop, payment_id)
        shop.days(10, step=DAY)
        assert (told(shop), waits(shop)) == ([], False)
        payment_id = ends(shop)
        assert waits(shop)
        sent_back_elsewhere(shop, payment_id, Money(100, "RUB"))
        assert not waits(shop)
        shop.days(10, step=DAY)
        assert told(shop) == []

    @pytest.mark.parametrize("what", ["kept money", "a gift"])
    def test_money_that_bought_no_time_of_theirs_goes_back_and_it_is_offered(self, shop: Shop, what: str) -> None:
        wins_back(shop)
        ends(shop)
        if what == "a gift":
            sent_back_elsewhere(shop, payment_of(shop, buys_gift(shop)).id)
        else:
            order = places(shop)
            report = paid_report(shop, order.id, money=Money(100, "RUB"))
            applies(shop, report)
            expires(shop, order)
            sent_back_elsewhere(shop, report.payment_id, Money(100, "RUB"))
        assert waits(shop)
        shop.until(shop.clock.now + AFTER + HOUR)
        assert len(told(shop)) == 1

    def test_a_second_one_comes_only_after_half_a_year(self, shop: Shop) -> None:
        first = is_won_back(shop)
        for _ in range(5):
            ends(shop)
            assert winback_of(shop) == first, "another one would come within half a year"
        ends(shop)
        shop.until(shop.clock.now + AFTER, step=HOUR)
        times = [message.at for message in told(shop)]
        assert len(times) == 2
        assert times[1] - times[0] >= AGAIN_AFTER

    def test_a_deletion_and_a_return_do_not_bring_a_second_one(self, shop: Shop) -> None:
        is_won_back(shop)
        returns(shop)
        assert shop.look().discounts == (), "the offer is gone with the data"
        ends(shop)
        shop.days(10, step=DAY)
        assert len(told(shop)) == 1


CLOSED: tuple[dict[str, object], ...] = (
    {"mode": ShopMode.CLOSED},
    {"mode": ShopMode.PAYMENTS_OFF},
    {"providers": ()},
)
"""Settings with which nothing can be ordered."""


class TestTheDay:
    """The message comes when it is true, in the hours of the shop."""

    def test_it_keeps_the_hours_and_the_discount_counts_from_the_sending(self, shop: Shop) -> None:
        wins_back(shop)
        ends(shop)
        due = winback_of(shop).ended_at + AFTER
        shop.hours = SendingWindow((due.hour + 6) % 24, (due.hour + 6) % 24 + 2)
        shop.until(due + DAY, step=timedelta(minutes=10))
        (message,) = told(shop)
        assert shop.hours.open_at(message.at)
        assert message.at - due >= 5 * HOUR
        assert shop.look().discounts[0].until == message.at + VALID_FOR

    def test_more_days_hold_for_people_who_wait_already(self, shop: Shop) -> None:
        wins_back(shop)
        ends(shop)
        due = winback_of(shop).ended_at + 7 * DAY
        wins_back(shop, winback_days=7)
        shop.until(due - HOUR)
        assert told(shop) == []
        shop.until(due + HOUR)
        assert len(told(shop)) == 1

    @pytest.mark.parametrize("closed", CLOSED, ids=str)
    def test_while_the_shop_takes_no_orders_it_waits_but_not_for_ever(
        self, shop: Shop, closed: dict[str, object]
    ) -> None:
        wins_back(shop)
        ends(shop)
        wins_back(shop, **closed)
        shop.until(shop.clock.now + AFTER + DAY)
        assert (told(shop), waits(shop)) == ([], True)
        wins_back(shop, mode=ShopMode.OPEN, providers=("stars",))
        shop.days(0.5)
        assert len(told(shop)) == 1

    def test_it_is_left_out_when_it_would_come_too_late(self, shop: Shop) -> None:
        wins_back(shop)
        ends(shop)
        wins_back(shop, mode=ShopMode.CLOSED)
        shop.until(shop.clock.now + AFTER + TOO_LATE + DAY)
        assert not waits(shop)
        wins_back(shop, mode=ShopMode.OPEN)
        shop.days(3)
        assert told(shop) == []

    def test_it_waits_while_money_of_the_person_is_kept(self, shop: Shop) -> None:
        wins_back(shop)
        ends(shop)
        applies(shop, paid_report(shop, places(shop).id, money=Money(100, "RUB")))
        shop.until(shop.clock.now + AFTER + HOUR)
        assert (told(shop), waits(shop)) == ([], True)
        (order,) = shop.look().orders
        assert order.status is OrderStatus.HELD
