"""Subscriptions in Stars: Telegram charges automatically; its updates about that may be lost, late or doubled."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import USER_ID, Shop, update
from tests.functional.usecases.renewing import HOUR, MONTH, ends_at, opened
from tests.functional.usecases.stars_subscription import (
    PRICE,
    money_entries,
    order_of,
    ordered,
    renewal_date,
    state,
    subscribes,
    subscription_of,
)
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.order_id import child_id
from vpnbot.domain.orders.reports import Source
from vpnbot.domain.payments.money_events import OrderEvent
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.subscriptions.renewal import RenewalState
from vpnbot.usecases.payments.check_out import check_out
from vpnbot.usecases.payments.follow_subscription import follow_subscription
from vpnbot.usecases.payments.switch_renewal import turn_renewal_off

pytestmark = pytest.mark.usefixtures("nothing_is_left_overdue")


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop that sells two plans, with a person."""
    return opened(empty_shop)


def test_the_first_payment_turns_renewal_on_with_six_hours_more(shop: Shop) -> None:
    telegram = subscribes(shop)
    renewal = shop.look().subscription.renewal
    assert renewal is not None
    assert (renewal.state, renewal.payer, renewal.first_payment_id) == (
        RenewalState.ON,
        USER_ID,
        telegram.first.payment_id,
    )
    assert ends_at(shop) >= shop.clock() + MONTH + 5 * HOUR


def test_months_are_renewed_by_orders_of_their_own_and_announced(shop: Shop) -> None:
    telegram = subscribes(shop)
    for month in range(1, 5):
        end = ends_at(shop)
        shop.sender.said.clear()
        shop.until(renewal_date(telegram))
        assert shop.sender.kinds() == [Kind.RENEWAL_AHEAD]
        telegram.renews()
        assert ends_at(shop) == end + MONTH
        child = order_of(shop, child_id(telegram.order.id, month))
        assert (child.status, child.price) == (OrderStatus.PAID, PRICE)
        assert shop.sender.kinds() == [Kind.RENEWAL_AHEAD, Kind.RENEWED]
    assert order_of(shop, telegram.order.id).renewals == 4
    assert money_entries(shop) == 5


def test_a_renewal_counts_once_however_often_it_is_reported(shop: Shop) -> None:
    telegram = subscribes(shop)
    end = ends_at(shop)
    shop.until(renewal_date(telegram))
    report = telegram.renews()
    unmarked = replace(report, renewal=False)
    assert telegram.reports(report) is Outcome.DONE
    assert telegram.reports(unmarked, Source.RECONCILIATION) is Outcome.DONE
    assert ends_at(shop) == end + MONTH
    assert order_of(shop, telegram.order.id).renewals == 1
    assert money_entries(shop) == 2


def test_the_reconciliation_finds_a_renewal_of_which_no_update_came(shop: Shop) -> None:
    telegram = subscribes(shop)
    end = ends_at(shop)
    shop.until(renewal_date(telegram))
    telegram.renews(marked=False, source=Source.RECONCILIATION)
    assert ends_at(shop) == end + MONTH
    assert order_of(shop, child_id(telegram.order.id, 1)).status is OrderStatus.PAID


def test_a_renewal_without_any_mark_counts(shop: Shop) -> None:
    telegram = subscribes(shop)
    end = ends_at(shop)
    shop.until(renewal_date(telegram))
    bare = replace(
        telegram.first, payment_id="charge-2", first_of_renewals=False, renews_until=None, paid_at=shop.clock()
    )
    assert telegram.reports(bare) is Outcome.RENEW
    assert telegram.reports(bare) is Outcome.DONE
    assert ends_at(shop) == end + MONTH
    assert renewal_date(telegram) > shop.clock() + MONTH - HOUR


def test_a_renewal_with_the_charge_of_the_first_payment_counts(shop: Shop) -> None:
    telegram = subscribes(shop)
    end = ends_at(shop)
    shop.until(renewal_date(telegram))
    report = telegram.renews(charge=telegram.first.payment_id)
    assert ends_at(shop) == end + MONTH
    assert telegram.reports(report) is Outcome.DONE
    assert telegram.reports(telegram.first) is Outcome.DONE
    assert ends_at(shop) == end + MONTH


def test_a_first_payment_that_the_reconciliation_finds_turns_renewal_on(shop: Shop) -> None:
    telegram = subscription_of(shop, ordered(shop))
    telegram.reports(replace(telegram.first, first_of_renewals=False), Source.RECONCILIATION)
    assert state(shop) is RenewalState.ON


