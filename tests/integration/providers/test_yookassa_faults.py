"""Everything that can go wrong with YooKassa, ordered at the fake, and what the adapter reports then."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local.yookassa.cards import CARDS, Card
from local.yookassa.faults import FaultKind
from local.yookassa.forgeries import Forgery
from tests.fakes.provider_contract import PERSON, kept, sample_refund
from tests.integration.providers.yookassa_bench import PRICE, RECEIPTS, ConnectedShop
from vpnbot.domain.money import Money
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, UnknownPayment, WrongAccount
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.domain.payments.declines import REMEDIES, Remedy, remedy_of
from vpnbot.providers.yookassa import client as client_module
from vpnbot.usecases.ports.payments import Forged, NoHint, PaymentHint, RefundHint

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


class TestAnswers:
    """Faults of the API's answers."""

    @pytest.mark.parametrize("kind", [FaultKind.ERROR_AFTER_ACTING, FaultKind.GARBAGE])
    def test_acted_and_failed_then_the_repetition_finds_the_same_payment(
        self, shop: ConnectedShop, kind: FaultKind
    ) -> None:
        shop.fault(kind, on="POST payments")
        order = shop.order()
        with pytest.raises(ProviderUnavailable) as failure:
            shop.provider.begin(order)
        assert failure.value.unknown
        (found,) = shop.provider.find(order)
        assert shop.provider.begin(order).payment_id == found.payment_id
        assert len(shop.fake.shop.payments) == 1

    def test_failed_and_undone_then_the_repetition_makes_the_payment(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.ERROR_UNDONE, on="POST payments")
        order = shop.order()
        with pytest.raises(ProviderUnavailable) as failure:
            shop.provider.begin(order)
        assert failure.value.unknown
        assert shop.provider.find(order) == []
        assert shop.provider.begin(order).link
        assert len(shop.fake.shop.payments) == 1

    def test_an_answer_that_is_lost_once_is_asked_for_again(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.LOST_ANSWER, on="POST payments")
        begun = shop.provider.begin(shop.order())
        assert list(shop.fake.shop.payments) == [begun.payment_id]
        assert [call.status for call in shop.fake.api.calls] == [0, 200]

    def test_an_answer_that_is_lost_twice_leaves_the_outcome_unknown(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.LOST_ANSWER, times=2, on="POST payments")
        order = shop.order()
        with pytest.raises(ProviderUnavailable) as failure:
            shop.provider.begin(order)
        assert failure.value.unknown
        assert len(shop.provider.find(order)) == 1

    @pytest.mark.parametrize("kind", [FaultKind.LOST_ANSWER, FaultKind.ERROR_AFTER_ACTING])
    def test_a_refund_whose_answer_is_lost_is_made_once(self, shop: ConnectedShop, kind: FaultKind) -> None:
        order, paid = shop.paid()
        refund = sample_refund(order, paid, Money(10_000, "RUB"))
        for _ in range(2):
            shop.fault(kind, times=2, on="POST refunds")  # a lost answer is asked for a second time at once
            with pytest.raises(ProviderUnavailable):
                shop.provider.refund(refund, order, kept(paid))
            shop.fake.faults.clear()
        assert shop.provider.refund(refund, order, kept(paid)).state is ReportedState.SUCCEEDED
        assert len(shop.provider.find_refunds(paid.payment_id)) == 1

    def test_no_answer_for_half_a_minute(self, shop: ConnectedShop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(client_module, "REQUEST_SECONDS", 0.2)
        shop.fault(FaultKind.NO_ANSWER, on="POST payments", seconds=30.0)
        order = shop.order()
        with pytest.raises(ProviderUnavailable) as failure:
            shop.provider.begin(order)
        assert failure.value.unknown
        monkeypatch.undo()
        assert len(shop.provider.find(order)) == 1

    def test_credentials_that_are_refused(self, shop: ConnectedShop) -> None:
        begun = shop.provider.begin(shop.order())
        shop.fault(FaultKind.UNAUTHORIZED, times=2)
        with pytest.raises(WrongAccount):
            shop.provider.look(begun.payment_id)
        with pytest.raises(WrongAccount):
            shop.provider.begin(shop.order())

    def test_saving_that_is_forbidden_once(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.SAVING_FORBIDDEN)
        with pytest.raises(ProviderRejected) as failure:
            shop.provider.begin(replace(shop.order(), renewal_agreed=True))
        assert failure.value.reason == "saving_forbidden"
        assert shop.fake.shop.payments == {}

    def test_throttled_twice(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.THROTTLED, times=2)
        order = shop.order()
        for _ in range(2):
            with pytest.raises(ProviderUnavailable) as failure:
                shop.provider.begin(order)
            assert not failure.value.unknown
        assert shop.provider.begin(order).link

    @pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.GARBAGE, FaultKind.UNKNOWN_STATUS])
    def test_a_look_at_garbage_says_nothing_about_the_payment(self, shop: ConnectedShop, kind: FaultKind) -> None:
        _, paid = shop.paid()
        shop.fault(kind, on="GET payments")
        with pytest.raises(ProviderUnavailable):
            shop.provider.look(paid.payment_id)
        assert shop.provider.look(paid.payment_id) == paid

    def test_a_look_that_lags_shows_the_payment_pending_once_more(self, shop: ConnectedShop) -> None:
        _, paid = shop.paid()
        shop.fault(FaultKind.LAGS, on="GET payments")
        lagging = shop.provider.look(paid.payment_id)
        assert (lagging.state, lagging.method, lagging.paid_at) == (ReportedState.PENDING, None, None)
        assert shop.provider.look(paid.payment_id) == paid

    def test_an_amount_that_differs_by_a_kopeck_is_reported_exactly(self, shop: ConnectedShop) -> None:
        _, paid = shop.paid()
        shop.fault(FaultKind.OTHER_AMOUNT, on="GET payments")
        assert shop.provider.look(paid.payment_id).money == Money(PRICE.amount_minor + 1, "RUB")

    def test_another_currency_is_reported_as_such(self, shop: ConnectedShop) -> None:
        _, paid = shop.paid()
        shop.fault(FaultKind.OTHER_CURRENCY, on="GET payments")
        assert shop.provider.look(paid.payment_id).money == Money(PRICE.amount_minor, "USD")

    def test_a_key_that_is_repeated_after_24_hours_makes_a_second_payment(self, shop: ConnectedShop) -> None:
        """So the adapter refuses old keys; here the order does not know when its key was first sent."""
        order = shop.order()
        first = shop.provider.begin(order)
        shop.clock.advance(timedelta(hours=24))
        assert shop.provider.begin(order).payment_id != first.payment_id
        found = shop.provider.find(replace(order, sent_at=shop.clock()))
        assert len(found) == 2, "both are found by our mark"


