"""The contract of payment providers: each adapter runs it against its fake, over real HTTP where it has some.

A subclass of `ProviderContract` has the fixture `bench`. What a provider cannot do, as its abilities say, is skipped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START, Clock
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.order_id import new_order_id
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.provider_errors import ProviderRejected, UnknownPayment, WrongAccount
from vpnbot.domain.orders.refund import Refund, RefundReason
from vpnbot.domain.orders.reports import PaymentReport, RefundReport, ReportedState
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.usecases.ports.payments import Forged, NoHint, NotificationRequest, PaymentProvider, RefundHint, Refunds

PERSON = "ab" * 16
RETURN_TO = "https://t.me/vpnbot_sample_bot?start=o_"
MALFORMED = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"type":"notification"}',
    b"payment=1",
    b"\xff\xfe",
    b'{"a":' * 5000,
    b"[" * 200_000,
    b'{"update_type":"invoice_paid","payload":7}',
    b"x" * 10_000_000,
]


def sample_offer(price: Money) -> Offer:
    """Return 30 days of a plan at a price."""
    plan = Plan("standard", timedelta(), devices=2, keys=3, titles={"en": "Standard", "ru": "Стандарт"})
    per_month = ListPrice(price.amount_minor, 2_592_000)
    return Offer("standard-30", plan, timedelta(days=30), price, per_month, per_month, plan_version=1)


def sample_order(provider: str, price: Money, number: int = 1) -> Order:
    """Return a new order of one person; orders with different numbers have different ids."""
    order_id = new_order_id(START + timedelta(milliseconds=number), f"{number:020x}")
    return Order(
        id=order_id,
        kind=OrderKind.PURCHASE,
        offer=sample_offer(price),
        provider=provider,
        person=PERSON,
        placed_at=START,
        language="en",
        contact="buyer@example.com",
        return_to=RETURN_TO + order_id,
    )


def sample_refund(order: Order, report: PaymentReport, money: Money | None = None, number: int = 1) -> Refund:
    """Return a refund of a payment, of all of it unless `money` says otherwise."""
    return Refund(
        order_id=order.id,
        number=number,
        provider=order.provider,
        account=report.account,
        payment_id=report.payment_id,
        money=money or report.money,
        why=RefundReason.OPERATOR,
        asked_at=START,
        whole=money in {None, report.money},
        payer=report.payer,
    )


def kept(report: PaymentReport) -> Payment:
    """Return a payment as an order keeps it."""
    return Payment(report.payment_id, report.account, report.money, payer=report.payer)


def kept_method(bench: "ProviderBench", pay_and_save: Callable[[str], object]) -> str:
    """Make a payment whose buyer agrees to renewal, and return the id of the method that was saved with it."""
    begun = bench.provider.begin(replace(bench.order(), renewal_agreed=True))
    pay_and_save(begun.payment_id)
    method = bench.provider.look(begun.payment_id).method
    assert method is not None
    return method.id


@dataclass
class ProviderBench:
    """A provider that is tested, and how its fake is driven.

    `pay` makes the buyer pay a payment. `unknown_id` has the form of a payment's id, and is none. `saved` makes a
    payment that saves its method, and returns the method's id. `refused` is the same provider with credentials that
    are refused.
    """

    provider: PaymentProvider
    pay: Callable[[str], object]
    unknown_id: str
    price: Money = field(default_factory=lambda: Money(29_900, "RUB"))
    clock: Clock = field(default_factory=Clock)
    saved: Callable[[], str] | None = None
    refused: PaymentProvider | None = None
    made: int = 0

    def order(self) -> Order:
        """Return a new order."""
        self.made += 1
        return sample_order(self.provider.name, self.price, self.made)

    def paid(self) -> tuple[Order, PaymentReport]:
        """Return an order that was paid, and its payment."""
        order = self.order()
        begun = self.provider.begin(order)
        self.pay(begun.payment_id)
        return order, self.provider.look(begun.payment_id)

    def all_since(self) -> Iterator[PaymentReport | RefundReport]:
        """Yield everything that the provider did, page by page."""
        cursor: str | None = None
        for _ in range(50):
            page = self.provider.since(START - timedelta(days=1), cursor)
            yield from page.payments
            yield from page.refunds
            cursor = page.following
            if cursor is None:
                return
        raise AssertionError("the pages have no end")


class ProviderContract:
    """What use cases rely on."""

    def test_the_account_is_not_secret_and_always_the_same(self, bench: ProviderBench) -> None:
        assert bench.provider.name
        assert bench.provider.account
        assert bench.provider.account == bench.provider.probe().account

    def test_the_abilities_allow_the_price(self, bench: ProviderBench) -> None:
        abilities = bench.provider.abilities
        assert not abilities.currencies or bench.price.currency in abilities.currencies
        least, most = abilities.limits.get(bench.price.currency, (1, bench.price.amount_minor))
        assert least <= bench.price.amount_minor <= most

    def test_a_payment_has_a_link(self, bench: ProviderBench) -> None:
        begun = bench.provider.begin(bench.order())
        assert begun.link.startswith(("https://", "http://", "tg://"))
        assert begun.payment_id or not bench.provider.abilities.looks

    def test_the_same_order_leads_to_the_same_payment(self, bench: ProviderBench) -> None:
        if not bench.provider.abilities.idempotent:
            pytest.skip("each call makes a payment")
        order = bench.order()
        assert bench.provider.begin(order) == bench.provider.begin(order)

    def test_another_order_leads_to_another_payment(self, bench: ProviderBench) -> None:
        first, second = bench.provider.begin(bench.order()), bench.provider.begin(bench.order())
        assert first.link != second.link

    def test_a_payment_that_waits_is_reported_with_our_marks_and_the_exact_price(self, bench: ProviderBench) -> None:
        self._needs_looks(bench)
        order = bench.order()
        report = bench.provider.look(bench.provider.begin(order).payment_id)
        assert report.state is ReportedState.PENDING
        assert (report.order, report.person, report.money) == (order.id, order.person, order.price)
        assert (report.provider, report.account) == (bench.provider.name, bench.provider.account)
        assert report.method is None

    def test_a_paid_payment_is_reported_as_paid(self, bench: ProviderBench) -> None:
        self._needs_looks(bench)
        order, report = bench.paid()
        assert report.state is ReportedState.SUCCEEDED
        assert (report.order, report.money) == (order.id, order.price)
        assert report.paid_at is not None
        assert report.paid_at.tzinfo is not None

    def test_an_unknown_payment_is_said_to_be_unknown(self, bench: ProviderBench) -> None:
        self._needs_looks(bench)
        with pytest.raises(UnknownPayment):
            bench.provider.look(bench.unknown_id)

    def test_the_payments_of_an_order_are_found_by_our_mark(self, bench: ProviderBench) -> None:
        self._needs_looks(bench)
        order, other = bench.order(), bench.order()
        begun = bench.provider.begin(order)
        bench.provider.begin(other)
        assert [found.payment_id for found in bench.provider.find(order)] == [begun.payment_id]
        assert bench.provider.find(bench.order()) == []

    def test_only_a_provider_that_can_cancel_says_that_it_did(self, bench: ProviderBench) -> None:
        self._needs_looks(bench)
        begun = bench.provider.begin(bench.order())
        assert bench.provider.cancel(begun.payment_id) is bench.provider.abilities.cancels

    def test_a_paid_payment_is_not_cancelled(self, bench: ProviderBench) -> None:
        self._needs_looks(bench)
        _, report = bench.paid()
        assert bench.provider.cancel(report.payment_id) is False

    def test_a_whole_payment_is_sent_back_once(self, bench: ProviderBench) -> None:
        if bench.provider.abilities.refunds is Refunds.NONE:
            pytest.skip("an operator sends money back by hand")
        order, paid = bench.paid()
        refund = sample_refund(order, paid)
        first = bench.provider.refund(refund, order, kept(paid))
        assert (first.payment_id, first.money) == (paid.payment_id, paid.money)
        assert first.state is not ReportedState.CANCELED
        if bench.provider.abilities.idempotent:
            assert bench.provider.refund(refund, order, kept(paid)).refund_id == first.refund_id
        found = bench.provider.find_refunds(paid.payment_id)
        assert [report.refund_id for report in found] == [first.refund_id]

    def test_parts_are_sent_back_as_long_as_something_is_left(self, bench: ProviderBench) -> None:
        if bench.provider.abilities.refunds is not Refunds.PART:
            pytest.skip("only whole payments are sent back")
        order, paid = bench.paid()
        part = replace(paid.money, amount_minor=10_001)
        first = bench.provider.refund(sample_refund(order, paid, part), order, kept(paid))
        rest = paid.money.minus(part)
        second = bench.provider.refund(sample_refund(order, paid, rest, number=2), order, kept(paid))
        assert (first.money, second.money) == (part, rest)
        assert bench.provider.look(paid.payment_id).refunded == paid.money
        with pytest.raises(ProviderRejected):
            bench.provider.refund(sample_refund(order, paid, part, number=3), order, kept(paid))

    def test_a_refund_that_cannot_be_made_is_rejected(self, bench: ProviderBench) -> None:
        if bench.provider.abilities.refunds is Refunds.NONE:
            order = bench.order()
            report = PaymentReport(bench.provider.name, "", "1", ReportedState.SUCCEEDED, bench.price)
            with pytest.raises(ProviderRejected):
                bench.provider.refund(sample_refund(order, report), order, kept(report))

    def test_an_unknown_refund_is_said_to_be_unknown(self, bench: ProviderBench) -> None:
        if bench.provider.abilities.refunds is Refunds.NONE:
            pytest.skip("it makes no refunds")
        with pytest.raises(UnknownPayment):
            bench.provider.look_refund(bench.unknown_id)

    def test_the_pages_hold_every_payment_and_refund_once_and_end(self, bench: ProviderBench) -> None:
        self._needs_looks(bench)
        paid = [bench.paid() for _ in range(3)]
        expected = {report.payment_id for _, report in paid}
        if bench.provider.abilities.refunds is not Refunds.NONE:
            order, report = paid[0]
            expected.add(bench.provider.refund(sample_refund(order, report), order, kept(report)).refund_id)
        listed = [
            report.refund_id if isinstance(report, RefundReport) else report.payment_id
            for report in bench.all_since()
        ]
        assert expected <= set(listed)
        assert len(listed) == len(set(listed))

    @pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
    def test_a_malformed_notification_is_no_error(self, bench: ProviderBench, body: bytes) -> None:
        hint = bench.provider.hint(NotificationRequest(body, {"content-type": "application/json"}, "192.0.2.1"))
        assert isinstance(hint, Forged | NoHint)
        assert not isinstance(hint, RefundHint)

    def test_a_saved_method_is_charged_without_its_owner(self, bench: ProviderBench) -> None:
        if bench.saved is None:
            assert not bench.provider.abilities.saves_methods
            pytest.skip("it saves no methods")
        method_id = bench.saved()
        order = replace(bench.order(), kind=OrderKind.RENEWAL)
        report = bench.provider.charge(order, method_id)
        assert report.state in {ReportedState.SUCCEEDED, ReportedState.PENDING}
        assert (report.order, report.money) == (order.id, order.price)
        assert bench.provider.charge(order, method_id).payment_id == report.payment_id, (
            "the same order is charged once"
        )

    def test_renewals_that_are_off_can_be_stopped_again(self, bench: ProviderBench) -> None:
        if bench.provider.abilities.renews_itself:
            pytest.skip("its own tests know a subscription to stop")
        for _ in range(2):
            bench.provider.stop_renewal(42, bench.unknown_id)

    def test_refused_credentials_are_a_matter_of_the_operator(self, bench: ProviderBench) -> None:
        if bench.refused is None:
            pytest.skip("its fake knows no wrong credentials")
        refused, order = bench.refused, bench.order()
        with pytest.raises(WrongAccount):
            refused.begin(order)
        with pytest.raises(WrongAccount):
            refused.probe()
        if bench.provider.abilities.looks:
            with pytest.raises(WrongAccount):
                refused.look(bench.unknown_id)

    @staticmethod
    def _needs_looks(bench: ProviderBench) -> None:
        if not bench.provider.abilities.looks:
            pytest.skip("its payments cannot be looked at")
