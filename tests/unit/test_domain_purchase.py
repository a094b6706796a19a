"""What a purchase makes of the time that is left: the examples of the conversion, and each special rule.

A day of plan A costs 10 or, by the year, 5; of B 20 or 12; of C 30.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from tests.fakes.catalogue_of_plans import (
    DAY,
    KEY,
    NEW_KEY,
    NEW_PERSON,
    NOW,
    A,
    B,
    C,
    buys,
    days_left,
    offer,
    on_trial,
    with_key_ready,
)
from vpnbot.domain.money import STARS, Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.payments.purchase import RENEWAL_MARGIN, PurchaseKind, preview_of, with_purchase
from vpnbot.domain.payments.refunded_time import with_refund
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.subscription import Status, Subscription
from vpnbot.domain.subscriptions.time_credit import Lot, Source, converted, granted, total_seconds

MONTH_OF_A = offer(A, 30)
HOUR = timedelta(hours=1)


def after_days(days: float) -> datetime:
    return NOW + days * DAY


class TestConversion:
    """Time left becomes as much time of the new plan as its worth pays for at the list price."""

    def test_twenty_days_of_a_become_ten_of_b_and_are_twenty_again_back_in_a(self) -> None:
        person = buys(buys(NEW_PERSON, MONTH_OF_A, NOW, "1"), offer(B, 30), after_days(10), "2")
        assert days_left(person, after_days(10)) == 10 + 30
        person = buys(person, MONTH_OF_A, after_days(10), "3")
        assert days_left(person, after_days(10)) == 20 + 60 + 30

    def test_time_that_was_bought_at_the_price_of_a_year_keeps_that_price_back_in_its_plan(self) -> None:
        person = buys(buys(NEW_PERSON, offer(A, 365), NOW, "1"), offer(B, 30), after_days(100), "2")
        assert days_left(person, after_days(100)) == 66.25 + 30
        person = buys(person, MONTH_OF_A, after_days(110), "3")
        assert days_left(person, after_days(110)) == 225 + 60 + 30

    def test_a_longer_offer_converts_at_its_own_lower_price_even_after_its_refund(self) -> None:
        person = buys(buys(NEW_PERSON, offer(A, 365), NOW, "1"), offer(B, 365), after_days(100), "2")
        seconds = 265 * 5 * 86_400 // 12
        assert person.subscription.left(after_days(100)) == timedelta(seconds=seconds, days=365)
        person, taken = with_refund(person, "2", Money(4380, "RUB"), Money(4380, "RUB"), after_days(100))
        assert taken == 365 * 86_400
        assert person.subscription.plan == B
        assert person.subscription.left(after_days(100)) == timedelta(seconds=seconds)

    def test_an_offer_that_is_dearer_than_that_of_thirty_days_converts_at_the_price_of_thirty_days(self) -> None:
        week = Offer("b-7", B, 7 * DAY, Money(280, "RUB"), ListPrice(280, 7 * 86_400), ListPrice(600, 30 * 86_400))
        person = buys(buys(NEW_PERSON, MONTH_OF_A, NOW, "1"), week, after_days(10), "2")
        assert days_left(person, after_days(10)) == 10 + 7

    def test_the_same_plan_is_added_day_by_day_whatever_the_price_is_now(self) -> None:
        dear = replace(MONTH_OF_A, price=Money(999, "RUB"), list_price=ListPrice(999, 30 * 86_400))
        assert days_left(buys(buys(NEW_PERSON, MONTH_OF_A, NOW, "1"), dear, NOW, "2"), NOW) == 60

    def test_a_thousand_conversions_in_one_second_gain_nothing(self) -> None:
        bought = granted("1", Source.BOUGHT, "a", 2_579_655, worth=Fraction(29_900, 199), paid=Money(199, STARS))
        lots = (replace(bought, seconds=1_234_567),)
        prices = [("b", ListPrice(601, 30 * 86_400)), ("c", ListPrice(997, 30 * 86_400)), ("a", ListPrice(7, 777))]
        changed: tuple[Lot, ...] = lots
        for _ in range(1000):
            for plan_id, price in prices:
                changed = converted(changed, plan_id, price)
        assert total_seconds(changed) == total_seconds(lots)
        assert changed[0].paid_left == lots[0].paid_left, "not even a fraction is lost"

    def test_a_thousand_purchases_that_are_all_sent_back_gain_nothing(self) -> None:
        now, month = after_days(10), Money(600, "RUB")
        person = before = buys(NEW_PERSON, MONTH_OF_A, NOW, "1")
        for _ in range(1000):
            person, _ = with_refund(buys(person, offer(B, 30), now, "b"), "b", month, month, now)
            person, _ = with_refund(buys(person, MONTH_OF_A, now, "a"), "a", Money(300, "RUB"), month, now)
        assert person.subscription.left(now) == before.subscription.left(now)

    def test_a_conversion_is_exact_to_a_second(self) -> None:
        person = buys(NEW_PERSON, MONTH_OF_A, NOW, "1")
        now = NOW + timedelta(days=3, seconds=7, microseconds=600_000)
        left = person.subscription.left(now)
        changed = buys(person, offer(C, 30), now, "2")
        gained = changed.subscription.left(now) - 30 * DAY - left / 3
        assert abs(gained) < timedelta(seconds=1)

    def test_prices_of_one_minor_unit_lose_no_second(self) -> None:
        year = 365 * 86_400
        cheap = ListPrice(1, year)
        lots = converted(
            (granted("1", Source.BOUGHT, "a", year, worth=Fraction(1), paid=Money(1, STARS)),), "b", cheap
        )
        assert total_seconds(lots) == year
        half = tuple(replace(lot, seconds=lot.seconds // 2) for lot in lots)
        for _ in range(1000):
            half = converted(converted(half, "c", ListPrice(2, year)), "b", cheap)
        assert total_seconds(half) == year // 2

    def test_a_conversion_ends_two_years_ahead_at_most_and_the_worth_stays(self) -> None:
        person = buys(buys(NEW_PERSON, offer(C, 365), NOW, "1"), offer(C, 365), NOW, "2")
        assert days_left(person, NOW) == 730
        cheap = buys(person, MONTH_OF_A, NOW, "3")
        assert days_left(cheap, NOW) == 730 + 30, "by their worth it would be 2,190 days"
        back = buys(cheap, offer(C, 30), NOW, "4")
        assert days_left(back, NOW) == 730 + 10 + 30

    def test_more_than_two_years_that_were_bought_are_not_shortened_by_a_conversion(self) -> None:
        person = NEW_PERSON
        for number in range(3):
            person = buys(person, offer(C, 365), NOW, str(number))
        assert days_left(buys(person, MONTH_OF_A, NOW, "a"), NOW) == 3 * 365 + 30

    def test_time_that_waits_for_the_first_key_is_converted_whole(self) -> None:
        waiting = with_purchase(NEW_PERSON, "1", MONTH_OF_A, MONTH_OF_A.price, NEW_KEY, NOW)
        person = with_purchase(waiting, "2", offer(B, 30), Money(600, "RUB"), NEW_KEY, after_days(9))
        assert person.subscription.waits_for_key
        begun = with_key_ready(person, after_days(12))
        assert begun.subscription.ends_at == after_days(12 + 15 + 30)

    def test_time_during_a_pause_is_converted_as_it_was_at_the_pause(self) -> None:
        paused = buys(NEW_PERSON, MONTH_OF_A, NOW, "1").paused_at(after_days(10))
        person = buys(paused, offer(B, 30), after_days(25), "2")
        assert person.subscription.status is Status.SUSPENDED
        assert person.resumed_at(after_days(40)).subscription.ends_at == after_days(40 + 10 + 30)


class TestWorth:
    """What counts is the list price, or what was paid if that is less."""

    def test_a_discount_is_not_converted_into_more_time_than_was_paid_for(self) -> None:
        half = offer(A, 30, price=Money(150, "RUB"), full_price=Money(300, "RUB"))
        person = buys(buys(NEW_PERSON, half, NOW, "1"), offer(B, 30), NOW, "2")
        assert days_left(person, NOW) == 7.5 + 30

    def test_stars_count_by_the_price_in_stars_of_their_order(self) -> None:
        stars = offer(A, 30, price=Money(199, STARS))
        person = buys(buys(NEW_PERSON, stars, NOW, "1"), offer(B, 30), NOW, "2")
        assert days_left(person, NOW) == 15 + 30

    def test_more_than_the_price_counts_as_the_list_price(self) -> None:
        person = buys(NEW_PERSON, MONTH_OF_A, NOW, "1", paid=Money(900, "RUB"))
        assert days_left(buys(person, offer(B, 30), NOW, "2"), NOW) == 15 + 30

    def test_less_than_the_price_counts_as_what_was_paid(self) -> None:
        person = buys(NEW_PERSON, MONTH_OF_A, NOW, "1", paid=Money(100, "RUB"))
        assert days_left(buys(person, offer(B, 30), NOW, "2"), NOW) == 5 + 30

    def test_granted_money_of_another_currency_counts_as_the_list_price(self) -> None:
        person = buys(NEW_PERSON, MONTH_OF_A, NOW, "1", paid=Money(3, "USD"))
        assert days_left(buys(person, offer(B, 30), NOW, "2"), NOW) == 15 + 30


class TestFreeTime:
    """Free time is converted by price, but never becomes more days than were granted."""

    def test_two_days_of_a_trial_of_a_are_sixteen_hours_of_c_and_two_days_again_after_its_refund(self) -> None:
        now = after_days(1)
        person = buys(on_trial(worth=ListPrice(300, 30 * 86_400)), offer(C, 30), now, "1")
        assert person.subscription.left(now) == 30 * DAY + 16 * HOUR
        restored, _ = with_refund(person, "1", Money(900, "RUB"), Money(900, "RUB"), now)
        assert (restored.subscription.status, restored.subscription.plan) == (Status.TRIAL, TRIAL)
        assert restored.subscription.ends_at == after_days(3)

    def test_a_trial_of_no_plan_is_one_of_the_first_plan_that_is_bought(self) -> None:
        person = buys(on_trial(), offer(B, 30), after_days(1), "1")
        assert days_left(person, after_days(1)) == 2 + 30
        assert days_left(buys(person, offer(C, 30), after_days(1), "2"), after_days(1)) == pytest.approx(
            2 * 20 / 30 + 20 + 30
        )

    def test_seven_free_days_of_c_are_seven_days_of_a(self) -> None:
        gift = with_key_ready(with_purchase(NEW_PERSON, "gift", offer(C, 7), None, NEW_KEY, NOW), NOW)
        person = buys(gift, MONTH_OF_A, NOW, "1")
        assert days_left(person, NOW) == 7 + 30, "by price it would be 21"

    def test_the_cap_of_free_days_shrinks_with_their_use(self) -> None:
        gift = with_key_ready(with_purchase(NEW_PERSON, "gift", offer(C, 7), None, NEW_KEY, NOW), NOW)
        in_a = buys(gift, MONTH_OF_A, NOW, "1")
        in_b = buys(in_a, offer(B, 30), after_days(3.5), "2")
        assert days_left(in_b, after_days(3.5)) == 3.5 + 15 + 30
        in_c = buys(in_b, offer(C, 7), after_days(3.5), "3")
        assert days_left(in_c, after_days(3.5)) == 3.5 + 10 + 20 + 7

    def test_a_discount_of_everything_is_free_time(self) -> None:
        free = offer(C, 30, price=Money(0, "RUB"), full_price=Money(900, "RUB"))
        person = buys(NEW_PERSON, free, NOW, "1")
        assert days_left(person, NOW) == 30
        assert days_left(buys(person, MONTH_OF_A, NOW, "2"), NOW) == 30 + 30, "by price it would be 90"

    def test_free_time_is_used_before_bought_time(self) -> None:
        person = buys(NEW_PERSON, MONTH_OF_A, NOW, "1")
        gift = with_purchase(person, "gift", offer(A, 30), None, NEW_KEY, after_days(5))
        left = gift.subscription.lots_left(after_days(10))
        assert [(lot.id, lot.seconds // 86_400) for lot in left] == [("gift", 25), ("1", 25)]

    def test_the_first_payment_of_a_stars_subscription_adds_six_free_hours_of_the_same_order(self) -> None:
        stars = offer(A, 30, price=Money(199, STARS))
        person = with_purchase(NEW_PERSON, "1", stars, stars.price, NEW_KEY, NOW, renews_itself=True)
        assert person.subscription.left(NOW) == 30 * DAY + RENEWAL_MARGIN == timedelta(days=30, hours=6)
        assert [(lot.id, lot.source) for lot in person.subscription.lots] == [
            ("1", Source.FREE),
            ("1", Source.BOUGHT),
        ]
        back, taken = with_refund(person, "1", stars.price, stars.price, NOW)
        assert (back.subscription.lots, taken) == ((), 30 * 86_400 + 6 * 3600)


class TestStates:
    """A purchase is accepted in every state."""

    def test_a_late_payment_for_another_plan_becomes_time_of_the_present_plan(self) -> None:
        person = buys(NEW_PERSON, MONTH_OF_A, NOW, "1")
        late = buys(person, offer(B, 30), NOW, "2", sets_plan=False)
        assert late.subscription.plan == A
        assert days_left(late, NOW) == 30 + 60
        changed = buys(late, offer(B, 30), NOW, "3")
        assert days_left(changed, NOW) == 15 + 30 + 30, "back in its own plan it is what was bought"

    def test_a_late_payment_sets_its_plan_if_no_bought_time_runs(self) -> None:
        for person in (NEW_PERSON, on_trial(), buys(NEW_PERSON, MONTH_OF_A, NOW - 40 * DAY, "1")):
            late = buys(person, offer(B, 30), NOW, "2", sets_plan=False)
            assert late.subscription.plan == B

    def test_a_late_payment_becomes_time_of_a_dearer_plan_by_its_worth(self) -> None:
        person = buys(NEW_PERSON, offer(C, 30), NOW, "1")
        assert days_left(buys(person, MONTH_OF_A, NOW, "2", sets_plan=False), NOW) == 30 + 10

    def test_a_late_payment_adds_at_least_what_two_years_allow(self) -> None:
        person = buys(buys(NEW_PERSON, offer(A, 365), NOW, "1"), offer(C, 365), NOW, "2", sets_plan=False)
        assert days_left(person, NOW) == 365 + 365

    def test_time_that_ended_and_was_not_settled_is_not_converted(self) -> None:
        person = buys(NEW_PERSON, MONTH_OF_A, NOW, "1")
        renewed = buys(person, offer(B, 30), after_days(31), "2")
        assert renewed.subscription.ends_at == after_days(61)
        assert [lot.id for lot in renewed.subscription.lots] == ["2"]

    def test_an_item_without_lots_counts_as_free_time(self) -> None:
        old = replace(buys(NEW_PERSON, MONTH_OF_A, NOW, "1").subscription, lots=(), converts_at=None)
        person = buys(replace(NEW_PERSON, subscription=old), offer(B, 30), after_days(10), "2")
        assert days_left(person, after_days(10)) == 20 + 30
        assert [lot.source for lot in person.subscription.lots] == [Source.FREE, Source.BOUGHT]

    def test_a_waiting_item_without_lots_begins_with_its_waiting_time(self) -> None:
        old = Subscription(status=Status.ACTIVE, plan=A, key=KEY, waiting=7 * DAY)
        assert old.begun(NOW).ends_at == after_days(7)
        person = with_purchase(replace(NEW_PERSON, subscription=old), "1", MONTH_OF_A, None, NEW_KEY, NOW)
        assert person.subscription.left(NOW) == 37 * DAY
        assert person.subscription.waiting == 37 * DAY, "a release that knows no lots begins with this"

    def test_a_barred_person_gets_the_time_when_the_operator_resumes_them(self) -> None:
        barred = NEW_PERSON.paused_at(NOW)
        person = with_purchase(barred, "1", MONTH_OF_A, MONTH_OF_A.price, NEW_KEY, NOW)
        assert person.subscription.status is Status.SUSPENDED
        resumed = person.resumed_at(after_days(9)).subscription
        assert (resumed.status, resumed.waits_for_key, resumed.key) == (Status.ACTIVE, True, NEW_KEY)


class TestPreview:
    """The confirmation says what the purchase does."""

    def test_each_kind(self) -> None:
        running = buys(NEW_PERSON, MONTH_OF_A, NOW, "1")
        kinds = {
            PurchaseKind.NEW: (NEW_PERSON, MONTH_OF_A),
            PurchaseKind.EXTEND: (running, MONTH_OF_A),
            PurchaseKind.CHANGE: (running, offer(B, 30)),
            PurchaseKind.PAUSED: (running.paused_at(NOW), offer(B, 30)),
        }
        for kind, (person, sold) in kinds.items():
            assert preview_of(person, sold, NOW).kind is kind
        assert preview_of(on_trial(), offer(B, 30), NOW).kind is PurchaseKind.EXTEND
        assert preview_of(on_trial(worth=ListPrice(300, 30 * 86_400)), offer(B, 30), NOW).kind is PurchaseKind.CHANGE

    def test_a_change_says_what_becomes_of_the_time_left(self) -> None:
        preview = preview_of(buys(NEW_PERSON, MONTH_OF_A, NOW, "1"), offer(C, 30), after_days(15))
        assert (preview.left, preview.old_plan, preview.converted, preview.added) == (15 * DAY, A, 5 * DAY, 30 * DAY)
        assert preview.ends_at == after_days(15 + 5 + 30)
        assert (preview.fewer_devices, preview.less_traffic) == (False, False)

    def test_smaller_limits_are_said(self) -> None:
        person = buys(NEW_PERSON, offer(C, 30), NOW, "1")
        limited = replace(MONTH_OF_A, plan=replace(A, traffic_limit_bytes=10**9))
        preview = preview_of(person, limited, NOW)
        assert (preview.fewer_devices, preview.less_traffic) == (True, True)
        expired = replace(person, subscription=person.subscription.settled(after_days(31))[0])
        assert not preview_of(expired, limited, after_days(31)).fewer_devices, "there is nothing to lose"

    @pytest.mark.parametrize("person", [NEW_PERSON, buys(NEW_PERSON, MONTH_OF_A, NOW, "1").paused_at(NOW)])
    def test_there_is_no_end_before_the_time_runs(self, person: Person) -> None:
        assert preview_of(person, MONTH_OF_A, NOW).ends_at is None


GB = 10**9


def limited(plan: Plan, gigabytes: int) -> Plan:
    return replace(plan, traffic_limit_bytes=gigabytes * GB)


def used(person: Person, gigabytes: float) -> Person:
    return replace(person, subscription=replace(person.subscription, spent_bytes=int(gigabytes * GB)))


def granted_gigabytes(person: Person) -> float | None:
    limit = person.subscription.traffic_limit_bytes
    return None if limit is None else limit / GB


class TestTraffic:
    """A plan grants its traffic for each 30 days; what is left of it goes along into another plan, as a share."""

    SMALL, LARGE = replace(MONTH_OF_A, plan=limited(A, 50)), replace(offer(B, 30), plan=limited(B, 300))

    def test_a_year_has_twelve_times_the_traffic_of_thirty_days(self) -> None:
        year = replace(offer(A, 365), plan=limited(A, 30))
        assert granted_gigabytes(buys(NEW_PERSON, year, NOW, "1")) == 365

    def test_a_second_purchase_adds_to_what_is_left(self) -> None:
        person = used(buys(NEW_PERSON, self.SMALL, NOW, "1"), 20)
        assert granted_gigabytes(buys(person, self.SMALL, NOW, "2")) == 100

    def test_the_share_that_is_left_goes_along_into_another_plan(self) -> None:
        person = used(buys(NEW_PERSON, self.SMALL, NOW, "1"), 40)
        changed = buys(person, self.LARGE, after_days(15), "2")
        assert days_left(changed, after_days(15)) == 7.5 + 30
        share = 10 / 25
        assert granted_gigabytes(changed) == 40 + share * 75 + 300

    def test_traffic_that_is_left_over_is_not_multiplied(self) -> None:
        person = used(buys(NEW_PERSON, self.SMALL, NOW, "1"), 1)
        assert granted_gigabytes(buys(person, self.LARGE, after_days(15), "2")) == 1 + 75 + 300

    def test_used_up_traffic_is_not_restored_by_a_plan_without_a_limit_in_between(self) -> None:
        person = used(buys(NEW_PERSON, self.SMALL, NOW, "1"), 60)
        unlimited = buys(person, offer(C, 30), NOW, "2")
        assert granted_gigabytes(unlimited) is None
        back = buys(unlimited, self.SMALL, NOW, "3")
        assert granted_gigabytes(back) == 60 + 0 + 150 + 50, "of the first purchase there is nothing, of C all"

    def test_time_whose_traffic_is_used_up_does_not_become_time_without_a_limit(self) -> None:
        person = used(buys(NEW_PERSON, self.SMALL, NOW, "1"), 50)
        assert days_left(buys(person, offer(C, 30), NOW, "2"), NOW) == 30

    def test_time_becomes_time_without_a_limit_by_the_share_of_its_traffic_that_is_left(self) -> None:
        person = used(buys(NEW_PERSON, self.SMALL, NOW, "1"), 40)
        changed = buys(person, offer(C, 30), after_days(15), "2")
        assert days_left(changed, after_days(15)) == pytest.approx(30 + (10 / 25) * 15 * 10 / 30)
        again = buys(changed, offer(B, 30), after_days(15), "3")
        assert days_left(again, after_days(15)) == pytest.approx(30 + 45 + (10 / 25) * 15 * 10 / 20)

    def test_back_in_its_own_plan_the_time_and_the_share_of_its_traffic_are_as_before(self) -> None:
        person = used(buys(NEW_PERSON, self.SMALL, NOW, "1"), 40)
        back = buys(buys(person, offer(C, 30), NOW, "2"), self.SMALL, NOW, "3")
        assert days_left(back, NOW) == 30 + 90 + 30
        assert granted_gigabytes(back) == pytest.approx(40 + 10 + 150 + 50)

    def test_a_plan_that_loses_its_limit_keeps_no_time_whose_traffic_is_used_up(self) -> None:
        person = used(buys(NEW_PERSON, self.SMALL, NOW, "1"), 50)
        assert days_left(buys(person, MONTH_OF_A, NOW, "2"), NOW) == 30

    def test_moderate_use_keeps_all_of_the_time(self) -> None:
        person = used(buys(NEW_PERSON, self.SMALL, NOW, "1"), 25)
        assert days_left(buys(person, offer(C, 30), after_days(15), "2"), after_days(15)) == 5 + 30

    def test_the_traffic_of_a_trial_is_for_the_whole_trial(self) -> None:
        trial = limited(replace(TRIAL, duration=4 * DAY), 8)
        person = used(on_trial(plan=trial), 6)
        changed = buys(person, self.SMALL, after_days(2), "1")
        share = 2 / 4
        assert granted_gigabytes(changed) == pytest.approx(6 + share * 50 * 2 / 30 + 50)

    def test_a_late_payment_has_the_traffic_of_the_present_plan(self) -> None:
        person = used(buys(NEW_PERSON, self.SMALL, NOW, "1"), 20)
        late = buys(person, offer(B, 30), NOW, "2", sets_plan=False)
        assert granted_gigabytes(late) == 50 + 100