class TestNotifications:
    """Faults of notifications: whatever comes, a hint only says what to look at."""

    def test_one_notification_for_a_payment_that_succeeded(self, shop: ConnectedShop) -> None:
        order, paid = shop.paid()
        assert self.hints(shop) == [PaymentHint(paid.payment_id, order.id, PERSON)]
        assert shop.fake.notifier.waiting == 0

    def test_it_is_lost(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.NOTIFICATION_LOST)
        _, paid = shop.paid()
        assert self.hints(shop) == []
        assert paid.state is ReportedState.SUCCEEDED, "a look sees it all the same"

    def test_it_comes_twice(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.NOTIFICATION_TWICE)
        _, paid = shop.paid()
        assert [self._id(hint) for hint in self.hints(shop)] == [paid.payment_id] * 2

    def test_it_comes_twice_at_the_same_time(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.NOTIFICATION_AT_ONCE)
        shop.receiver.together = asyncio.Barrier(2)  # neither is answered before both are there
        shop.paid()
        assert len(shop.receiver.received) == 2

    def test_it_is_repeated_until_it_is_answered_with_200(self, shop: ConnectedShop) -> None:
        shop.receiver.answers = [500, 403, 302]
        shop.paid()
        assert len(shop.receiver.received) == 1
        for _ in range(10):
            shop.clock.advance(timedelta(hours=1))
            shop.settle()
        assert [delivered.status for delivered in shop.fake.notifier.delivered] == [500, 403, 302, 200]

    def test_it_is_given_up_after_a_day(self, shop: ConnectedShop) -> None:
        shop.receiver.answers = [500] * 200
        shop.paid()
        for _ in range(30):
            shop.clock.advance(timedelta(hours=1))
            shop.settle()
        assert shop.fake.notifier.waiting == 0
        assert len(shop.receiver.received) > 20

    def test_it_comes_a_day_late(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.NOTIFICATION_LATE, after=timedelta(days=1))
        shop.paid()
        assert shop.receiver.received == []
        shop.clock.advance(timedelta(days=1))
        shop.settle()
        assert len(shop.receiver.received) == 1

    def test_canceled_is_said_after_succeeded(self, shop: ConnectedShop) -> None:
        shop.fault(FaultKind.CANCELED_AFTERWARDS)
        _, paid = shop.paid()
        assert [self._event(shop, number) for number in (0, 1)] == ["payment.succeeded", "payment.canceled"]
        assert shop.provider.look(paid.payment_id).state is ReportedState.SUCCEEDED

    def test_it_comes_before_our_request_has_its_answer(self, shop: ConnectedShop) -> None:
        method_id, order = shop.saved_method(), shop.order()
        shop.receiver.received.clear()
        shop.fault(FaultKind.NOTIFIED_FIRST, on="POST payments")
        answered = len(shop.fake.api.calls)
        shop.receiver.on_received = lambda: notified.append(len(shop.fake.api.calls))
        notified: list[int] = []
        report = shop.provider.charge(order, method_id)
        assert self.hints(shop) == [PaymentHint(report.payment_id, order.id, PERSON)]
        assert notified == [answered], "no call was answered in between"

    @pytest.mark.parametrize("forgery", Forgery)
    def test_a_forged_one_has_no_effect_but_a_look(self, shop: ConnectedShop, forgery: Forgery) -> None:
        order, other = shop.order(), shop.order()
        begun = shop.provider.begin(order)
        shop.running.run(shop.fake.forge(forgery, begun.payment_id, other.id))
        (hint,) = self.hints(shop)
        match forgery:
            case Forgery.HUGE | Forgery.NOT_JSON | Forgery.NO_OBJECT:
                assert isinstance(hint, Forged)
            case Forgery.UNKNOWN_EVENT:
                assert hint == NoHint()
            case Forgery.REFUND_WITHOUT_PAYMENT:
                assert isinstance(hint, RefundHint)
                with pytest.raises(UnknownPayment):
                    shop.provider.look_refund(hint.refund_id)
            case Forgery.UNKNOWN_PAYMENT:
                assert isinstance(hint, PaymentHint)
                with pytest.raises(UnknownPayment):
                    shop.provider.look(hint.payment_id)
            case _:
                assert isinstance(hint, PaymentHint)
                assert hint.is_foreign is (forgery is Forgery.FOREIGN_SOURCE)
                report = shop.provider.look(hint.payment_id)
                assert (report.state, report.order, report.money) == (ReportedState.PENDING, order.id, PRICE)
                assert (report.account, report.shop) == ("100500", "shop-1")

    def test_a_header_of_the_sender_does_not_make_its_address_ours(self, shop: ConnectedShop) -> None:
        begun = shop.provider.begin(shop.order())
        shop.running.run(shop.fake.forge(Forgery.FOREIGN_SOURCE, begun.payment_id))
        (request,) = shop.receiver.received
        assert request.headers["x-forwarded-for"] == "185.71.76.5"
        assert self.hints(shop)[0].is_foreign

    def hints(self, shop: ConnectedShop) -> list[Any]:
        """Return what the adapter reads in each notification that was received."""
        return [shop.provider.hint(request) for request in shop.receiver.received]

    def _id(self, hint: Any) -> str:
        assert isinstance(hint, PaymentHint)
        return hint.payment_id

    def _event(self, shop: ConnectedShop, number: int) -> str:
        return str(json.loads(shop.receiver.received[number].body)["event"])


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

    @pytest.mark.parametrize(
        "card", [card for card in CARDS.values() if not card.reason], ids=lambda card: card.last4
    )
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
