"""Automatic renewal with a saved method: announced, charged once, declined, turned off, and never paid for twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.discounting import HALF, offered, with_code
from tests.functional.usecases.renewing import (
    HOUR,
    MONTH,
    PRICE,
    STANDARD,
    VISA,
    about_renewal,
    buys_by_card,
    card,
    charges,
    ends_at,
    offer,
    opened,
    paid,
    renewal_orders,
    sells,
)
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.payments.declines import REMEDIES, Remedy
from vpnbot.domain.subscriptions.renewal import RenewalState
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import Unreachable
from vpnbot.usecases.payments.check_order import check_order
from vpnbot.usecases.payments.place_order import OrderRequest, place_order
from vpnbot.usecases.payments.switch_renewal import forget_method
from vpnbot.usecases.people.change_profile import reactivate
from vpnbot.usecases.ports import Metric

pytestmark = pytest.mark.usefixtures("nothing_is_left_overdue")


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop that sells two plans, with a person."""
    return opened(empty_shop)


def announced_date(shop: Shop) -> datetime:
    """Return the date of the charge that the last notice has named."""
    notices = [said for said in shop.sender.said if said.kind is Kind.RENEWAL_AHEAD]
    return datetime.fromisoformat(notices[-1].arguments["date"])


def test_a_purchase_with_consent_saves_the_method_and_turns_renewal_on(shop: Shop) -> None:
    order = buys_by_card(shop)
    person = shop.look()
    (method,) = person.methods
    assert (method.title, method.order_id, method.agreed_at) == ("Visa •• 4477", order.id, order.placed_at)
    renewal = person.subscription.renewal
    assert renewal is not None
    assert (renewal.state, renewal.offer.price, renewal.method) == (RenewalState.ON, PRICE, "Visa •• 4477")


def test_a_purchase_without_consent_saves_nothing(shop: Shop) -> None:
    buys_by_card(shop, renewal=False)
    assert (shop.look().methods, shop.look().subscription.renewal) == ((), None)


def test_months_are_renewed_each_with_a_notice_of_48_hours_and_without_reminders(shop: Shop) -> None:
    buys_by_card(shop)
    for month in range(1, 7):
        end = ends_at(shop)
        shop.sender.said.clear()
        shop.until(end - 25 * HOUR)
        assert about_renewal(shop) == [Kind.RENEWAL_AHEAD]
        assert abs(announced_date(shop) - (end - 24 * HOUR)) < timedelta(minutes=1)
        assert charges(shop) == ["succeeded"] * (month - 1)
        shop.until(end)
        assert about_renewal(shop) == [Kind.RENEWAL_AHEAD, Kind.RENEWED]
        assert ends_at(shop) == end + MONTH
        assert charges(shop) == ["succeeded"] * month
    assert shop.look().served
    assert shop.meter.revenues["RUB"] == 7 * PRICE.amount_minor
    assert all(order.status is OrderStatus.PAID for order in renewal_orders(shop).values())


class TestARenewalOnEveryStorage:
    """What a renewal stores, and which conditions its commits have."""

    def test_a_month_is_announced_and_renewed(self, empty_shop: Shop) -> None:
        shop = opened(empty_shop)
        buys_by_card(shop)
        end = ends_at(shop)
        shop.until(end)
        assert about_renewal(shop) == [Kind.RENEWAL_AHEAD, Kind.RENEWED]
        assert ends_at(shop) == end + MONTH
        assert charges(shop) == ["succeeded"]

    def test_a_decline_is_followed_by_a_second_try(self, empty_shop: Shop) -> None:
        shop = opened(empty_shop)
        buys_by_card(shop)
        end = ends_at(shop)
        card(shop).decline_charges = ["insufficient_funds"]
        shop.until(end)
        assert about_renewal(shop) == [Kind.RENEWAL_AHEAD, Kind.RENEWAL_RETRY, Kind.RENEWED]
        assert ends_at(shop) == end + MONTH

    def test_a_removed_card_is_gone(self, empty_shop: Shop) -> None:
        shop = opened(empty_shop)
        buys_by_card(shop)
        forget_method(shop.open(), shop.context, update(), "card")
        assert shop.look().methods == ()
        shop.until(ends_at(shop) + HOUR)
        assert charges(shop) == []


@pytest.mark.parametrize("reason", [reason for reason, remedy in REMEDIES.items() if remedy is Remedy.AGAIN])
def test_a_decline_that_may_pass_is_tried_three_times_nine_hours_apart(shop: Shop, reason: str) -> None:
    buys_by_card(shop)
    end = ends_at(shop)
    card(shop).decline_charges = [reason] * 5
    shop.until(end + 2 * HOUR)
    tried = sorted(order.placed_at for order in renewal_orders(shop).values())
    assert len(tried) == 3
    assert all(later - earlier >= 9 * HOUR for earlier, later in pairwise(tried))
    assert about_renewal(shop) == [
        Kind.RENEWAL_AHEAD,
        Kind.RENEWAL_RETRY,
        Kind.RENEWAL_RETRY,
        Kind.RENEWAL_FAILED,
        Kind.EXPIRY,
    ]
    assert shop.look().subscription.status is Status.EXPIRED
    assert shop.meter.counts[Metric.RENEWALS_DECLINED] == 3


