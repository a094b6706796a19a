"""What is offered for a refund, and which time leaves with the money."""

from dataclasses import replace
from datetime import datetime, timedelta

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
)
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.money import STARS, Money
from vpnbot.domain.payments.purchase import with_plan, with_purchase
from vpnbot.domain.payments.refunded_time import refundable, with_refund, with_trial_back
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.wanted_keys import with_keys_as_granted
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Status, Subscription
from vpnbot.domain.subscriptions.time_credit import WHOLE_TRAFFIC

GB = 10**9
MONTH_OF_A = offer(A, 30)
PAID = Money(300, "RUB")
BOUGHT = buys(NEW_PERSON, MONTH_OF_A, NOW, "1")


def after_days(days: float) -> datetime:
    return NOW + days * DAY


def roubles(amount: int) -> Money:
    return Money(amount, "RUB")


class TestOffer:
    """The price of what is left is offered, rounded down."""

    @pytest.mark.parametrize(("days", "offered"), [(0, 300), (10, 200), (29.95, 0), (30, 0), (99, 0)])
    def test_the_share_of_the_time_that_is_left(self, days: float, offered: int) -> None:
        assert refundable(BOUGHT, {"1"}, PAID, after_days(days)) == roubles(offered)

    def test_everything_until_a_key_has_worked(self) -> None:
        limited = replace(MONTH_OF_A, plan=replace(A, traffic_limit_bytes=GB))
        waiting = with_purchase(NEW_PERSON, "1", limited, PAID, NEW_KEY, NOW)
        used = replace(waiting, subscription=replace(waiting.subscription, spent_bytes=9 * GB))
        assert refundable(used, {"1"}, PAID, after_days(20)) == PAID

    def test_the_time_of_a_pause_is_not_used(self) -> None:
        assert refundable(BOUGHT.paused_at(after_days(10)), {"1"}, PAID, after_days(29)) == roubles(200)

    def test_a_conversion_changes_nothing(self) -> None:
        person = buys(BOUGHT, offer(C, 30), after_days(10), "2")
        assert refundable(person, {"1"}, PAID, after_days(10)) == roubles(200)
        later = after_days(10 + 20 / 3 / 2)
        assert refundable(person, {"1"}, PAID, later) == roubles(100)
        assert refundable(person, {"2"}, roubles(900), later) == roubles(900)

    def test_no_more_than_the_share_of_the_traffic_that_is_left(self) -> None:
        limited = replace(MONTH_OF_A, plan=replace(A, traffic_limit_bytes=30 * GB))
        person = buys(NEW_PERSON, limited, NOW, "1")
        used = replace(person, subscription=replace(person.subscription, spent_bytes=25 * GB))
        assert refundable(used, {"1"}, PAID, after_days(10)) == roubles(50), "of 20 days 5 of 20 GB"
        little = replace(person, subscription=replace(person.subscription, spent_bytes=GB))
        assert refundable(little, {"1"}, PAID, after_days(10)) == roubles(200)

    def test_traffic_that_was_used_up_is_not_paid_back_after_a_change_to_a_plan_without_a_limit(self) -> None:
        limited = replace(MONTH_OF_A, plan=replace(A, traffic_limit_bytes=30 * GB))
        person = buys(NEW_PERSON, limited, NOW, "1")
        used = replace(person, subscription=replace(person.subscription, spent_bytes=25 * GB))
        changed = buys(used, offer(C, 30), after_days(10), "2")
        assert refundable(changed, {"1"}, PAID, after_days(10)) == roubles(50), "of 20 days 5 of 20 GB"
        later = after_days(10 + (5 / 20) * 20 * 10 / 30 / 2)
        assert refundable(changed, {"1"}, PAID, later) == roubles(25), "half of that time is over"
        assert refundable(changed, {"2"}, roubles(900), later) == roubles(900)
        all_used = replace(person, subscription=replace(person.subscription, spent_bytes=30 * GB))
        assert refundable(buys(all_used, offer(C, 30), NOW, "2"), {"1"}, PAID, NOW) == roubles(0)

    def test_no_more_than_is_left_of_the_payment(self) -> None:
        assert refundable(BOUGHT, {"1"}, roubles(120), NOW) == roubles(120)

    def test_nothing_for_free_time_or_what_another_order_bought(self) -> None:
        gift = buys(NEW_PERSON, offer(C, 7), NOW, "gift", paid=roubles(0))
        assert refundable(gift, {"gift"}, roubles(210), NOW) == roubles(0)
        assert refundable(BOUGHT, {"2"}, PAID, NOW) == roubles(0)

    def test_orders_with_several_payments_are_added(self) -> None:
        person = buys(BOUGHT, MONTH_OF_A, NOW, "1_2")
        assert refundable(person, {"1", "1_2"}, roubles(600), after_days(45)) == roubles(150)