def test_a_person_who_turns_it_off_in_telegram_and_on_again_is_renewed(shop: Shop) -> None:
    telegram = subscribes(shop)
    assert telegram.says(OrderEvent.TURNED_OFF_THERE) is Outcome.SOFF
    assert telegram.says(OrderEvent.TURNED_OFF_THERE) is Outcome.DONE
    assert state(shop) is RenewalState.OFF_ELSEWHERE
    assert shop.sender.kinds().count(Kind.RENEWAL_OFF_IN_TELEGRAM) == 1
    assert telegram.says(OrderEvent.TURNED_ON_THERE) is Outcome.SON
    assert state(shop) is RenewalState.ON
    assert telegram.stars.stopped == []


def test_a_renewal_after_a_lost_update_that_it_is_on_again_counts(shop: Shop) -> None:
    telegram = subscribes(shop)
    telegram.says(OrderEvent.TURNED_OFF_THERE)
    shop.until(renewal_date(telegram))
    end = ends_at(shop)
    telegram.renews()
    assert ends_at(shop) == end + MONTH
    assert state(shop) is RenewalState.ON


def test_a_charge_that_fails_in_telegram_is_said_and_the_last_reminder_follows(shop: Shop) -> None:
    telegram = subscribes(shop)
    shop.until(renewal_date(telegram))
    assert telegram.says(OrderEvent.NOT_RENEWED_THERE) is Outcome.SFAIL
    assert state(shop) is RenewalState.FAILING
    shop.until(ends_at(shop) + HOUR)
    kinds = shop.sender.kinds()
    assert [kind for kind in kinds if kind in {Kind.RENEWAL_NO_STARS, Kind.REMINDER_HOURS, Kind.EXPIRY}] == [
        Kind.RENEWAL_NO_STARS,
        Kind.REMINDER_HOURS,
        Kind.EXPIRY,
    ]


def test_a_subscription_that_is_turned_off_before_its_payment_is_known_starts_turned_off(shop: Shop) -> None:
    telegram = subscription_of(shop, ordered(shop))
    assert telegram.says(OrderEvent.TURNED_OFF_THERE) is Outcome.SOFF
    assert telegram.reports(telegram.first) is Outcome.HON
    assert state(shop) is RenewalState.OFF_ELSEWHERE
    assert telegram.stars.stopped == []


def test_updates_of_others_and_about_unknown_orders_change_nothing(shop: Shop) -> None:
    telegram = subscribes(shop)
    before = shop.look()
    assert telegram.says(OrderEvent.TURNED_OFF_THERE, payer=7) is Outcome.DONE
    unknown = follow_subscription(
        shop.open(), shop.context, update(), child_id(telegram.order.id, 9), OrderEvent.NOT_RENEWED_THERE, USER_ID
    )
    assert unknown.outcome is Outcome.DONE
    assert shop.look() == before


class TestCheckout:
    """Telegram may ask before it charges for a renewal; nothing says whether it does."""

    def test_a_renewal_as_agreed_may_be_charged_although_the_order_is_paid(self, shop: Shop) -> None:
        telegram = subscribes(shop)
        assert self.asked(shop, telegram.order, PRICE) is Outcome.GO
        assert self.asked(shop, telegram.order, Money(299, "XTR")) is Outcome.NO1
        turn_renewal_off(shop.open(), shop.context, update())
        assert self.asked(shop, telegram.order, PRICE) is Outcome.NO1

    def test_a_second_subscription_for_the_same_plan_is_refused(self, shop: Shop) -> None:
        subscribes(shop)
        assert self.asked(shop, ordered(shop), PRICE) is Outcome.NO4
        assert self.asked(shop, ordered(shop, renewal=False), PRICE) is Outcome.GO
        assert self.asked(shop, ordered(shop, "family"), Money(399, "XTR")) is Outcome.GO

    def asked(self, shop: Shop, order: Order, money: Money) -> Outcome:
        """Return the answer to a pre-checkout query."""
        session = shop.open()
        return check_out(session, shop.payments, shop.context, session.person.id, order.id, money)


def test_a_message_about_the_first_payment_days_late_is_no_renewal(shop: Shop) -> None:
    telegram = subscribes(shop)
    shop.clock.advance(timedelta(days=3))
    assert telegram.reports(telegram.first) is Outcome.DONE
    assert order_of(shop, telegram.order.id).renewals == 0


@pytest.mark.parametrize("step", range(4))
def test_a_renewal_counts_once_after_a_crash_at_any_step(shop: Shop, step: int) -> None:
    telegram = subscribes(shop)
    end = ends_at(shop)
    shop.until(renewal_date(telegram))
    shop.faults.crash_at_step(step)
    with pytest.raises(Crash):
        telegram.renews()
    shop.faults.clear()
    telegram.numbers = count(1)
    telegram.renews()
    shop.settles(minutes=10)
    assert ends_at(shop) == end + MONTH
    assert order_of(shop, telegram.order.id).renewals == 1
    assert money_entries(shop) == 2
    assert shop.sender.kinds().count(Kind.RENEWED) == 1
