"""Answers of YooKassa's API that fail, are lost, late or wrong, and what the adapter reports then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from local.yookassa.faults import FaultKind
from tests.fakes.provider_contract import kept, sample_refund
from tests.integration.providers.yookassa_bench import PRICE, ConnectedShop
from vpnbot.domain.money import Money
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, WrongAccount
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.providers.yookassa import client as client_module


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
