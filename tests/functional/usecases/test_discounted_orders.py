"""The discount of a promo code buys one offer in full for each use, whatever is ordered, cancelled, paid or refunded.

The first order takes the use, further ones keep it, and it is given back only when none of them can be paid any more.
What is paid beyond that is worth its share of the full price.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
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
    payment_of,
    pays_page,
    pays_stars,
    reserved,
    use_rows,
    with_code,
)
from tests.functional.usecases.ordering import (
    OFFER,
    PRICE,
    applies,
    card,
    paid_report,
    pays,
    sent_back_elsewhere,
    stored,
)
from tests.functional.usecases.redeeming import enters, offers, used
from tests.functional.usecases.renewing import STANDARD, offer, sells
from vpnbot.domain.money import STARS, Money
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.discount import Pricing, discounted_offer
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import CodeRefused, PromoCode, Refusal
from vpnbot.domain.promo.one_time_codes import one_time_codes
from vpnbot.domain.staff.acts import PromoAct
from vpnbot.usecases.payments.check_out import AS_PLACED, check_out
from vpnbot.usecases.payments.grant_held import acts_for, grant_held
from vpnbot.usecases.payments.place_order import DiscountGone
from vpnbot.usecases.promo.drop_discount import drop_discount
from vpnbot.usecases.promo.keep_codes import change_code

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TestEntering:
    """A discount waits for the next order, and takes no use until then."""

    def test_it_is_kept_for_the_next_order_and_takes_no_use(self, shop: Shop) -> None:
        with_code(shop)
        assert shop.look().user.discount == HALF.discount()
        assert (used(shop, HALF), offered(shop).price) == (0, REDUCED)

    def test_a_second_code_replaces_the_first_and_one_can_be_taken_off(self, shop: Shop) -> None:
        with_code(shop)
        third = replace(HALF, id="THIRD", percent=33)
        with_code(shop, third)
        assert shop.look().user.discount == third.discount()
        drop_discount(shop.open(), shop.context, update())
        assert offered(shop) == OFFER
        assert orders(shop).offer == OFFER
        assert used(shop, HALF) == used(shop, third) == 0

    @pytest.mark.parametrize("cause", ["update:1:7"])
    def test_the_same_update_again_says_the_same(self, shop: Shop, cause: str) -> None:
        offers(shop, HALF)
        shop.arrives()
        assert [enters(shop, HALF.id, cause=cause) for _ in range(3)] == [None] * 3
        assert shop.history().count(cause) == 1

    def test_it_says_no_when_no_use_is_left(self, shop: Shop) -> None:
        with_code(shop)
        pays(shop, orders(shop), REDUCED)
        shop.arrives(43)
        assert enters(shop, HALF.id) is Refusal.USED
        assert enters(shop, HALF.id, 43) is Refusal.USED_UP

    def test_one_before_its_time_or_for_new_people_is_refused(self, shop: Shop) -> None:
        offers(shop, replace(HALF, id="LATER", starts_at=shop.clock() + HOUR))
        offers(shop, replace(HALF, id="FIRST", newcomers=True))
        shop.arrives()
        assert enters(shop, "LATER") is Refusal.ENDED
        pays(shop, orders(shop))
        assert enters(shop, "FIRST") is Refusal.NOT_NEW
        shop.clock.advance(HOUR)
        assert enters(shop, "LATER") is None

    def test_it_ends_at_its_time(self, shop: Shop) -> None:
        with_code(shop, replace(HALF, ends_at=shop.clock() + HOUR))
        seen = offered(shop)
        shop.clock.advance(HOUR)
        assert offered(shop) == OFFER
        with pytest.raises(DiscountGone):
            orders(shop, offer=seen)


class TestOneUse:
    """A use belongs to the person and the code."""

    def test_an_order_takes_it_and_the_payment_makes_it_final(self, shop: Shop) -> None:
        with_code(shop)
        order = orders(shop)
        assert (order.price, used(shop, HALF), reserved(shop)) == (REDUCED, 1, ["promo:HALF"])
        pays(shop, order, REDUCED)
        person = shop.look()
        assert (person.user.reserved, person.user.discount) == ((), None)
        assert (used(shop, HALF), use_rows(shop)) == (1, [1])
        assert bought_seconds(shop) == SECONDS
        assert offered(shop) == OFFER, "it counts once"
        shop.days(3)
        assert (used(shop, HALF), use_rows(shop)) == (1, [1])

    def test_it_moves_to_the_next_order_untouched(self, shop: Shop) -> None:
        with_code(shop)
        first = orders(shop)
        cancels(shop, first)
        second = orders(shop)
        assert second.id != first.id
        assert (second.price, used(shop, HALF), use_rows(shop)) == (REDUCED, 1, [1])

    def test_cancelling_does_not_give_it_back_and_the_end_of_the_time_to_pay_does(self, shop: Shop) -> None:
        with_code(shop)
        order = orders(shop)
        cancels(shop, order)
        shop.settles(minutes=40)
        shop.arrives(43)
        assert enters(shop, HALF.id, 43) is Refusal.USED_UP
        expires(shop, order)
        assert (used(shop, HALF), use_rows(shop), reserved(shop)) == (0, [], [])
        assert enters(shop, HALF.id, 43) is None
        pays(shop, orders(shop, 43), REDUCED)
        assert used(shop, HALF) == 1

    def test_it_waits_for_the_last_of_several_orders(self, shop: Shop) -> None:
        with_code(shop)
        first = orders(shop)
        cancels(shop, first)
        second = orders(shop)
        expires(shop, first)
        assert used(shop, HALF) == 1
        expires(shop, second)
        assert (used(shop, HALF), use_rows(shop)) == (0, [])

    def test_given_back_it_can_be_taken_again(self, shop: Shop) -> None:
        with_code(shop)
        expires(shop, orders(shop))
        again = orders(shop)
        assert (again.price, used(shop, HALF)) == (REDUCED, 1)
        pays(shop, again, REDUCED)
        assert (used(shop, HALF), bought_seconds(shop)) == (1, SECONDS)

    def test_an_order_that_the_provider_never_ended_gives_it_back_after_its_last_look(self, shop: Shop) -> None:
        with_code(shop)
        orders(shop)
        shop.days(3)
        assert used(shop, HALF) == 1
        shop.days(3)
        assert (used(shop, HALF), shop.look().orders) == (0, ())

    def test_in_stars_it_is_kept_for_a_day_after_cancelling(self, shop: Shop) -> None:
        with_code(shop)
        order = orders(shop, provider="stars")
        cancels(shop, order)
        shop.days(0.9)
        assert (used(shop, HALF), reserved(shop)) == (1, ["promo:HALF"])
        shop.days(0.2)
        assert (used(shop, HALF), reserved(shop), shop.look().orders) == (0, [], ())

    def test_one_taken_off_after_the_order_still_counts_for_that_order(self, shop: Shop) -> None:
        with_code(shop)
        order = orders(shop)
        drop_discount(shop.open(), shop.context, update())
        other = orders(shop)
        assert (other.offer, used(shop, HALF)) == (OFFER, 1)
        assert pays_page(shop, order).outcome is Outcome.LATE
        assert bought_seconds(shop) == SECONDS
        assert (used(shop, HALF), reserved(shop)) == (1, [])

    def test_a_person_uses_it_as_often_as_it_says(self, shop: Shop) -> None:
        with_code(shop, replace(HALF, total=5, per_person=2))
        for _ in range(2):
            assert enters(shop, HALF.id) is None
            pays(shop, orders(shop), REDUCED)
        assert enters(shop, HALF.id) is Refusal.USED
        assert (used(shop, HALF), use_rows(shop), bought_seconds(shop)) == (2, [1, 2], 2 * SECONDS)

    def test_one_that_is_used_up_ended_or_gone_places_no_dearer_order(self, shop: Shop) -> None:
        code = offers(shop, HALF)
        for user_id in (42, 43):
            shop.arrives(user_id)
            assert enters(shop, HALF.id, user_id) is None
        orders(shop, 43)
        with pytest.raises(CodeRefused) as caught:
            orders(shop)
        assert caught.value.refusal is Refusal.USED_UP
        entry = Entry(update(), "ended", shop.clock(), "admin:1")
        change_code(shop.codes, code.id, entry, PromoCode.ended, PromoAct.END_CODE, seen=code.version)
        with pytest.raises(CodeRefused) as caught:
            orders(shop)
        assert caught.value.refusal is Refusal.ENDED
        assert shop.look().orders == ()
        cancels(shop, shop.look(43).orders[0], 43)
        assert orders(shop, 43).price == REDUCED, "what was taken counts although the code has ended"

    def test_a_one_time_code_is_given_back_too(self, shop: Shop) -> None:
        batch = offers(shop, replace(HALF, id="GIFT", total=10, one_time=True))
        code = list(one_time_codes(batch, shop.ring.promo_mac))[3]
        for user_id in (42, 43):
            shop.arrives(user_id)
        assert enters(shop, code) is None
        order = orders(shop)
        assert enters(shop, code, 43) is Refusal.USED_UP
        expires(shop, order)
        assert enters(shop, code, 43) is None
        pays(shop, orders(shop, 43), REDUCED)
        assert enters(shop, code) is Refusal.USED_UP
        assert used(shop, batch) == 1


class TestByWorth:
    """What is paid beyond the one use is worth its share of the full price; no money is lost."""

    def test_a_late_payment_while_the_use_is_kept_counts_in_full(self, shop: Shop) -> None:
        with_code(shop)
        order = orders(shop)
        cancels(shop, order)
        assert pays_page(shop, order).outcome is Outcome.LATE
        assert (bought_seconds(shop), used(shop, HALF), reserved(shop)) == (SECONDS, 1, [])

    def test_a_late_payment_after_that_counts_by_worth(self, shop: Shop) -> None:
        with_code(shop)
        order = orders(shop)
        expires(shop, order)
        assert applies(shop, paid_report(shop, order.id, money=REDUCED)).outcome is Outcome.LATE
        assert (bought_seconds(shop), used(shop, HALF)) == (SECONDS // 2, 0)
        assert adds_up(shop)

    def test_stockpiled_links_buy_one_offer_in_full(self, shop: Shop) -> None:
        with_code(shop)
        placed = []
        for _ in range(4):
            placed.append(orders(shop))
            cancels(shop, placed[-1])
        for order in reversed(placed):
            pays_page(shop, order)
        assert bought_seconds(shop) == SECONDS + 3 * (SECONDS // 2)
        assert (used(shop, HALF), use_rows(shop)) == (1, [1])
        assert adds_up(shop)

    def test_one_order_paid_twice_counts_by_worth_the_second_time(self, shop: Shop) -> None:
        with_code(shop)
        order = orders(shop)
        pays(shop, order, REDUCED)
        assert applies(shop, paid_report(shop, order.id, money=REDUCED)).outcome is Outcome.TWICE
        assert bought_seconds(shop) == SECONDS + SECONDS // 2
        assert adds_up(shop)

    def test_two_payments_at_once_are_one_in_full(self, shop: Shop) -> None:
        with_code(shop)
        first = orders(shop)
        cancels(shop, first)
        second = orders(shop)
        reports = []
        for order in (first, second):
            card(shop).pays(payment_of(shop, order))
            reports.append(card(shop).payments[payment_of(shop, order)])
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda report: applies(shop, report), reports))
        assert bought_seconds(shop) == SECONDS + SECONDS // 2
        assert (used(shop, HALF), reserved(shop)) == (1, [])

    def test_the_value_of_time_at_a_discount_is_what_was_paid(self, shop: Shop) -> None:
        with_code(shop)
        pays(shop, orders(shop), REDUCED)
        (lot,) = shop.look().subscription.lots
        assert (lot.worth, lot.paid) == (OFFER.list_price.amount_minor * 10**6 // 2, REDUCED)

    def test_an_open_order_whose_discount_another_payment_has_used_is_not_charged_in_stars(self, shop: Shop) -> None:
        with_code(shop)
        in_stars = replace(OFFER, price=Money(200, STARS))
        first = orders(shop)
        seen = discounted_offer(in_stars, shop.look().discounts, Pricing("RUB", shop.clock()))
        second = orders(shop, provider="stars", offer=seen)
        checked = [shop.open(), shop.payments, shop.context, shop.person_id(), second.id, second.price]
        assert check_out(*checked) is Outcome.GO  # type: ignore[arg-type]  # as listed
        shop.clock.advance(timedelta(minutes=1))
        pays_page(shop, first)
        checked[0] = shop.open()
        assert check_out(*checked) is Outcome.NO2  # type: ignore[arg-type]  # as listed
        assert pays_stars(shop, second, "charge-1").outcome is Outcome.HON, "it was charged at the same moment"
        assert bought_seconds(shop) == SECONDS + SECONDS // 2
        shop.settles()
        assert NotificationKind.PAID_TWICE in shop.sender.kinds(), "they hear that one can be sent back"

    def test_stars_are_charged_at_the_discount_later_too_while_the_catalogue_is_as_it_was(self, shop: Shop) -> None:
        sells(shop, STANDARD)
        with_code(shop)
        order = orders(shop, provider="stars", offer=offered(shop, offer=offer(shop, currency=STARS)))
        assert order.price == Money(100, STARS)
        shop.clock.advance(AS_PLACED)
        checked = check_out(shop.open(), shop.payments, shop.context, shop.person_id(), order.id, order.price)
        assert checked is Outcome.GO
        dearer = replace(STANDARD, durations=(replace(STANDARD.durations[0], prices={"RUB": 1, STARS: 300}),))
        shop.sales.plans.save(
            shop.sales.plans.load().plan(STANDARD.id),
            dearer,
            Entry(update(), "plan saved", shop.clock(), "admin"),
            shop.sales.settings.load(),
        )
        checked = check_out(shop.open(), shop.payments, shop.context, shop.person_id(), order.id, order.price)
        assert checked is Outcome.NO2

    def test_too_little_is_kept_and_granted_by_worth(self, shop: Shop) -> None:
        with_code(shop)
        order = orders(shop)
        part = Money(PRICE.amount_minor // 4, PRICE.currency)
        assert pays(shop, order, part).outcome is Outcome.SHORT
        assert used(shop, HALF) == 1, "an operator decides about its money"
        payment = stored(shop, order.id).payments[0]
        (give, *_) = acts_for(shop.look(), stored(shop, order.id), payment.id, shop.payments, shop.context)
        assert give.time == timedelta(seconds=SECONDS // 4)
        grant_held(shop.open(), shop.payments, shop.context, "admin:1:1", "admin:1", order.id, payment.id)
        assert (bought_seconds(shop), used(shop, HALF), reserved(shop)) == (SECONDS // 4, 0, [])

    def test_money_in_another_currency_keeps_the_use_for_the_payment_of_the_order(self, shop: Shop) -> None:
        with_code(shop)
        order = orders(shop)
        report = paid_report(shop, order.id, money=Money(REDUCED.amount_minor, "USD"))
        assert applies(shop, report).outcome is Outcome.CURR
        sent_back_elsewhere(shop, report.payment_id, report.money)
        assert used(shop, HALF) == 1
        assert pays_page(shop, order).outcome is Outcome.LATE
        assert (bought_seconds(shop), used(shop, HALF)) == (SECONDS, 1)
