"""Notifications of YooKassa that are lost, doubled, late or forged, and what the adapter reads in them."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from local.yookassa.faults import FaultKind
from local.yookassa.forgeries import Forgery
from tests.fakes.provider_contract import PERSON
from tests.integration.providers.yookassa_bench import PRICE, ConnectedShop
from vpnbot.domain.orders.provider_errors import UnknownPayment
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.usecases.ports.payments import Forged, NoHint, PaymentHint, RefundHint


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