class TestRefund:
    """The time leaves with the money; used time stays used."""

    def test_a_whole_refund_takes_what_is_left_and_ends_at_once(self) -> None:
        person, taken = with_refund(BOUGHT, "1", PAID, PAID, after_days(10))
        assert taken == 20 * 86_400
        assert (person.subscription.status, person.subscription.ends_at) == (Status.EXPIRED, after_days(10))
        assert person.subscription.key is not None, "the link is kept, and works again after a renewal"

    def test_the_offered_amount_counts_as_a_whole_refund(self) -> None:
        assert with_refund(BOUGHT, "1", PAID, roubles(200), after_days(10))[1] == 20 * 86_400
        assert with_refund(BOUGHT, "1", PAID, roubles(200), after_days(10.01))[0].subscription.lots == ()

    def test_a_part_takes_the_same_part_of_what_is_left(self) -> None:
        person, taken = with_refund(BOUGHT, "1", PAID, roubles(50), after_days(10))
        assert taken == 5 * 86_400
        assert person.subscription.ends_at == after_days(25)
        assert refundable(person, {"1"}, roubles(250), after_days(10)) == roubles(150)
        person, taken = with_refund(person, "1", roubles(250), roubles(150), after_days(10))
        assert (taken, person.subscription.status) == (15 * 86_400, Status.EXPIRED)

    def test_a_part_that_buys_less_than_a_second_takes_nothing(self) -> None:
        long = buys(NEW_PERSON, MONTH_OF_A, NOW, "1", paid=Money(300_000_000, "RUB"))
        assert with_refund(long, "1", Money(300_000_000, "RUB"), roubles(100), NOW) == (long, 0)

    def test_other_purchases_keep_their_time(self) -> None:
        person = buys(BOUGHT, MONTH_OF_A, NOW, "2")
        first, taken = with_refund(person, "1", PAID, PAID, after_days(10))
        assert (taken, first.subscription.ends_at) == (20 * 86_400, after_days(40))
        second, taken = with_refund(person, "2", PAID, PAID, after_days(10))
        assert (taken, second.subscription.ends_at) == (30 * 86_400, after_days(30))

    def test_used_time_is_not_taken_back_and_a_used_purchase_changes_nothing(self) -> None:
        person = buys(BOUGHT, MONTH_OF_A, NOW, "2")
        assert with_refund(person, "1", PAID, PAID, after_days(31)) == (person, 0)
        assert with_refund(BOUGHT, "1", PAID, PAID, after_days(30)) == (BOUGHT, 0)

    @pytest.mark.parametrize(
        "person",
        [
            NEW_PERSON,
            on_trial(),
            replace(BOUGHT, subscription=BOUGHT.subscription.deleted()),
            replace(BOUGHT, subscription=BOUGHT.subscription.settled(after_days(31))[0]),
        ],
    )
    def test_a_person_without_time_of_the_purchase_is_returned_unchanged(self, person: Person) -> None:
        assert with_refund(person, "1", PAID, PAID, after_days(31)) == (person, 0)
        assert with_refund(BOUGHT, "1", PAID, roubles(0), NOW) == (BOUGHT, 0)

    def test_time_that_had_never_begun_leaves_no_subscription_and_its_key_is_removed(self) -> None:
        waiting = with_purchase(NEW_PERSON, "1", MONTH_OF_A, PAID, NEW_KEY, NOW)
        being_made = waiting.with_access(Access("nl", NEW_KEY, Wanted.ENABLED, devices=2))
        person, taken = with_refund(being_made, "1", PAID, PAID, NOW)
        assert taken == 30 * 86_400
        assert person.subscription == Subscription(course=waiting.subscription.course + 1)
        assert [access.wanted for access in with_keys_as_granted(person, NOW).accesses] == [Wanted.ABSENT]

    def test_a_refund_during_a_pause_takes_the_time_as_it_was(self) -> None:
        paused = buys(BOUGHT, MONTH_OF_A, NOW, "2").paused_at(after_days(10))
        person, taken = with_refund(paused, "2", PAID, PAID, after_days(50))
        assert (taken, person.subscription.status) == (30 * 86_400, Status.SUSPENDED)
        assert person.resumed_at(after_days(50)).subscription.ends_at == after_days(70)
        ended, _ = with_refund(person, "1", PAID, PAID, after_days(50))
        assert ended.subscription.status is Status.EXPIRED

    def test_the_part_of_a_stars_payment_that_is_left_is_sent_back_whole(self) -> None:
        stars = offer(A, 30, price=Money(199, STARS))
        person = buys(NEW_PERSON, stars, NOW, "1")
        assert refundable(person, {"1"}, stars.price, after_days(10)) == Money(132, STARS)
        assert with_refund(person, "1", stars.price, stars.price, after_days(10))[1] == 20 * 86_400

    def test_traffic_leaves_in_proportion_to_the_time(self) -> None:
        limited = replace(MONTH_OF_A, plan=replace(A, traffic_limit_bytes=30 * GB))
        person = buys(buys(NEW_PERSON, limited, NOW, "1"), limited, NOW, "2")
        used = replace(person, subscription=replace(person.subscription, spent_bytes=20 * GB))
        back, _ = with_refund(used, "2", PAID, PAID, after_days(15))
        assert back.subscription.traffic_limit_bytes == 20 * GB + 40 * GB * 15 // 45