def test_a_second_try_that_goes_through_renews(shop: Shop) -> None:
    buys_by_card(shop)
    end = ends_at(shop)
    card(shop).decline_charges = ["insufficient_funds"]
    shop.until(end)
    assert about_renewal(shop) == [Kind.RENEWAL_AHEAD, Kind.RENEWAL_RETRY, Kind.RENEWED]
    assert ends_at(shop) == end + MONTH


@pytest.mark.parametrize("reason", [reason for reason, remedy in REMEDIES.items() if remedy is not Remedy.AGAIN])
def test_a_decline_for_good_is_said_once_and_the_last_reminder_follows(shop: Shop, reason: str) -> None:
    buys_by_card(shop)
    card(shop).decline_charges = [reason] * 5
    shop.until(ends_at(shop) + HOUR)
    assert charges(shop) == ["canceled"]
    assert about_renewal(shop) == [Kind.RENEWAL_AHEAD, Kind.RENEWAL_FAILED, Kind.REMINDER_HOURS, Kind.EXPIRY]


def test_a_revoked_permission_forgets_the_method(shop: Shop) -> None:
    buys_by_card(shop)
    card(shop).decline_charges = ["permission_revoked"]
    shop.until(ends_at(shop))
    person = shop.look()
    assert person.methods == ()
    assert person.subscription.renewal is not None
    assert person.subscription.renewal.state is RenewalState.OFF


def test_nothing_is_charged_to_a_person_who_has_blocked_the_bot(shop: Shop) -> None:
    buys_by_card(shop)
    shop.sender.blocked = Unreachable("the bot was blocked by the user")
    shop.until(ends_at(shop) + 48 * HOUR)
    assert charges(shop) == []
    assert shop.look().subscription.status is Status.EXPIRED


def test_a_person_who_blocks_the_bot_after_the_notice_is_not_charged(shop: Shop) -> None:
    buys_by_card(shop)
    shop.until(ends_at(shop) - 40 * HOUR)
    shop.people.record_reachable(shop.look(), reachable=False)
    shop.until(ends_at(shop) + 48 * HOUR)
    assert charges(shop) == []


def test_a_notice_that_is_delivered_late_moves_the_charge(shop: Shop) -> None:
    buys_by_card(shop)
    end = ends_at(shop)
    shop.sender.blocked = Unreachable("the bot was blocked by the user")
    shop.until(end - 40 * HOUR)
    shop.sender.blocked = None
    returned_at = comes_back(shop)
    assert announced_date(shop) >= returned_at + 24 * HOUR
    shop.until(announced_date(shop) - timedelta(minutes=1), step=timedelta(minutes=1))
    assert charges(shop) == []
    shop.until(end)
    assert charges(shop) == ["succeeded"]


def test_a_notice_that_is_delivered_too_late_says_so_and_nothing_is_charged(shop: Shop) -> None:
    buys_by_card(shop)
    end = ends_at(shop)
    shop.sender.blocked = Unreachable("the bot was blocked by the user")
    shop.until(end - 20 * HOUR)
    shop.sender.blocked = None
    comes_back(shop)
    shop.until(end + 30 * HOUR)
    assert charges(shop) == []
    assert about_renewal(shop) == [Kind.RENEWAL_SKIPPED, Kind.REMINDER_HOURS, Kind.EXPIRY]


def test_the_agreed_price_holds_when_the_price_changes(shop: Shop) -> None:
    buys_by_card(shop)
    (month,) = STANDARD.durations
    dearer = replace(STANDARD, durations=(replace(month, prices={"RUB": 49_900}),))
    sells(shop, replace(dearer, version=1))
    shop.until(ends_at(shop))
    (order,) = renewal_orders(shop).values()
    assert order.payments[0].money == PRICE


def test_a_retired_plan_is_not_charged_again_and_the_person_reads_why(shop: Shop) -> None:
    buys_by_card(shop)
    sells(shop, replace(STANDARD, hidden=True))
    shop.until(ends_at(shop) + HOUR)
    assert charges(shop) == []
    assert about_renewal(shop)[0] is Kind.RENEWAL_RETIRED
    assert Kind.EXPIRY in about_renewal(shop)


def test_a_notice_that_was_delivered_stays_valid_when_the_plan_is_retired(shop: Shop) -> None:
    buys_by_card(shop)
    shop.until(ends_at(shop) - 50 * HOUR)
    sells(shop, replace(STANDARD, hidden=True))
    shop.until(ends_at(shop))
    assert charges(shop) == ["succeeded"]


