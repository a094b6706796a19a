"""The demo provider with its store in the table: payments, saved methods, refunds, notifications."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START, Clock
from tests.integration.providers.crypto_pay_app import ORDER_ID, PERSON, order_of
from vpnbot.demo.key_value_store import KeyValueStore
from vpnbot.demo.payment_actions import LATER, Action, DemoPaymentActions
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.provider_errors import ProviderRejected, UnknownPayment
from vpnbot.domain.orders.refund import Refund, RefundReason
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.domain.payments.declines import REMEDIES
from vpnbot.errors import Misconfigured
from vpnbot.providers.demo.payments import DemoPayment, DemoPayments
from vpnbot.providers.demo.provider import DemoProvider
from vpnbot.usecases.ports.payments import Forged, NotificationRequest, PaymentHint

RING = KeyRing({1: b"first secret, of thirty-two bytes"})
PRICE = Money(29_900, "RUB")
ORDER = order_of()


class Demo:
    """The provider, its page's actions, and a clock."""

    def __init__(self) -> None:
        self.clock = Clock(START)
        self.payments = DemoPayments(KeyValueStore())
        self.provider = DemoProvider(self.payments, lambda: RING, lambda: "https://vpn.example", self.clock)
        self.actions = DemoPaymentActions(self.payments, self.clock)

    def tap(
        self, action: Action, order: Order = ORDER, *, reason: str = "", save: bool = False
    ) -> tuple[DemoPayment, ...]:
        """Begin a payment and tap a button of its page; return the payments that are notified of."""
        self.provider.begin(order)
        shown = self.actions.shown(order.id)
        assert shown is not None
        return tuple(self.actions.act(shown, action, reason=reason, save=save))

    @property
    def states(self) -> list[ReportedState]:
        """The states of all payments of the order."""
        return [report.state for report in self.provider.find(ORDER)]

    def refund(self, amount_minor: int, number: int = 1) -> Refund:
        """Return a refund of a part of the first payment."""
        (first, *_) = self.provider.find(ORDER)
        money = Money(amount_minor, "RUB")
        return Refund(ORDER.id, number, "demo", "demo", first.payment_id, money, RefundReason.OPERATOR, START)


@pytest.fixture
def demo(table_name: str) -> Demo:
    """The demo provider on an empty table."""
    return Demo()


