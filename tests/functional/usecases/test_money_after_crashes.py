"""The process ends at any step of a purchase or a refund: nothing is lost, and nothing happens twice.

Each test goes the same way once for each of its steps, and ends the process there. Then what is delivered at least
once is delivered again, and due work goes on.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import (
    OFFER,
    PRICE,
    UNKNOWN_ORDER,
    alerts_ever,
    applies,
    card,
    paid_report,
    stored,
)
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.money_events import UnmatchedColumn
from vpnbot.domain.payments.operator_acts import Act
from vpnbot.domain.payments.unmatched import unmatched_mark
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.usecases.look_limit import LookLimit
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.decide_unmatched import decide_unmatched
from vpnbot.usecases.payments.place_order import OrderRequest, place_order
from vpnbot.usecases.payments.receive_notification import receive_notification
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund, return_second
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports.payments import NotificationRequest

SOON = timedelta(minutes=12)
"""So long after its beginning every way is at its end, if no process has ended."""


STEPS = 72
"""More than any way has."""


class Way:
    """One way through a purchase or a refund, on which the process ends at one step."""

    def __init__(self, shop: Shop, step: int) -> None:
        self.shop, self._begin, self.length = shop, len(shop.faults.passed), 0
        self._number = self._begin + step
        shop.faults.crash_at_step(step)

    @property
    def crashed_at(self) -> str:
        """The point at which the process has ended; empty if the way has no such step."""
        passed = self.shop.faults.passed
        return passed[self._number] if self._number < len(passed) else ""

    def at_least_once(self, do: Callable[[], object]) -> None:
        """Do something that its sender delivers again after a crash."""
        try:
            do()
        except Crash:
            self.shop.queue.claims.clear()
            self.shop.looks = LookLimit()  # the memory of the process has gone with it
            do()

    def ends(self) -> None:
        """Let due work go on for two days; another worker takes over from one that crashes."""
        for duration, step in ((SOON, timedelta(minutes=1)), (timedelta(days=2), timedelta(hours=4))):
            end = self.shop.clock.now + duration
            while self.shop.clock.now < end:
                try:
                    self.shop.until(end, step=step)
                except Crash:
                    self.shop.queue.claims.clear()
            self.length = self.length or len(self.shop.faults.passed) - self._begin
        self.shop.faults.clear()


def begins(shop: Shop, cause: str) -> None:
    """Let the person tap, so that the order is placed and its page is there."""
    place_order(shop.open(), shop.payments, shop.context, cause, OrderRequest(OFFER, "card", "en"))


def notified(shop: Shop, payment_id: str) -> None:
    """Let the provider send a notification about a payment; a worker gets the claims that the answer returns."""
    request = NotificationRequest(payment_id.encode())
    for item in receive_notification(card(shop), request, shop.payments, shop.context).claims:
        shop.work(item)


def order_of(shop: Shop) -> str:
    """Return the id of the order that waits for its payment."""
    order = shop.look().open_purchase
    assert order is not None
    return order.id


def buys(way: Way, *, notification: bool = True) -> str:
    """Let a person place an order and pay it; return the id of the order."""
    shop, cause = way.shop, update()
    way.at_least_once(lambda: begins(shop, cause))
    order_id, payment_id = order_of(shop), card(shop).last()
    card(shop).pays(payment_id)
    if notification:
        way.at_least_once(lambda: notified(shop, payment_id))
    return order_id


def adds_up(shop: Shop, minor: int) -> None:
    """Check that the ledger has all money and all time, each once."""
    with shop.faults.quiet():
        rows = list(shop.people.history(shop.person_id()))
    assert sum(row["money"]["minor"] for row in rows if "money" in row) == minor
    seconds = sum(int(str(row.get("seconds") or 0)) for row in rows)
    assert seconds == entitlement_seconds(shop.look().subscription, shop.clock())


def is_told_once(way: Way, kind: Kind) -> None:
    """Check that the person has read something once; twice only if the process ended after the message was sent."""
    times = way.shop.sender.kinds().count(kind)
    assert times == 1 or (times == 2 and way.crashed_at in {"say.after", "observe.before"})


def is_bought_once(way: Way, order_id: str) -> None:
    """Check everything that one purchase leads to."""
    shop = way.shop
    person, order = shop.look(), stored(shop, order_id)
    (report,) = card(shop).payments.values()
    assert report.state is ReportedState.SUCCEEDED, "there is no second payment at the provider"
    assert (order.status, order.archived, order.due) == (OrderStatus.PAID, True, None)
    (payment,) = order.payments
    assert (payment.state, payment.lot) == (PaymentState.CREDITED, order_id)
    assert [lot.id for lot in person.subscription.lots] == [order_id]
    owner = shop.people.owner_of("card", "shop-1", report.payment_id)
    assert owner is not None
    assert (owner.person, owner.order) == (person.id, order_id)
    assert person.served
    assert len(shop.panel.held) == 1
    assert person.subscription.ends_at is not None
    assert person.subscription.left(shop.clock()) > timedelta(days=27)
    adds_up(shop, PRICE.amount_minor)
    is_told_once(way, Kind.PAID)
    assert person.outbox == ()
    assert person.orders == ()
    assert alerts_ever(shop) == []
    assert shop.index.dead_lettered() == []


def is_sent_back_once(way: Way, order_id: str) -> None:
    """Check everything that a refund of all money leads to."""
    shop = way.shop
    person, order = shop.look(), stored(shop, order_id)
    (refund,) = card(shop).refunds.values()
    assert refund.money == PRICE, "the money was sent once"
    assert (order.status, order.archived, order.due) == (OrderStatus.REFUNDED, True, None)
    assert order.payments[0].refunded_minor == PRICE.amount_minor
    assert (person.refunds, person.orders) == ((), ())
    assert not person.subscription.entitled(shop.clock())
    assert [client for client in shop.panel.held.values() if client.enabled] == []
    adds_up(shop, 0)
    is_told_once(way, Kind.REFUNDED)


def bought(shop: Shop) -> str:
    """Let a person buy without a fault; return the id of the order."""
    shop.arrives()
    begins(shop, update())
    order_id, payment_id = order_of(shop), card(shop).last()
    card(shop).pays(payment_id)
    notified(shop, payment_id)
    shop.settles(minutes=20)
    return order_id


def a_purchase(shop: Shop, step: int) -> Way:
    """Place, begin, pay, notify, apply, provision, tell."""
    shop.arrives()
    way = Way(shop, step)
    order_id = buys(way)
    way.ends()
    is_bought_once(way, order_id)
    return way


def a_purchase_whose_notification_is_lost(shop: Shop, step: int) -> Way:
    """Due work asks the provider."""
    shop.arrives()
    way = Way(shop, step)
    order_id = buys(way, notification=False)
    way.ends()
    is_bought_once(way, order_id)
    return way


def a_payment_for_a_cancelled_order(shop: Shop, step: int) -> Way:
    """The page stays payable; the payment counts."""
    shop.arrives()
    begins(shop, update())
    order_id, payment_id, cause = order_of(shop), card(shop).last(), update()
    way = Way(shop, step)
    way.at_least_once(lambda: cancel_order(shop.open(), shop.payments, shop.context, cause, order_id))
    assert stored(shop, order_id).status is OrderStatus.CANCELLED
    card(shop).pays(payment_id)
    way.at_least_once(lambda: notified(shop, payment_id))
    way.ends()
    order = stored(shop, order_id)
    assert (order.status, order.due) == (OrderStatus.PAID, None)
    assert [lot.id for lot in shop.look().subscription.lots] == [order_id]
    adds_up(shop, PRICE.amount_minor)
    is_told_once(way, Kind.PAID_LATE)
    return way


def _refund_by_an_operator(shop: Shop, step: int, *, pending: bool) -> Way:
    order_id, cause = bought(shop), update()
    wanted = WantedRefund(order_id, stored(shop, order_id).payments[0].id, RefundReason.OPERATOR, "operator")
    card(shop).refunds_stay_pending = pending
    way = Way(shop, step)
    way.at_least_once(lambda: request_refund(shop.open(), shop.payments, shop.context, cause, wanted))
    if pending:
        way.ends()
        assert stored(shop, order_id).status is OrderStatus.PAID, "access stays until the money is back"
        card(shop).refunds_succeed()
    way.ends()
    is_sent_back_once(way, order_id)
    assert alerts_ever(shop) == [], "it is known as ours"
    return way


def a_refund(shop: Shop, step: int) -> Way:
    """An operator asks for it, it is sent, and the time leaves."""
    return _refund_by_an_operator(shop, step, pending=False)


def a_refund_that_takes_days(shop: Shop, step: int) -> Way:
    """The provider accepts it at first."""
    return _refund_by_an_operator(shop, step, pending=True)


def a_refund_without_us(shop: Shop, step: int) -> Way:
    """The reconciliation finds what was sent back in the provider's cabinet."""
    order_id = bought(shop)
    card(shop).sends_back(stored(shop, order_id).payments[0].id, PRICE)
    way = Way(shop, step)
    way.at_least_once(lambda: shop.reconciliations.make_due("card", shop.clock()))
    way.ends()
    is_sent_back_once(way, order_id)
    assert {kind for kind, _ in alerts_ever(shop)} == {AlertKind.REFUNDED_ELSEWHERE}
    return way