class TestTrial:
    """If only time of the trial is left, it is the trial again."""

    def test_the_trial_is_restored_with_its_limits_and_its_end(self) -> None:
        trial = replace(TRIAL, traffic_limit_bytes=9 * GB)
        started = on_trial(plan=trial)
        limited = replace(offer(B, 30), plan=replace(B, traffic_limit_bytes=300 * GB))
        person, taken = with_refund(
            buys(started, limited, after_days(1), "1"), "1", roubles(600), roubles(600), after_days(2)
        )
        subscription = person.subscription
        assert (subscription.status, subscription.plan, subscription.trial_plan) == (Status.TRIAL, trial, None)
        assert (taken, subscription.ends_at) == (30 * 86_400, after_days(3))
        assert subscription.traffic_limit_bytes == 3 * GB
        assert subscription.settled(after_days(3))[0].status is Status.EXPIRED

    def test_a_trial_that_waits_for_its_key_is_restored_too(self) -> None:
        waiting = replace(NEW_PERSON, subscription=Subscription().trial_started(TRIAL, KEY))
        person, _ = with_refund(with_purchase(waiting, "1", MONTH_OF_A, PAID, NEW_KEY, NOW), "1", PAID, PAID, NOW)
        assert (person.subscription.status, person.subscription.waits_for_key) == (Status.TRIAL, True)
        assert person.subscription.begun(NOW).ends_at == after_days(3)

    def test_a_suspended_trial_is_restored_when_the_person_is_resumed(self) -> None:
        paused = buys(on_trial(), MONTH_OF_A, NOW, "1").paused_at(after_days(1))
        person, _ = with_refund(paused, "1", PAID, PAID, after_days(5))
        resumed = person.resumed_at(after_days(5)).subscription
        assert (resumed.status, resumed.ends_at) == (Status.TRIAL, after_days(7))

    def test_a_used_trial_is_not_restored(self) -> None:
        person = buys(on_trial(), MONTH_OF_A, NOW, "1")
        ended, _ = with_refund(person, "1", PAID, PAID, after_days(4))
        assert (ended.subscription.status, ended.subscription.ends_at) == (Status.EXPIRED, after_days(4))

    def test_a_gift_that_is_left_beside_the_trial_keeps_its_plan(self) -> None:
        gift = with_purchase(on_trial(), "gift", offer(C, 7), None, NEW_KEY, NOW)
        person, _ = with_refund(buys(gift, offer(C, 30), NOW, "1"), "1", roubles(900), roubles(900), NOW)
        assert (person.subscription.status, person.subscription.plan) == (Status.ACTIVE, C)
        assert days_left(person, NOW) == 10


def test_the_seconds_of_a_refund_are_the_difference_of_the_entitlement() -> None:
    now = after_days(10) + timedelta(microseconds=123_456)
    person, taken = with_refund(BOUGHT, "1", PAID, roubles(77), now)
    before = entitlement_seconds(BOUGHT.subscription, now)
    assert entitlement_seconds(person.subscription, now) == before - taken
    ended, taken_too = with_refund(person, "1", roubles(223), roubles(223), now)
    assert entitlement_seconds(ended.subscription, now) == before - taken - taken_too == 10 * 86_400


class TestTrialBack:
    """A trial whose plan was changed is given back with the rest of its own time and traffic."""

    @pytest.mark.parametrize("trial_limit", [None, 10 * GB])
    @pytest.mark.parametrize("plan_limit", [None, 100 * GB])
    @pytest.mark.parametrize("used", [0, 4 * GB])
    def test_at_once_it_is_as_before(self, trial_limit: int | None, plan_limit: int | None, used: int) -> None:
        trial = replace(TRIAL, traffic_limit_bytes=trial_limit)
        person = on_trial()
        before = replace(person.subscription, plan=trial, granted_bytes=trial_limit, spent_bytes=used)
        limited = offer(replace(B, traffic_limit_bytes=plan_limit), 30)
        changed = with_plan(replace(person, subscription=before), limited, after_days(1))
        assert changed.subscription.trial_plan == trial
        after = with_trial_back(changed, trial, after_days(1)).subscription
        assert (after.plan, after.status, after.trial_plan) == (trial, Status.TRIAL, None)
        assert after.ends_at == before.ends_at
        left = before.lots_left(after_days(1))
        assert [(lot.id, lot.seconds, lot.worth) for lot in after.lots] == [(lot.id, lot.seconds, 0) for lot in left]
        if trial_limit is None:
            assert after.granted_bytes is None
        else:
            of_this_time = used + trial_limit * 2 // 3
            assert after.granted_bytes == pytest.approx(
                min(trial_limit, of_this_time), abs=2 * GB // WHOLE_TRAFFIC * 10
            )

    def test_time_that_was_used_under_the_plan_stays_used(self) -> None:
        changed = with_plan(on_trial(), offer(B, 30), NOW)
        half = NOW + timedelta(seconds=sum(lot.seconds for lot in changed.subscription.lots) / 2)
        after = with_trial_back(changed, TRIAL, half).subscription
        assert after.ends_at is not None
        assert abs(after.ends_at - half - TRIAL.duration / 2) <= timedelta(seconds=2)
