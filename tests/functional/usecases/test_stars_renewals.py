"""Subscriptions in Stars: Telegram charges automatically; its updates about that may be lost, late or doubled."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from tests.fakes.faults import Crash
from tests.fakes.provider import FakeProvider
from tests.fakes.shop import USER_ID, Shop, update
from tests.functional.usecases.renewing import FAMILY, HOUR, MONTH, STANDARD, buys_by_card, ends_at, offer, sells
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.order_id import child_id
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.orders.reports import PaymentReport, ReportedState, Source
from vpnbot.domain.payments.money_events import OrderEvent
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.subscriptions.renewal import RenewalState
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.usecases.payments.apply_payment import apply_payment
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.check_out import check_out
from vpnbot.usecases.payments.follow_subscription import follow_subscription
from vpnbot.usecases.payments.place_order import OrderRequest, place_order
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund
from vpnbot.usecases.payments.switch_renewal import turn_renewal_off
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

PRICE = Money(199, "XTR")


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop that sells two plans, with a person."""
    sells(empty_shop, STANDARD, FAMILY)
    empty_shop.arrives()
    return empty_shop


@pytest.fixture(autouse=True)
def _nothing_is_left_overdue(shop: Shop) -> Iterator[None]:
    """Check after each test that due work is done, and not due again and again at the same time."""
    yield
    shop.faults.clear()
    shop.settles(minutes=70)
    following = shop.index.next_due()
    assert following is None or following.due_at > shop.clock()


@dataclass
class Telegram:
    """The subscription of a person, as Telegram charges for it."""

    shop: Shop
    order: Order
    first: PaymentReport
    numbers: "count[int]"

    @property
    def stars(self) -> FakeProvider:
        """The provider, which records what was stopped."""
        return self.shop.providers.get("stars")

    def renews(
        self, *, marked: bool = True, charge: str | None = None, source: Source = Source.UPDATE
    ) -> PaymentReport:
        """Charge for one more month at the end of the last one, and report it."""
        assert self.first.renews_until is not None
        number = next(self.numbers)
        until = self.first.renews_until + number * MONTH
        report = replace(
            self.first,
            payment_id=charge or f"charge-{self.order.id[-4:]}-{number}",
            renewal=marked,
            first_of_renewals=False,
            renews_until=until,
            paid_at=self.shop.clock(),
        )
        self.reports(report, source)
        return report

    def reports(self, report: PaymentReport, source: Source = Source.UPDATE) -> Outcome:
        """Deliver a report about a payment."""
        settlement = apply_payment(report, source, self.shop.payments, self.shop.context)
        assert settlement is not None
        self.shop.settles(minutes=3)
        return settlement.outcome

    def says(self, event: OrderEvent, payer: int = USER_ID) -> Outcome:
        """Deliver an update about the subscription."""
        context = self.shop.context
        settlement = follow_subscription(self.shop.open(), context, update(), self.order.id, event, payer)
        self.shop.settles(minutes=3)
        return settlement.outcome


def ordered(shop: Shop, plan: str = "standard", *, renewal: bool = True) -> Order:
    """Let the person order a month in Stars."""
    request = OrderRequest(offer(shop, plan, "XTR"), "stars", "en", renewal=renewal)
    return place_order(shop.open(), shop.payments, shop.context, update(), request).order


def subscribes(shop: Shop, plan: str = "standard", payer: int = USER_ID) -> Telegram:
    """Let the person pay for a subscription."""
    telegram = subscription_of(shop, ordered(shop, plan), payer)
    telegram.reports(telegram.first)
    return telegram


def subscription_of(shop: Shop, order: Order, payer: int = USER_ID) -> Telegram:
    """Return the subscription that Telegram has for an order, whose first payment was not reported yet."""
    report = PaymentReport(
        "stars",
        "1",
        f"charge-{order.id[-4:]}-first",
        ReportedState.SUCCEEDED,
        order.price,
        order=order.id,
        person=order.person,
        payer=payer,
        first_of_renewals=True,
        renews_until=shop.clock() + MONTH,
        paid_at=shop.clock(),
    )
    return Telegram(shop, order, report, count(1))


def state(shop: Shop) -> RenewalState:
    """Return the state of the renewal."""
    renewal = shop.look().subscription.renewal
    assert renewal is not None
    return renewal.state


def order_of(shop: Shop, order_id: str) -> Order:
    """Return an order of the person, closed or not."""
    order = shop.open().recall(order_id).order(order_id)
    assert order is not None
    return order


def money_entries(shop: Shop) -> int:
    """Return how many payments are in the ledger."""
    return sum(1 for cause in shop.history() if cause.endswith(":succeeded"))


def renewal_date(telegram: Telegram) -> datetime:
    """Return when Telegram charges next."""
    renewal = telegram.shop.look().subscription.renewal
    assert renewal is not None
    assert renewal.renews_until is not None
    return renewal.renews_until


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


def test_a_second_subscription_of_one_link_is_stopped(shop: Shop) -> None:
    telegram = subscribes(shop)
    assert state(shop) is RenewalState.ON
    other = replace(telegram.first, payment_id="charge-lost", first_of_renewals=False)
    assert telegram.reports(other, Source.RECONCILIATION) is Outcome.TWICE
    assert telegram.stars.stopped == [(USER_ID, "charge-lost")]


def test_a_first_payment_that_the_reconciliation_finds_turns_renewal_on(shop: Shop) -> None:
    telegram = subscription_of(shop, ordered(shop))
    telegram.reports(replace(telegram.first, first_of_renewals=False), Source.RECONCILIATION)
    assert state(shop) is RenewalState.ON


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


def test_a_renewal_after_the_refund_of_the_first_payment_is_sent_back(shop: Shop) -> None:
    telegram = subscribes(shop)
    wanted = WantedRefund(telegram.order.id, telegram.first.payment_id, RefundReason.OPERATOR, "operator")
    request_refund(shop.open(), shop.payments, shop.context, update(), wanted)
    shop.settles(minutes=10)
    report = telegram.renews()
    shop.settles(minutes=10)
    assert report.payment_id in {refund.payment_id for refund in telegram.stars.refunds.values()}
    assert not shop.look().subscription.entitled(shop.clock())


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