def a_second_payment_that_its_buyer_sends_back(shop: Shop, step: int) -> Way:
    """Both count, until the buyer wants one of them back."""
    order_id = bought(shop)
    paid_again, cause = paid_report(shop, order_id), update()
    way = Way(shop, step)
    way.at_least_once(lambda: applies(shop, paid_again))
    assert len(shop.look().subscription.lots) == 2
    way.at_least_once(
        lambda: return_second(shop.open(), shop.payments, shop.context, cause, order_id, paid_again.payment_id)
    )
    way.ends()
    order, person = stored(shop, order_id), shop.look()
    assert (order.status, order.due) == (OrderStatus.PAID, None)
    assert [payment.state for payment in order.payments] == [PaymentState.CREDITED, PaymentState.RETURNED]
    assert [lot.id for lot in person.subscription.lots] == [order_id]
    assert len(card(shop).refunds) == 1
    adds_up(shop, PRICE.amount_minor)
    is_told_once(way, Kind.PAID_TWICE)
    is_told_once(way, Kind.REFUNDED)
    return way


def a_payment_after_a_deletion(shop: Shop, step: int) -> Way:
    """It is sent back."""
    shop.arrives()
    begins(shop, update())
    order_id, payment_id, cause = order_of(shop), card(shop).last(), update()
    way = Way(shop, step)
    way.at_least_once(lambda: delete_data(shop.open(), shop.fleet, shop.context, cause))
    card(shop).pays(payment_id)
    way.at_least_once(lambda: notified(shop, payment_id))
    way.ends()
    order = stored(shop, order_id)
    assert (order.status, order.due) == (OrderStatus.REFUNDED, None)
    assert shop.look().refunds == ()
    (refund,) = card(shop).refunds.values()
    assert refund.money == PRICE
    assert shop.sender.said == []
    assert shop.look().subscription.lots == ()
    assert {kind for kind, _ in alerts_ever(shop)} == {AlertKind.PAID_DELETED}
    return way