def test_a_purchase_moves_the_end_and_the_charge(shop: Shop) -> None:
    buys_by_card(shop)
    end = ends_at(shop)
    shop.until(end - 48 * HOUR)
    buys_by_card(shop, renewal=False)
    shop.until(end)
    assert charges(shop) == []
    shop.until(end + MONTH)
    assert charges(shop) == ["succeeded"]


def test_a_change_of_plan_turns_renewal_off(shop: Shop) -> None:
    buys_by_card(shop)
    buys_by_card(shop, renewal=False, plan="family")
    renewal = shop.look().subscription.renewal
    assert renewal is not None
    assert renewal.state is RenewalState.OFF
    shop.until(ends_at(shop) + HOUR)
    assert charges(shop) == []


def test_a_purchase_without_renewal_after_a_failed_charge_turns_it_off(shop: Shop) -> None:
    buys_by_card(shop)
    card(shop).decline_charges = ["card_expired"]
    shop.until(ends_at(shop) - HOUR)
    buys_by_card(shop, renewal=False)
    shop.sender.said.clear()
    shop.until(ends_at(shop) + HOUR)
    assert charges(shop) == ["canceled"]
    assert about_renewal(shop) == [Kind.REMINDER_DAY, Kind.REMINDER_HOURS, Kind.EXPIRY]


def test_an_unknown_outcome_is_repeated_with_the_same_key_and_charges_once(shop: Shop) -> None:
    buys_by_card(shop)
    end = ends_at(shop)
    shop.faults.at("card.charge.after", *[ProviderUnavailable("no answer")] * 3)
    shop.until(end)
    assert charges(shop) == ["succeeded"]
    assert ends_at(shop) == end + MONTH
    assert about_renewal(shop) == [Kind.RENEWAL_AHEAD, Kind.RENEWED]


def test_a_key_that_may_be_forgotten_is_never_repeated(shop: Shop) -> None:
    """The provider acted, and no answer arrives for a day: then its list says what became of the request."""
    buys_by_card(shop)
    end = ends_at(shop)
    shop.faults.at("card.charge.after", *[ProviderUnavailable("no answer")] * 500)
    shop.until(end - HOUR)
    card(shop).by_key.clear()
    shop.faults.clear()
    sent = next(order.sent_at for order in shop.look().orders)
    assert sent is not None
    shop.clock.now = sent + 23 * HOUR
    shop.settles(minutes=120)
    assert charges(shop) == ["succeeded"]
    assert paid(shop) == 2
    assert end + MONTH <= ends_at(shop) < end + MONTH + 2 * HOUR, "it was found about the end"


def test_a_charge_that_is_pending_for_an_hour_renews_when_it_is_paid(shop: Shop) -> None:
    buys_by_card(shop)
    end = ends_at(shop)
    card(shop).charges_stay_pending = True
    shop.until(end - 23 * HOUR)
    assert charges(shop) == ["pending"]
    card(shop).pays(card(shop).last())
    shop.settles(minutes=120)
    assert ends_at(shop) == end + MONTH
    assert about_renewal(shop) == [Kind.RENEWAL_AHEAD, Kind.RENEWED]


def test_a_charge_without_an_answer_for_days_counts_as_declined(shop: Shop) -> None:
    buys_by_card(shop)
    card(shop).charges_stay_pending = True
    shop.until(ends_at(shop) + timedelta(days=6))
    assert about_renewal(shop)[-1] is Kind.RENEWAL_FAILED
    assert shop.look().orders == ()
    assert charges(shop) == ["pending"]


def test_the_ledger_adds_up_over_months(shop: Shop) -> None:
    buys_by_card(shop)
    for _ in range(3):
        shop.until(ends_at(shop))
    entries = [row for row in shop.people.history(shop.person_id()) if row.get("money")]
    assert len(entries) == 4
    assert sum(int(str(row["seconds"])) for row in entries) == 4 * MONTH.total_seconds()
    assert Money(sum(row["money"]["minor"] for row in entries), "RUB") == Money(4 * 29_900, "RUB")


def comes_back(shop: Shop) -> datetime:
    """Let a person who had blocked the bot use it again, and return the time."""
    returned_at = shop.clock()
    reactivate(shop.open(), shop.context, update())
    shop.settles(minutes=3)
    return returned_at


def test_a_purchase_with_a_discount_is_renewed_at_the_list_price(shop: Shop) -> None:
    with_code(shop, HALF)
    half = offered(shop, offer=offer(shop))
    request = OrderRequest(half, "card", "en", renewal=True)
    order = place_order(shop.open(), shop.payments, shop.context, update(), request).order
    card(shop).pays(card(shop).last(), method=VISA)
    check_order(shop.open(), shop.payments, shop.context, order.id)
    shop.settles(minutes=5)
    renewal = shop.look().subscription.renewal
    assert renewal is not None
    assert (order.price, renewal.offer) == (Money(14_950, "RUB"), offer(shop))
    shop.days(31)
    (charged,) = renewal_orders(shop).values()
    assert (charged.price, charged.status) == (PRICE, OrderStatus.PAID)