class TestAPayment:
    """A payment of an order, from its creation to its end."""

    def test_the_same_order_has_one_payment_and_one_link(self, demo: Demo) -> None:
        first = demo.provider.begin(ORDER)
        demo.clock.advance(timedelta(minutes=5))
        assert demo.provider.begin(ORDER) == first
        assert first.link == f"https://vpn.example/payments/demo/{ORDER_ID}?t={RING.demo_payment_token(ORDER_ID)}"
        assert first.valid_until == START + timedelta(hours=1)

    def test_another_attempt_is_another_payment(self, demo: Demo) -> None:
        first = demo.provider.begin(ORDER)
        second = demo.provider.begin(replace(ORDER, attempt=2))
        assert first.payment_id != second.payment_id
        assert len(demo.provider.find(ORDER)) == 2
        shown = demo.actions.shown(ORDER_ID)
        assert shown is not None
        assert shown.id == second.payment_id

    def test_a_paid_one_is_reported_with_order_person_and_price(self, demo: Demo) -> None:
        (notified,) = demo.tap(Action.PAY)
        report = demo.provider.look(notified.id)
        assert (report.state, report.money, report.order, report.person) == (
            ReportedState.SUCCEEDED,
            PRICE,
            ORDER_ID,
            PERSON,
        )
        assert report.paid_at == START
        assert report.method is None

    def test_one_that_is_paid_silently_is_paid_and_not_notified_of(self, demo: Demo) -> None:
        assert demo.tap(Action.SILENT) == ()
        assert demo.states == [ReportedState.SUCCEEDED]

    def test_one_that_is_paid_later_is_pending_for_ten_minutes(self, demo: Demo) -> None:
        assert demo.tap(Action.LATER) == ()
        assert demo.states == [ReportedState.PENDING]
        demo.clock.advance(LATER)
        assert demo.states == [ReportedState.SUCCEEDED]

    def test_one_that_is_paid_twice_is_two_payments(self, demo: Demo) -> None:
        notified = demo.tap(Action.TWICE)
        assert len(notified) == 2
        assert demo.states == [ReportedState.SUCCEEDED] * 2
        assert {report.payment_id for report in demo.provider.find(ORDER)} == {payment.id for payment in notified}

    @pytest.mark.parametrize(
        ("price", "paid"),
        [
            (Money(29_900, "RUB"), 29_800),
            (Money(199, "XTR"), 198),
            (Money(349, "USD"), 249),
            (Money(100, "RUB"), 99),
            (Money(2, "USD"), 1),
        ],
    )
    def test_a_rouble_less_is_reported_as_it_was_paid(self, demo: Demo, price: Money, paid: int) -> None:
        (notified,) = demo.tap(Action.LESS, order_of(price=price))
        assert demo.provider.look(notified.id).money == Money(paid, price.currency)

    def test_less_than_one_smallest_unit_cannot_be_paid(self, demo: Demo) -> None:
        assert demo.tap(Action.LESS, order_of(price=Money(1, "XTR"))) == ()
        assert demo.states == [ReportedState.PENDING]

    @pytest.mark.parametrize("reason", REMEDIES)
    def test_a_declined_one_has_its_reason(self, demo: Demo, reason: str) -> None:
        (notified,) = demo.tap(Action.DECLINE, reason=reason)
        report = demo.provider.look(notified.id)
        assert (report.state, report.reason) == (ReportedState.CANCELED, reason)

    def test_an_unknown_reason_changes_nothing(self, demo: Demo) -> None:
        assert demo.tap(Action.DECLINE, reason="because") == ()
        assert demo.states == [ReportedState.PENDING]

    def test_one_whose_time_is_over_cannot_be_paid(self, demo: Demo) -> None:
        demo.provider.begin(ORDER)
        demo.clock.advance(timedelta(hours=1))
        assert demo.tap(Action.PAY) == ()
        (report,) = demo.provider.find(ORDER)
        assert (report.state, report.reason) == (ReportedState.CANCELED, "expired_on_confirmation")

    @pytest.mark.parametrize("first", [Action.PAY, Action.LATER, Action.DECLINE])
    def test_a_second_tap_changes_nothing(self, demo: Demo, first: Action) -> None:
        demo.tap(first, reason="card_expired")
        before = demo.states
        assert demo.tap(Action.TWICE) == ()
        assert demo.states == before

    def test_it_is_not_cancelled_by_us(self, demo: Demo) -> None:
        begun = demo.provider.begin(ORDER)
        assert demo.provider.cancel(begun.payment_id) is False
        assert demo.states == [ReportedState.PENDING]

    def test_an_unknown_one_is_unknown(self, demo: Demo) -> None:
        with pytest.raises(UnknownPayment):
            demo.provider.look("demo-none")

    def test_without_the_address_of_the_page_none_is_made(self, demo: Demo) -> None:
        provider = DemoProvider(demo.payments, lambda: RING, lambda: None, demo.clock)
        with pytest.raises(Misconfigured):
            provider.begin(ORDER)
        assert demo.provider.find(ORDER) == []

    def test_everything_since_a_time_is_listed(self, demo: Demo) -> None:
        demo.tap(Action.PAY)
        demo.clock.advance(timedelta(days=1))
        other = order_of("01JDRS2S01ABCDEFGHJKMNPQRS")
        demo.tap(Action.PAY, other)
        demo.provider.refund(demo.refund(100), ORDER, Payment("x", "demo", PRICE))
        page = demo.provider.since(START + timedelta(hours=1))
        assert [report.order for report in page.payments] == [other.id]
        assert [report.money for report in page.refunds] == [Money(100, "RUB")]
        assert page.following is None