def sends_back(shop: Shop, mark: str, cause: str) -> None:
    """Let an operator tap the button to send back a payment that belongs to no order."""
    payment = shop.payments.unmatched.get(mark)
    assert payment is not None
    decide_unmatched(payment, Act.SEND_BACK, cause, "operator", shop.payments, shop.context)


def a_payment_without_an_order(shop: Shop, step: int) -> Way:
    """It is kept until an operator sends it back."""
    shop.arrives()
    report, cause = paid_report(shop, UNKNOWN_ORDER), update()
    mark = unmatched_mark(report.provider, report.account, report.payment_id)
    way = Way(shop, step)
    way.at_least_once(lambda: applies(shop, report))
    way.at_least_once(lambda: sends_back(shop, mark, cause))
    way.ends()
    assert {kind for kind, _ in alerts_ever(shop)} == {AlertKind.NO_ORDER}
    (refund,) = card(shop).refunds.values()
    assert (refund.payment_id, refund.money) == (report.payment_id, report.money)
    with shop.faults.quiet():
        payment = shop.payments.unmatched.get(mark)
    assert payment is not None
    assert (payment.column, payment.due) == (UnmatchedColumn.RETURNED, None)
    return way


def a_payment_that_is_too_small(shop: Shop, step: int) -> Way:
    """An operator sends it back."""
    shop.arrives()
    begins(shop, update())
    order_id, payment_id, cause = order_of(shop), card(shop).last(), update()
    card(shop).pays(payment_id, money=Money(100, "RUB"))
    way = Way(shop, step)
    way.at_least_once(lambda: notified(shop, payment_id))
    wanted = WantedRefund(order_id, payment_id, RefundReason.HELD, "operator")
    way.at_least_once(lambda: request_refund(shop.open(), shop.payments, shop.context, cause, wanted))
    way.ends()
    order = stored(shop, order_id)
    assert (order.status, order.due) == (OrderStatus.REFUNDED, None)
    adds_up(shop, 0)
    is_told_once(way, Kind.HELD)
    is_told_once(way, Kind.HELD_RETURNED)
    return way


WAYS = (
    a_purchase,
    a_purchase_whose_notification_is_lost,
    a_payment_for_a_cancelled_order,
    a_refund,
    a_refund_that_takes_days,
    a_refund_without_us,
    a_second_payment_that_its_buyer_sends_back,
    a_payment_after_a_deletion,
    a_payment_without_an_order,
    a_payment_that_is_too_small,
)
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


@ways
def test_the_crash_tests_cover_every_step(shop: Shop, way: Callable[[Shop, int], Way]) -> None:
    assert 4 <= way(shop, 10 * STEPS).length <= STEPS


@ways
@pytest.mark.parametrize("step", range(STEPS))
def test_a_crash_at_any_step_loses_nothing(shop: Shop, way: Callable[[Shop, int], Way], step: int) -> None:
    way(shop, step)
