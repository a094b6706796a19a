"""The message with a discount to come back: sent at most once, true when it is read, and kept whatever follows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.discounting import orders
from tests.functional.usecases.ordering import PRICE, pays, places
from tests.functional.usecases.winning import (
    AFTER,
    HOUR,
    PERCENT,
    ends,
    is_paused,
    is_won_back,
    leaves,
    stops_news,
    told,
    waits,
    winback_of,
    wins_back,
)
from vpnbot.domain.winback import VALID_FOR, WinbackState
from vpnbot.errors import (
    MessageRefused,
    Misconfigured,
    TelegramNotCalled,
    TelegramSilent,
    TelegramUnavailable,
    Unreachable,
)
from vpnbot.usecases.people.change_profile import reactivate
from vpnbot.usecases.subscriptions.suspend_subscription import resume


class TestSending:
    """The message is news: it is sent at most once, and counts as offered only if it may have arrived."""

    @pytest.mark.parametrize(
        "no",
        [
            TelegramUnavailable("wait"),
            Misconfigured("bot_token", "a revoked one"),
            MessageRefused("no"),
            TelegramNotCalled("not called"),
        ],
        ids=lambda no: type(no).__name__,
    )
    def test_after_a_definite_no_it_is_sent_again_once(self, shop: Shop, no: Exception) -> None:
        wins_back(shop)
        ends(shop)
        due = winback_of(shop).ended_at + AFTER
        shop.until(due - HOUR)
        shop.faults.at("say.before", no, no)
        shop.until(due + 2 * HOUR, step=timedelta(minutes=1))
        (message,) = told(shop)
        assert message.at > due
        assert shop.look().user.winback_at == message.at
        assert shop.look().discounts[0].until == message.at + VALID_FOR
        assert shop.history().count(winback_of(shop).cause) == 1

    @pytest.mark.parametrize("point", ["say.before", "say.after"])
    def test_with_a_lost_answer_it_is_never_sent_again_and_counts(self, shop: Shop, point: str) -> None:
        wins_back(shop)
        ends(shop)
        shop.until(winback_of(shop).ended_at + AFTER - HOUR)
        shop.faults.at(point, TelegramSilent("no answer"))
        shop.days(2)
        assert len(told(shop)) == (point == "say.after")
        assert winback_of(shop).state is WinbackState.OFFERED
        assert len(shop.look().discounts) == 1

    def test_one_who_has_blocked_the_bot_was_offered_nothing(self, shop: Shop) -> None:
        wins_back(shop)
        ends(shop)
        shop.until(winback_of(shop).ended_at + AFTER - HOUR)
        shop.sender.blocked = Unreachable("blocked")
        shop.settles(minutes=90)
        shop.sender.blocked = None
        assert (shop.look().user.reachable, shop.look().user.winback_at) == (False, None)
        assert (waits(shop), shop.look().discounts) == (False, ())
        reactivate(shop.open(), shop.context, update())
        ends(shop)
        shop.days(4)
        assert len(told(shop)) == 1

    def test_who_buys_while_it_is_sent_keeps_what_it_says(self, shop: Shop) -> None:
        wins_back(shop)
        ends(shop)
        shop.until(winback_of(shop).ended_at + AFTER - HOUR)

        def buys_now() -> None:
            pays(shop, places(shop), PRICE)

        shop.sender.during = buys_now
        shop.settles(minutes=90)
        assert len(told(shop)) == 1
        assert winback_of(shop).state is WinbackState.OFFERED
        assert shop.look().discounts[0].percent == PERCENT

    def test_who_orders_with_it_before_telegram_says_no_keeps_it_and_gets_no_second_one(self, shop: Shop) -> None:
        wins_back(shop)
        ends(shop)
        shop.until(winback_of(shop).ended_at + AFTER - HOUR)

        def orders_now() -> None:
            orders(shop)

        shop.sender.during = orders_now
        shop.faults.at("say.after", TelegramUnavailable("wait"))
        shop.settles(minutes=90)
        (discount,) = shop.look().discounts
        assert [use.source for use in shop.look().user.reserved] == [discount.source]
        assert winback_of(shop).state is WinbackState.OFFERED
        assert len(told(shop)) == 1

    def test_a_pause_and_a_stop_of_news_take_nothing_that_was_promised(self, shop: Shop) -> None:
        discount = is_won_back(shop).discount
        stops_news(shop)
        assert shop.look().discounts == (discount,)
        is_paused(shop)
        resume(shop.open(), shop.fleet, shop.context, update(), "admin:1")
        assert shop.look().discounts == (discount,)

    def test_it_is_over_at_its_time_and_gone_with_the_data(self, shop: Shop) -> None:
        discount = is_won_back(shop).discount
        assert discount is not None
        assert discount.until is not None
        assert discount.valid_at(discount.until - HOUR)
        assert not discount.valid_at(discount.until)
        leaves(shop)
        person = shop.look()
        assert (person.winback, person.discounts) == (None, ())
        assert person.user.winback_at is not None

    def test_an_offer_of_an_earlier_end_is_replaced_by_that_of_a_later_one(self, shop: Shop) -> None:
        wins_back(shop, winback_days=60)
        ends(shop)
        first = winback_of(shop)
        ends(shop)
        second = winback_of(shop)
        assert second.ended_at > first.ended_at
        assert second == replace(first, ended_at=second.ended_at, due=second.due)