class TestASavedMethod:
    """A method that was saved with a payment can be charged."""

    def test_a_method_is_saved_only_if_that_was_chosen(self, demo: Demo) -> None:
        (notified,) = demo.tap(Action.PAY, save=True)
        method = demo.provider.look(notified.id).method
        assert method is not None
        renewal = order_of("01JDRS2S01ABCDEFGHJKMNPQRS")
        report = demo.provider.charge(renewal, method.id)
        assert (report.state, report.money, report.order) == (ReportedState.SUCCEEDED, PRICE, renewal.id)

    def test_a_repeated_charge_is_the_same_payment(self, demo: Demo) -> None:
        demo.tap(Action.PAY, save=True)
        renewal = order_of("01JDRS2S01ABCDEFGHJKMNPQRS")
        first = demo.provider.charge(renewal, f"demo-method-{ORDER_ID}")
        demo.clock.advance(timedelta(minutes=1))
        assert demo.provider.charge(renewal, f"demo-method-{ORDER_ID}") == first
        assert len(demo.provider.find(renewal)) == 1

    @pytest.mark.parametrize("method_id", ["", "demo-method-", f"demo-method-{ORDER_ID}"])
    def test_a_method_that_was_not_saved_is_rejected(self, demo: Demo, method_id: str) -> None:
        demo.tap(Action.PAY)
        with pytest.raises(ProviderRejected):
            demo.provider.charge(order_of("01JDRS2S01ABCDEFGHJKMNPQRS"), method_id)


class TestARefund:
    """A refund is done at once, in full or in part, and never more than was paid."""

    def test_parts_are_sent_back_until_nothing_is_left(self, demo: Demo) -> None:
        (notified,) = demo.tap(Action.PAY)
        payment = Payment(notified.id, "demo", PRICE)
        for number, amount in enumerate((10_000, 19_900), start=1):
            report = demo.provider.refund(demo.refund(amount, number), ORDER, payment)
            assert demo.provider.look_refund(report.refund_id) == report
        with pytest.raises(ProviderRejected):
            demo.provider.refund(demo.refund(1, 3), ORDER, payment)
        assert demo.provider.look(notified.id).refunded == PRICE
        assert [report.money.amount_minor for report in demo.provider.find_refunds(notified.id)] == [10_000, 19_900]

    def test_a_repeated_request_is_the_same_refund(self, demo: Demo) -> None:
        (notified,) = demo.tap(Action.PAY)
        payment = Payment(notified.id, "demo", PRICE)
        first = demo.provider.refund(demo.refund(29_900), ORDER, payment)
        demo.clock.advance(timedelta(minutes=1))
        assert demo.provider.refund(demo.refund(29_900), ORDER, payment) == first

    def test_what_is_not_paid_is_not_sent_back(self, demo: Demo) -> None:
        begun = demo.provider.begin(ORDER)
        with pytest.raises(ProviderRejected):
            demo.provider.refund(demo.refund(1), ORDER, Payment(begun.payment_id, "demo", PRICE))
        with pytest.raises(UnknownPayment):
            demo.provider.look_refund("none")


class TestANotification:
    """A notification has the token of its order; anything else is forged."""

    def test_its_own_notification_is_a_hint(self, demo: Demo) -> None:
        (notified,) = demo.tap(Action.PAY)
        assert demo.provider.hint(demo.provider.notification(notified)) == PaymentHint(notified.id, ORDER_ID, PERSON)

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"5", b"\xff", b"[" * 100_000, b'{"payment": 1}'])
    def test_a_malformed_one_is_forged(self, demo: Demo, body: bytes) -> None:
        assert isinstance(demo.provider.hint(NotificationRequest(body)), Forged)

    def test_one_without_the_token_of_its_order_is_forged(self, demo: Demo) -> None:
        (notified,) = demo.tap(Action.PAY)
        genuine = demo.provider.notification(notified)
        for headers in ({}, {"x-demo-token": ""}, {"x-demo-token": RING.demo_payment_token("other")}):
            assert isinstance(demo.provider.hint(replace(genuine, headers=headers)), Forged)
