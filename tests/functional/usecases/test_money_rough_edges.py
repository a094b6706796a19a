"""What must not be lost when providers, operators and processes do not do what is usual."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import (
    OFFER,
    PAYMENTS,
    PRICE,
    alerts,
    applies,
    asks_back,
    card,
    paid_report,
    pays,
    places,
    sent_back_elsewhere,
    stored,
)
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.provider_errors import ProviderUnavailable, WrongAccount
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.orders.reports import PaymentReport, ReceiptReport, ReportedState, Source
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.money_events import PaymentColumn
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.people.items import order_key
from vpnbot.errors import PaymentNotApplied, UnreadableItem
from vpnbot.usecases.payments.apply_payment import apply_in
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.payments.check_order import check_order
from vpnbot.usecases.payments.place_order import OrderRequest, place_order
from vpnbot.usecases.payments.receive_notification import receive_notification
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.ports.payments import Hint, NotificationRequest, PaymentHint


def notification(shop: Shop, payment_id: str) -> int:
    """Let the provider send a notification; return the status of the answer."""
    request = NotificationRequest(payment_id.encode())
    return receive_notification(card(shop), request, shop.payments, shop.context).status


@pytest.fixture
def order(shop: Shop) -> Order:
    """An order that waits for its payment."""
    shop.arrives()
    return places(shop)


class TestHowOftenAProviderIsAsked:
    """A person, or who sends notifications, cannot make us ask again and again."""

    def test_taps_ask_once_in_ten_seconds_and_write_nothing(self, shop: Shop, order: Order) -> None:
        for seconds in (0, 5, 9):
            shop.clock.now = order.placed_at + timedelta(seconds=seconds)
            check_order(shop.open(), shop.payments, shop.context, order.id)
        assert shop.faults.passed.count("card.look") == 1
        shop.clock.now = order.placed_at + timedelta(seconds=10)
        check_order(shop.open(), shop.payments, shop.context, order.id)
        assert shop.faults.passed.count("card.look") == 2
        assert stored(shop, order.id) == order

    def test_due_work_and_an_answer_that_did_not_come_do_not_count(self, shop: Shop, order: Order) -> None:
        shop.faults.at("card.look", ProviderUnavailable("down"))
        with pytest.raises(ProviderUnavailable):
            check_order(shop.open(), shop.payments, shop.context, order.id)
        card(shop).pays(order.payments[0].id)
        check_order(shop.open(), shop.payments, shop.context, order.id)
        assert stored(shop, order.id).status is OrderStatus.PAID

    def test_a_notification_that_comes_too_soon_is_sent_again(self, shop: Shop, order: Order) -> None:
        payment_id = order.payments[0].id
        assert notification(shop, payment_id) == 500, "it is still pending"
        card(shop).pays(payment_id)
        assert notification(shop, payment_id) == 500
        assert shop.faults.passed.count("card.look") == 1
        shop.clock.advance(timedelta(seconds=10))
        assert notification(shop, payment_id) == 200
        assert stored(shop, order.id).status is OrderStatus.PAID

    def test_a_hint_from_a_foreign_address_asks_nothing(
        self, shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def foreign(_: NotificationRequest) -> Hint:
            return PaymentHint(order.payments[0].id, order.id, order.person, is_foreign=True)

        monkeypatch.setattr(card(shop), "hint", foreign)
        card(shop).pays(order.payments[0].id)
        assert notification(shop, order.payments[0].id) == 200
        assert shop.faults.passed.count("card.look") == 0
        shop.minute()
        assert stored(shop, order.id).status is OrderStatus.PAID, "the reconciliation has looked"


class TestAnotherAccount:
    """What belongs to another account at the provider is never taken for a forgery."""

    def test_its_notification_is_sent_again_and_its_order_stays_due(self, shop: Shop, order: Order) -> None:
        card(shop).pays(order.payments[0].id)
        card(shop).account = "shop-2"
        assert notification(shop, order.payments[0].id) == 500
        assert shop.meter.counts[Metric.FORGED_PAYMENTS] == 0
        with pytest.raises(WrongAccount):
            check_order(shop.open(), shop.payments, shop.context, order.id)
        shop.days(6)
        assert stored(shop, order.id).due is not None
        card(shop).account = "shop-1"
        shop.days(1)
        assert stored(shop, order.id).status is OrderStatus.PAID

    def test_its_refund_waits(self, shop: Shop, order: Order) -> None:
        pays(shop, order)
        paid = stored(shop, order.id)
        asks_back(shop, paid, paid.payments[0])
        card(shop).account = "shop-2"
        shop.days(1)
        assert card(shop).refunds == {}
        card(shop).account = "shop-1"
        shop.days(1)
        assert stored(shop, order.id).status is OrderStatus.REFUNDED


class TestSeveralPaymentsOfAnOrder:
    """Each payment of an order is followed until it is known what became of it."""

    def test_a_pending_payment_beside_a_held_one_is_looked_at_and_lapses(self, shop: Shop, order: Order) -> None:
        short = paid_report(shop, order.id, money=Money(100, "RUB"))
        assert applies(shop, short).outcome is Outcome.SHORT
        shop.days(6)
        states = [payment.state for payment in stored(shop, order.id).payments]
        assert sorted(states) == [PaymentState.CANCELED, PaymentState.HELD]
        assert shop.faults.passed.count("card.look") > 5

    def test_a_payment_that_is_found_after_the_order_has_lapsed_lapses_too(self, shop: Shop, order: Order) -> None:
        shop.days(6)
        found = replace(paid_report(shop, order.id), state=ReportedState.PENDING)
        card(shop).payments[found.payment_id] = found
        applies(shop, found)
        assert stored(shop, order.id).due is not None
        shop.days(6)
        assert stored(shop, order.id).archived
        assert stored(shop, order.id).pending is None

    def test_due_work_makes_no_second_payment_at_a_provider_without_keys(self, shop: Shop) -> None:
        shop.arrives()
        card(shop).abilities = replace(card(shop).abilities, idempotent=False)
        shop.faults.at("card.begin.after", ProviderUnavailable("the answer is lost"))
        with pytest.raises(ProviderUnavailable):
            places(shop)
        shop.settles(minutes=30)
        (payment,) = stored(shop, card(shop).payments[card(shop).last()].order or "").payments
        assert payment.id == card(shop).last()
        assert len(card(shop).payments) == 1

    def test_the_link_of_a_payment_of_which_only_the_id_is_known_is_asked_for(self, shop: Shop, order: Order) -> None:
        session = shop.open()
        unlinked = replace(order.payments[0], link=None)
        session.commit(session.person.with_order(order.with_payment(unlinked)))
        page = place_order(
            shop.open(),
            shop.payments,
            shop.context,
            update(),
            OrderRequest(OFFER, "card", "en", contact="a@example.com"),
        )
        assert page.link is not None
        assert stored(shop, order.id).payments == order.payments


class TestTwoAtOnce:
    """Two processes apply the same payment at the same time."""

    def test_the_second_decides_again_and_changes_nothing(self, shop: Shop, order: Order) -> None:
        report = paid_report(shop, order.id)
        stale = shop.open()
        stale.recall(order.id)
        assert applies(shop, report).outcome is Outcome.HON
        settlement = apply_in(stale, report, order.id, Source.POLL, shop.payments, shop.context)
        assert settlement.outcome is Outcome.DONE
        assert len(shop.look().subscription.lots) == 1

    def test_a_payment_that_is_registered_for_another_order_is_reported(self, shop: Shop, order: Order) -> None:
        report = paid_report(shop, order.id)
        applies(shop, report)
        other = shop.open(43)
        shop.arrives(43)
        another = places(shop, user_id=43)
        lie = replace(report, order=another.id, person=other.person.id)
        for _ in range(2):
            with pytest.raises(PaymentNotApplied):
                applies(shop, lie)
        assert [kind for kind, _ in alerts(shop)] == [AlertKind.CONTRADICTION]
        assert stored(shop, another.id, 43).open

    def test_an_order_that_only_a_newer_version_can_read_is_left_to_it(self, shop: Shop, order: Order) -> None:
        report = paid_report(shop, "0" * 26)
        session = shop.open()
        hidden = replace(session.person, unreadable=frozenset({order_key("0" * 26)}))
        session._person = hidden  # type: ignore[attr-defined]  # of the sessions of both storages
        with pytest.raises(UnreadableItem):
            apply_in(session, report, "0" * 26, Source.POLL, shop.payments, shop.context)
        assert alerts(shop) == []
        assert order.open


class TestRefunds:
    """Money that is sent back is counted once, sent by us or without us."""

    def test_what_a_payment_shows_as_sent_back_is_found(self, shop: Shop, order: Order) -> None:
        pays(shop, order)
        payment_id = order.payments[0].id
        card(shop).sends_back(payment_id, Money(10_000, "RUB"))
        assert applies(shop, card(shop).payments[payment_id]).outcome is Outcome.DONE
        assert stored(shop, order.id).payments[0].refunded_minor == 10_000
        assert [kind for kind, _ in alerts(shop)] == [AlertKind.REFUNDED_ELSEWHERE]

    def test_a_refund_elsewhere_is_not_taken_for_one_that_we_have_not_sent(self, shop: Shop, order: Order) -> None:
        pays(shop, order)
        paid, part = stored(shop, order.id), Money(10_000, "RUB")
        asks_back(shop, paid, paid.payments[0], part)
        sent_back_elsewhere(shop, paid.payments[0].id, part)
        shop.settles(minutes=5)
        assert stored(shop, order.id).payments[0].refunded_minor == 20_000
        assert len(card(shop).refunds) == 2
        assert shop.look().subscription.lots[0].seconds == OFFER.seconds // 3

    def test_all_of_it_sent_back_elsewhere_ends_our_refund(self, shop: Shop, order: Order) -> None:
        pays(shop, order)
        paid = stored(shop, order.id)
        asks_back(shop, paid, paid.payments[0], Money(10_000, "RUB"))
        sent_back_elsewhere(shop, paid.payments[0].id)
        after = stored(shop, order.id)
        assert (after.status, after.payments[0].refunded_minor) == (OrderStatus.REFUNDED, PRICE.amount_minor)
        assert shop.look().refunds == ()
        shop.days(1)
        assert len(card(shop).refunds) == 1

    def test_a_retry_after_a_refusal_has_a_key_of_its_own(self, shop: Shop, order: Order) -> None:
        pays(shop, order)
        paid = stored(shop, order.id)
        card(shop).decline_refunds += ["rejected_by_timeout", "rejected_by_timeout"]
        asks_back(shop, paid, paid.payments[0])
        shop.settles(minutes=10)
        assert stored(shop, order.id).status is OrderStatus.REFUNDED
        assert list(card(shop).refunds_by_key) == [f"{order.id}-r1-3"]

    def test_an_operators_tap_that_comes_twice_asks_once(self, shop: Shop, order: Order) -> None:
        pays(shop, order)
        cause = update()
        wanted = WantedRefund(order.id, order.payments[0].id, RefundReason.OPERATOR, "operator")
        for _ in range(2):
            request_refund(shop.open(), shop.payments, shop.context, cause, wanted)
        assert len(shop.look().refunds) == 1

    def test_a_refund_whose_key_is_too_old_is_looked_for_and_an_applied_one_is_not_taken_for_it(
        self, shop: Shop, order: Order
    ) -> None:
        pays(shop, order)
        paid, part = stored(shop, order.id), Money(10_000, "RUB")
        asks_back(shop, paid, paid.payments[0], part)
        shop.settles(minutes=5)
        again = stored(shop, order.id)
        shop.faults.at("card.refund.before", *(ProviderUnavailable("down") for _ in range(60)))
        asks_back(shop, again, again.payments[0], part)
        shop.days(1.1)
        shop.faults.clear()
        shop.days(1)
        assert len(card(shop).refunds) == 2
        assert stored(shop, order.id).payments[0].refunded_minor == 20_000
        assert shop.look().refunds == ()


class TestReceipts:
    """A fiscal receipt that the provider makes is followed until it is registered."""

    NUMBERS: Mapping[str, str] = {"state": "succeeded", "fiscal_document_number": "77"}

    def paid(self, shop: Shop, order: Order) -> PaymentReport:
        """Let a payment with a receipt arrive."""
        report = replace(paid_report(shop, order.id), receipt="pending")
        applies(shop, report)
        return report

    def test_that_of_a_payment_is_kept_when_it_is_registered(self, shop: Shop, order: Order) -> None:
        report = self.paid(shop, order)
        (waiting,) = shop.look().receipts
        assert (waiting.payment_id, waiting.refund_id) == (report.payment_id, None)
        shop.settles(minutes=10)
        assert shop.look().receipts == (replace(waiting, due=shop.look().receipts[0].due),)
        card(shop).receipts[report.payment_id] = ReceiptReport(**self.NUMBERS)
        shop.days(1)
        payment = stored(shop, order.id).payment(report.payment_id)
        assert payment is not None
        assert payment.receipt == ReceiptReport(**self.NUMBERS)
        assert shop.look().receipts == ()

    def test_one_that_is_pending_for_three_days_is_reported(self, shop: Shop, order: Order) -> None:
        self.paid(shop, order)
        shop.days(4)
        assert AlertKind.RECEIPT_REFUSED in [kind for kind, _ in alerts(shop)]
        assert shop.look().receipts == ()

    def test_that_of_a_refund_is_followed_too(self, shop: Shop, order: Order) -> None:
        pays(shop, order)
        refund_id = card(shop).sends_back(order.payments[0].id, PRICE)
        apply_refund(replace(card(shop).refunds[refund_id], receipt="pending"), shop.payments, shop.context)
        (waiting,) = shop.look().receipts
        assert waiting.refund_id == refund_id
        card(shop).receipts[refund_id] = ReceiptReport(**self.NUMBERS)
        shop.days(1)
        assert shop.look().receipts == ()


@pytest.mark.parametrize("column", PAYMENTS)
def test_nothing_stays_due_for_ever_but_money_that_an_operator_has_to_decide_about(
    shop: Shop, column: PaymentColumn
) -> None:
    shop.arrives()
    order = PAYMENTS[column](shop)
    shop.days(8)
    assert (stored(shop, order.id).due is not None) is (column is PaymentColumn.HELD)
