"""Subscriptions in Stars that we stop: nothing is charged for them any more, or it goes back."""

from contextlib import suppress
from dataclasses import replace

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import USER_ID, Shop, update
from tests.functional.usecases.renewing import MONTH, buys_by_card, ends_at, opened
from tests.functional.usecases.stars_subscription import (
    PRICE,
    order_of,
    ordered,
    renewal_date,
    state,
    subscribes,
)
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order_id import child_id
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.orders.reports import PaymentReport, ReportedState, Source
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.subscriptions.renewal import RenewalState
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.usecases.payments.apply_payment import apply_payment
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund
from vpnbot.usecases.payments.switch_renewal import turn_renewal_off
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

pytestmark = pytest.mark.usefixtures("nothing_is_left_overdue")


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop that sells two plans, with a person."""
    return opened(empty_shop)


def test_a_second_subscription_of_one_link_is_stopped(shop: Shop) -> None:
    telegram = subscribes(shop)
    assert state(shop) is RenewalState.ON
    other = replace(telegram.first, payment_id="charge-lost", first_of_renewals=False)
    assert telegram.reports(other, Source.RECONCILIATION) is Outcome.TWICE
    assert telegram.stars.stopped == [(USER_ID, "charge-lost")]


def test_turning_off_stops_the_subscription_by_its_first_charge(shop: Shop) -> None:
    telegram = subscribes(shop)
    shop.until(renewal_date(telegram))
    telegram.renews()
    turn_renewal_off(shop.open(), shop.context, update())
    shop.settles(minutes=3)
    assert telegram.stars.stopped == [(USER_ID, telegram.first.payment_id)]
    assert state(shop) is RenewalState.OFF
    assert shop.look().stops == ()


def test_a_charge_after_we_stopped_it_is_sent_back_with_an_apology(shop: Shop) -> None:
    telegram = subscribes(shop)
    turn_renewal_off(shop.open(), shop.context, update())
    shop.until(renewal_date(telegram))
    end = ends_at(shop)
    report = telegram.renews()
    shop.settles(minutes=10)
    assert ends_at(shop) == end
    assert [refund.payment_id for refund in telegram.stars.refunds.values()] == [report.payment_id]
    assert Kind.CHARGED_THOUGH_OFF in shop.sender.kinds()
    payment = order_of(shop, child_id(telegram.order.id, 1)).payment(report.payment_id)
    assert payment is not None
    assert payment.state is PaymentState.RETURNED


def test_another_plan_stops_the_old_subscription_after_its_payment(shop: Shop) -> None:
    old = subscribes(shop)
    new = subscribes(shop, "family")
    renewal = shop.look().subscription.renewal
    assert renewal is not None
    assert (renewal.state, renewal.first_payment_id) == (RenewalState.ON, new.first.payment_id)
    assert old.stars.stopped == [(USER_ID, old.first.payment_id)]


def test_another_plan_by_card_stops_the_subscription(shop: Shop) -> None:
    old = subscribes(shop)
    buys_by_card(shop, plan="family")
    renewal = shop.look().subscription.renewal
    assert renewal is not None
    assert (renewal.state, renewal.provider) == (RenewalState.ON, "card")
    assert old.stars.stopped == [(USER_ID, old.first.payment_id)]


def test_a_subscription_that_another_person_pays_for_is_stopped(shop: Shop) -> None:
    telegram = subscribes(shop, payer=7)
    assert shop.look().subscription.renewal is None
    assert telegram.stars.stopped == [(7, telegram.first.payment_id)]


@pytest.mark.parametrize("answers_at_once", [True, False])
def test_a_deletion_stops_the_subscription_and_later_charges_are_sent_back(
    shop: Shop, *, answers_at_once: bool
) -> None:
    telegram = subscribes(shop)
    if not answers_at_once:
        shop.faults.at("stars.stop_renewal", *[ProviderUnavailable("no answer")] * 5)
    delete_data(shop.open(), shop.fleet, shop.context, update())
    assert len(shop.look().stops) == 1
    shop.days(2)
    assert telegram.stars.stopped == [(USER_ID, telegram.first.payment_id)]
    assert shop.look().stops == ()
    assert shop.look().subscription.status is Status.DELETED
    report = telegram.renews()
    shop.settles(minutes=10)
    assert [refund.payment_id for refund in telegram.stars.refunds.values()] == [report.payment_id]
    assert shop.look().subscription.status is Status.DELETED


def test_a_deletion_removes_saved_methods(shop: Shop) -> None:
    buys_by_card(shop)
    delete_data(shop.open(), shop.fleet, shop.context, update())
    assert shop.look().methods == ()


def test_a_suspension_stops_the_subscription(shop: Shop) -> None:
    telegram = subscribes(shop)
    suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
    shop.settles(minutes=3)
    assert telegram.stars.stopped == [(USER_ID, telegram.first.payment_id)]
    assert state(shop) is RenewalState.OFF


def test_a_payment_is_sent_back_only_after_its_subscription_is_stopped(shop: Shop) -> None:
    telegram = subscribes(shop)
    shop.faults.passed.clear()
    wanted = WantedRefund(telegram.order.id, telegram.first.payment_id, RefundReason.OPERATOR, "operator")
    request_refund(shop.open(), shop.payments, shop.context, update(), wanted)
    shop.settles(minutes=10)
    calls = [point for point in shop.faults.passed if point in {"stars.stop_renewal", "stars.refund.before"}]
    assert calls[0] == "stars.stop_renewal"
    assert calls.count("stars.refund.before") == 1
    assert shop.look().subscription.renews is False


def test_a_renewal_after_the_refund_of_the_first_payment_is_sent_back(shop: Shop) -> None:
    telegram = subscribes(shop)
    wanted = WantedRefund(telegram.order.id, telegram.first.payment_id, RefundReason.OPERATOR, "operator")
    request_refund(shop.open(), shop.payments, shop.context, update(), wanted)
    shop.settles(minutes=10)
    report = telegram.renews()
    shop.settles(minutes=10)
    assert report.payment_id in {refund.payment_id for refund in telegram.stars.refunds.values()}
    assert not shop.look().subscription.entitled(shop.clock())


@pytest.mark.parametrize("step", range(9))
def test_a_subscription_is_stopped_after_a_crash_at_any_step(shop: Shop, step: int) -> None:
    telegram = subscribes(shop)
    cause = update()
    shop.faults.crash_at_step(step)
    for _ in range(2):
        with suppress(Crash):
            turn_renewal_off(shop.open(), shop.context, cause)
            shop.minute()
        shop.queue.claims.clear()
    shop.faults.clear()
    shop.settles(minutes=20)
    assert set(telegram.stars.stopped) == {(USER_ID, telegram.first.payment_id)}
    assert state(shop) is RenewalState.OFF
    assert shop.look().stops == ()
    assert shop.meter.failed_work == []


@pytest.mark.parametrize(("late", "more"), [(True, 0), (False, 1)])
def test_a_late_or_larger_payment_by_another_person_turns_nothing_on(shop: Shop, more: int, *, late: bool) -> None:
    order = ordered(shop)
    if late:
        cancel_order(shop.open(), shop.payments, shop.context, update(), order.id)
    report = PaymentReport(
        "stars",
        "1",
        "charge-of-another",
        ReportedState.SUCCEEDED,
        Money(PRICE.amount_minor + more, "XTR"),
        order=order.id,
        person=order.person,
        payer=USER_ID + 1,
        first_of_renewals=True,
        renews_until=shop.clock() + MONTH,
        paid_at=shop.clock(),
    )
    settlement = apply_payment(report, Source.UPDATE, shop.payments, shop.context)
    assert settlement is not None
    assert settlement.outcome is (Outcome.LATE if late else Outcome.OVER)
    shop.settles(minutes=5)
    assert shop.look().subscription.lots
    assert shop.look().subscription.renewal is None
    assert shop.providers.get("stars").stopped == [(USER_ID + 1, "charge-of-another")]
