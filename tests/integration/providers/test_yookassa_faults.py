"""Everything that can go wrong with payments, refunds and receipts at YooKassa, and what the adapter reports then."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from local.yookassa.cards import CARDS, Card
from local.yookassa.faults import FaultKind
from tests.fakes.provider_contract import kept, sample_refund
from tests.integration.providers.yookassa_bench import PRICE, RECEIPTS, ConnectedShop
from vpnbot.domain.money import Money
from vpnbot.domain.orders.provider_errors import ProviderRejected
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.domain.payments.declines import REMEDIES, Remedy, remedy_of
from vpnbot.usecases.ports.payments import RefundHint

REFUND_REASONS = (
    "insufficient_funds",
    "rejected_by_payee",
    "rejected_by_timeout",
    "yoo_money_account_closed",
    "payment_expired",
    "general_decline",
)
DECLINED = [card for card in CARDS.values() if card.reason]
PAID = [card for card in CARDS.values() if not card.reason]
CHARGE_REASONS = (
    "permission_revoked",
    "insufficient_funds",
    "card_expired",
    "payment_method_restricted",
    "general_decline",
)


class TestPayments:
    """Faults of payments, on the page and with saved methods."""

    @pytest.mark.parametrize("card", DECLINED, ids=lambda card: card.last4)
    def test_each_card_that_is_declined_says_why(self, shop: ConnectedShop, card: Card) -> None:
        begun = shop.provider.begin(shop.order())
        shop.pay(begun.payment_id, card.number)
        report = shop.provider.look(begun.payment_id)
        assert (report.state, report.reason) == (ReportedState.CANCELED, card.reason)
        assert report.reason in REMEDIES
        assert report.method is None

    @pytest.mark.parametrize("card", PAID, ids=lambda card: card.last4)
    def test_each_card_that_is_paid_has_its_title(self, shop: ConnectedShop, card: Card) -> None:
        begun = shop.provider.begin(shop.order())
        shop.pay(begun.payment_id, card.number)
        report = shop.provider.look(begun.payment_id)
        assert report.state is ReportedState.SUCCEEDED
        assert report.method_title == f"{card.kind} •• {card.last4}"
        assert report.method is None, "the buyer did not agree to renewal"

    @pytest.mark.parametrize(("way", "title"), [("yoo_money", "YooMoney"), ("sbp", "SBP")])
    def test_other_ways_have_the_name_of_their_brand(self, shop: ConnectedShop, way: str, title: str) -> None:
        shop.fake.shop.test = False
        begun = shop.provider.begin(shop.order())
        shop.fake.shop.pay_by_method(begun.payment_id, way)
        report = shop.provider.look(begun.payment_id)
        assert (report.method_title, report.test) == (title, False)

    def test_an_hour_without_payment_ends_it(self, shop: ConnectedShop) -> None:
        begun = shop.provider.begin(shop.order())
        shop.clock.advance(timedelta(hours=1))
        report = shop.provider.look(begun.payment_id)
        assert (report.state, report.reason) == (ReportedState.CANCELED, "expired_on_confirmation")

    def test_a_link_is_paid_after_25_hours(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.NEVER_EXPIRES)
        begun = shop.provider.begin(shop.order())
        shop.clock.advance(timedelta(hours=25))
        assert shop.provider.look(begun.payment_id).state is ReportedState.PENDING
        shop.pay(begun.payment_id)
        report = shop.provider.look(begun.payment_id)
        assert (report.state, report.paid_at) == (ReportedState.SUCCEEDED, shop.clock())

    def test_one_link_is_paid_twice(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.PAID_TWICE)
        order, first = shop.paid()
        found = shop.provider.find(order)
        assert [report.state for report in found] == [ReportedState.SUCCEEDED] * 2
        assert {report.order for report in found} == {order.id}
        assert len({report.payment_id for report in found}) == 2
        assert first.payment_id in {report.payment_id for report in found}
        assert len(shop.receiver.received) == 2

    def test_the_page_says_paid_and_yookassa_says_canceled(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.PAGE_LIES)
        begun = shop.provider.begin(shop.order())
        assert shop.pay(begun.payment_id).state == "succeeded", "so the page says"
        assert shop.provider.look(begun.payment_id).state is ReportedState.CANCELED

    def test_a_method_is_saved_with_the_payment_that_asks_for_it(self, shop: ConnectedShop) -> None:
        _, report = shop.paid(replace(shop.order(), renewal_agreed=True))
        assert report.method is not None
        assert report.method.title == "MasterCard •• 4444"

    @pytest.mark.parametrize("reason", CHARGE_REASONS)
    def test_a_charge_that_is_declined_is_a_report_with_its_reason(self, shop: ConnectedShop, reason: str) -> None:
        method_id = shop.saved_method()
        shop.fault(FaultKind.DECLINED, reason=reason)
        report = shop.provider.charge(shop.order(), method_id)
        assert (report.state, report.reason) == (ReportedState.CANCELED, reason)

    def test_a_saved_method_that_is_gone_needs_another_one(self, shop: ConnectedShop) -> None:
        method_id = shop.saved_method()
        shop.fake.shop.forget_method(method_id)
        with pytest.raises(ProviderRejected) as failure:
            shop.provider.charge(shop.order(), method_id)
        assert remedy_of(failure.value.reason) is Remedy.METHOD

    def test_a_charge_takes_an_hour(self, shop: ConnectedShop) -> None:
        method_id, order = shop.saved_method(), shop.order()
        shop.fault(FaultKind.CHARGE_TAKES, after=timedelta(hours=1))
        report = shop.provider.charge(order, method_id)
        assert report.state is ReportedState.PENDING
        shop.clock.advance(timedelta(minutes=59))
        assert shop.provider.look(report.payment_id).state is ReportedState.PENDING
        shop.clock.advance(timedelta(minutes=1))
        assert shop.provider.look(report.payment_id).state is ReportedState.SUCCEEDED


class TestRefundsAndReceipts:
    """Faults of refunds and receipts: YooKassa notifies of none of them."""

    @pytest.mark.parametrize("part", [None, Money(10_000, "RUB")], ids=["whole", "part"])
    @pytest.mark.parametrize("told", [True, False])
    def test_money_is_sent_back_in_the_cabinet(self, shop: ConnectedShop, part: Money | None, told: bool) -> None:
        _, paid = shop.paid()
        shop.receiver.received.clear()
        made = shop.fake.shop.refund_in_cabinet(paid.payment_id, part, told=told)
        shop.settle()
        hints = [shop.provider.hint(request) for request in shop.receiver.received]
        assert hints == ([RefundHint(made.id, paid.payment_id)] if told else [])
        assert shop.provider.look(paid.payment_id).refunded == (part or PRICE)
        (found,) = shop.provider.find_refunds(paid.payment_id)
        assert (found.refund_id, found.money) == (made.id, part or PRICE)
        assert found in list(shop.bench().all_since())

    @pytest.mark.parametrize("reason", REFUND_REASONS)
    def test_a_refund_is_pending_for_two_days_and_then_canceled(self, shop: ConnectedShop, reason: str) -> None:
        order, paid = shop.paid()
        shop.receiver.received.clear()
        shop.fault(FaultKind.REFUND_TAKES, after=timedelta(days=2), reason=reason)
        report = shop.provider.refund(sample_refund(order, paid), order, kept(paid))
        assert report.state is ReportedState.PENDING
        shop.clock.advance(timedelta(days=2))
        shop.settle()
        report = shop.provider.look_refund(report.refund_id)
        assert (report.state, report.reason) == (ReportedState.CANCELED, reason)
        assert shop.receiver.received == []
        again = replace(sample_refund(order, paid), attempt=2)
        assert shop.provider.refund(again, order, kept(paid)).state is ReportedState.SUCCEEDED

    def test_a_receipt_is_refused(self, shop: ConnectedShop) -> None:
        assert self._receipt_after(shop, FaultKind.RECEIPT_CANCELED, timedelta(days=1)) == "canceled"

    def test_a_receipt_is_pending_for_four_days(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.RECEIPT_TAKES, after=timedelta(days=4))
        assert self._receipt_after(shop, None, timedelta(days=3, hours=23)) == "pending"

    def _receipt_after(self, shop: ConnectedShop, kind: FaultKind | None, time: timedelta) -> str:
        shop.fake.shop.fiscal = True
        if kind:
            shop.fault(kind)
        begun = shop.adapter(RECEIPTS).begin(shop.order())
        shop.pay(begun.payment_id)
        shop.clock.advance(time)
        report = shop.provider.look(begun.payment_id)
        assert shop.provider.receipt(begun.payment_id).state == report.receipt
        return report.receipt


def test_every_fault_is_used_here() -> None:
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("test_yookassa_*.py"))
    assert [kind.name for kind in FaultKind if f"FaultKind.{kind.name}" not in text] == []
