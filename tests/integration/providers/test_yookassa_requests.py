"""What is sent to YooKassa: exact amounts, our marks, receipts, and the same bytes for the same order."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from local.yookassa.faults import FaultKind
from tests.fakes.clock import START
from tests.fakes.provider_contract import kept, sample_refund
from tests.integration.providers.yookassa_bench import RECEIPTS, ConnectedShop
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, WrongAccount
from vpnbot.domain.payments.receipts import ReceiptSettings
from vpnbot.providers.yookassa.errors import NO_CONTACT
from vpnbot.providers.yookassa.requests import LONGEST_DESCRIPTION


def sent(shop: ConnectedShop, path: str = "payments") -> dict[str, Any]:
    """Return the last body that was sent."""
    body: dict[str, Any] = json.loads(shop.bodies(path)[-1])
    return body


class TestPayment:
    """A payment on YooKassa's page."""

    def test_it_has_the_price_our_marks_and_the_way_back(self, shop: ConnectedShop) -> None:
        order = shop.order()
        begun = shop.provider.begin(order)
        assert sent(shop) == {
            "amount": {"value": "299.00", "currency": "RUB"},
            "capture": True,
            "confirmation": {"type": "redirect", "return_url": order.return_to},
            "description": f"VPN Standard: 1 month · order {order.id[-6:]}",
            "merchant_customer_id": order.person,
            "metadata": {"person": order.person, "order": order.id, "kind": "purchase", "shop": "shop-1"},
        }
        assert begun.valid_until == START + timedelta(hours=1)

    def test_the_key_is_that_of_the_order(self, shop: ConnectedShop) -> None:
        order = replace(shop.order(), attempt=3)
        shop.provider.begin(order)
        (call,) = shop.fake.api.calls
        assert call.key == f"{order.id}-3"
        assert len(call.key) <= 64

    @pytest.mark.parametrize(
        ("language", "days", "expected"),
        [
            ("en", 1, "VPN Standard: 1 day · order "),
            ("ru", 1, "VPN Стандарт: 1 день · заказ "),
            ("ru", 3, "VPN Стандарт: 3 дня · заказ "),
            ("ru", 30, "VPN Стандарт: 1 месяц · заказ "),
            ("de", 365, "VPN Standard: 1 year · order "),
        ],
    )
    def test_its_description_is_in_the_language_of_the_order(
        self, shop: ConnectedShop, language: str, days: int, expected: str
    ) -> None:
        order = shop.order()
        order = replace(order, language=language, offer=replace(order.offer, duration=timedelta(days=days)))
        shop.provider.begin(order)
        assert sent(shop)["description"] == expected + order.id[-6:]

    def test_a_long_title_is_cut(self, shop: ConnectedShop) -> None:
        order = shop.order()
        plan = replace(order.offer.plan, titles={"en": "x" * 300})
        shop.provider.begin(replace(order, offer=replace(order.offer, plan=plan)))
        assert len(sent(shop)["description"]) == LONGEST_DESCRIPTION

    def test_a_method_is_saved_only_if_the_buyer_agreed(self, shop: ConnectedShop) -> None:
        shop.provider.begin(shop.order())
        assert "save_payment_method" not in sent(shop)
        shop.provider.begin(replace(shop.order(), renewal_agreed=True))
        assert sent(shop)["save_payment_method"] is True

    def test_a_charge_has_the_method_and_no_page(self, shop: ConnectedShop) -> None:
        method_id = shop.saved_method()
        shop.provider.charge(shop.order(), method_id)
        assert sent(shop)["payment_method_id"] == method_id
        assert not {"confirmation", "save_payment_method"} & sent(shop).keys()

    @pytest.mark.parametrize("minor", [100, 101, 199, 29_990, 33_333, 34_999_999, 35_000_000])
    def test_amounts_are_exact_there_and_back(self, shop: ConnectedShop, minor: int) -> None:
        order = shop.order(Money(minor, "RUB"))
        shop.provider.begin(order)
        assert sent(shop)["amount"]["value"] == f"{minor // 100}.{minor % 100:02d}"
        (found,) = shop.provider.find(order)
        assert found.money == Money(minor, "RUB")


class TestRepetition:
    """The same order never makes a second payment."""

    def test_the_same_order_is_sent_byte_for_byte(self, shop: ConnectedShop) -> None:
        order = replace(shop.order(), contact="buyer@example.com", renewal_agreed=True)
        for _ in range(3):
            shop.adapter(RECEIPTS).begin(order)
        assert len(set(shop.bodies("payments"))) == 1
        assert len(shop.fake.shop.payments) == 1

    def test_a_refund_is_sent_byte_for_byte(self, shop: ConnectedShop) -> None:
        order, paid = shop.paid()
        refund = sample_refund(order, paid, Money(10_000, "RUB"))
        for _ in range(2):
            shop.adapter(RECEIPTS).refund(refund, order, kept(paid))
        assert len(set(shop.bodies("refunds"))) == 1
        assert len(shop.fake.shop.refunds) == 1

    def test_words_that_have_changed_since_lead_to_the_payment_that_was_made(self, shop: ConnectedShop) -> None:
        order = shop.order()
        first = shop.provider.begin(order)
        assert shop.adapter(RECEIPTS).begin(order) == first
        assert len(set(shop.bodies("payments"))) == 2, "receipts were switched on, so the second body differs"
        assert len(shop.fake.shop.payments) == 1

    def test_words_that_have_changed_since_lead_to_the_charge_that_was_made(self, shop: ConnectedShop) -> None:
        method_id, order = shop.saved_method(), shop.order()
        first = shop.provider.charge(order, method_id)
        assert shop.adapter(RECEIPTS).charge(order, method_id) == first

    def test_words_that_have_changed_since_lead_to_the_refund_that_was_made(self, shop: ConnectedShop) -> None:
        order, paid = shop.paid()
        refund = sample_refund(order, paid, Money(10_000, "RUB"))
        first = shop.provider.refund(refund, order, kept(paid))
        assert shop.provider.refund(refund, replace(order, language="ru"), kept(paid)) == first
        assert len(shop.fake.shop.refunds) == 1

    def test_a_used_key_without_its_payment_leaves_the_outcome_unknown(self, shop: ConnectedShop) -> None:
        order = shop.order()
        shop.provider.begin(order)
        shop.fake.shop.payments.clear()
        with pytest.raises(ProviderUnavailable) as failure:
            shop.adapter(RECEIPTS).begin(order)
        assert failure.value.unknown

    def test_a_key_is_never_repeated_after_23_hours(self, shop: ConnectedShop) -> None:
        method_id = shop.saved_method()
        order, paid = shop.paid()
        refund = replace(sample_refund(order, paid), sent_at=START)
        old = replace(shop.order(), sent_at=START)
        before = len(shop.fake.api.calls)
        shop.clock.advance(timedelta(hours=23, seconds=1))
        for repeat in (
            lambda: shop.provider.begin(old),
            lambda: shop.provider.charge(old, method_id),
            lambda: shop.provider.refund(refund, order, kept(paid)),
        ):
            with pytest.raises(ProviderUnavailable) as failure:
                repeat()
            assert failure.value.unknown
        assert len(shop.fake.api.calls) == before

    def test_a_canceled_payment_has_no_link_any_more(self, shop: ConnectedShop) -> None:
        order = shop.order()
        shop.provider.begin(order)
        shop.clock.advance(timedelta(hours=1))
        with pytest.raises(ProviderRejected) as failure:
            shop.provider.begin(order)
        assert failure.value.reason == "expired_on_confirmation"

    def test_a_payment_that_was_paid_already_leads_back_to_the_chat(self, shop: ConnectedShop) -> None:
        order, paid = shop.paid()
        begun = shop.provider.begin(order)
        assert (begun.payment_id, begun.link) == (paid.payment_id, order.return_to)

    @pytest.mark.parametrize("kind", [FaultKind.OTHER_AMOUNT, FaultKind.OTHER_CURRENCY])
    def test_the_link_of_another_payment_is_not_shown(self, shop: ConnectedShop, kind: FaultKind) -> None:
        shop.fault(kind, on="POST payments")
        with pytest.raises(ProviderUnavailable) as failure:
            shop.provider.begin(shop.order())
        assert failure.value.unknown

    def test_an_order_of_another_account_is_not_sent(self, shop: ConnectedShop) -> None:
        order = replace(shop.order(), account="777")
        with pytest.raises(WrongAccount):
            shop.provider.begin(order)
        with pytest.raises(WrongAccount):
            shop.provider.charge(order, "method")
        assert shop.fake.api.calls == []


class TestReceipts:
    """Fiscal receipts (54-FZ)."""

    def test_a_payment_has_one_item_for_all_of_its_amount(self, shop: ConnectedShop) -> None:
        shop.fake.shop.fiscal = True
        shop.adapter(ReceiptSettings(enabled=True, vat_code=11)).begin(shop.order())
        receipt = sent(shop)["receipt"]
        assert receipt["customer"] == {"email": "buyer@example.com"}
        (item,) = receipt["items"]
        assert item == {
            "amount": {"value": "299.00", "currency": "RUB"},
            "description": sent(shop)["description"],
            "payment_mode": "full_payment",
            "payment_subject": "service",
            "quantity": "1.00",
            "vat_code": 11,
        }

    def test_a_phone_number_is_sent_as_one(self, shop: ConnectedShop) -> None:
        shop.fake.shop.email_only = False
        shop.adapter(RECEIPTS).begin(replace(shop.order(), contact="+79991234567"))
        assert sent(shop)["receipt"]["customer"] == {"phone": "79991234567"}

    @pytest.mark.parametrize("contact", [None, "", "nobody", "a@", "a b@example.com"])
    def test_without_an_address_nothing_is_sent(self, shop: ConnectedShop, contact: str | None) -> None:
        with pytest.raises(ProviderRejected) as failure:
            shop.adapter(RECEIPTS).begin(replace(shop.order(), contact=contact))
        assert failure.value.reason == NO_CONTACT
        assert shop.fake.api.calls == []

    def test_without_receipts_no_address_leaves_us(self, shop: ConnectedShop) -> None:
        shop.provider.begin(shop.order())
        assert b"buyer@example.com" not in shop.bodies("payments")[0]

    def test_the_refund_of_a_part_has_its_own_receipt(self, shop: ConnectedShop) -> None:
        order, paid = self._paid_with_receipt(shop)
        shop.adapter(RECEIPTS).refund(sample_refund(order, paid, Money(10_001, "RUB")), order, kept(paid))
        (item,) = sent(shop, "refunds")["receipt"]["items"]
        assert item["amount"]["value"] == "100.01"

    def test_the_refund_of_everything_has_none(self, shop: ConnectedShop) -> None:
        order, paid = self._paid_with_receipt(shop)
        shop.adapter(RECEIPTS).refund(sample_refund(order, paid), order, kept(paid))
        assert "receipt" not in sent(shop, "refunds")
        assert len(sent(shop, "refunds")["description"]) <= 250

    def test_its_numbers_are_read_once_it_is_registered(self, shop: ConnectedShop) -> None:
        order, paid = self._paid_with_receipt(shop)
        assert paid.receipt == "pending"
        assert shop.provider.receipt(paid.payment_id).state == "pending"
        shop.clock.advance(timedelta(minutes=2))
        report = shop.provider.receipt(paid.payment_id)
        assert (report.state, report.fiscal_document_number) == ("succeeded", "3986")
        assert report.fiscal_storage_number
        assert report.fiscal_attribute
        assert shop.provider.look(paid.payment_id).receipt == "succeeded"
        refunded = shop.adapter(RECEIPTS).refund(sample_refund(order, paid), order, kept(paid))
        assert shop.provider.receipt(paid.payment_id, refunded.refund_id).state == "pending"

    def test_a_payment_without_a_receipt_has_an_empty_report(self, shop: ConnectedShop) -> None:
        _, paid = shop.paid()
        assert shop.provider.receipt(paid.payment_id).state == ""

    def _paid_with_receipt(self, shop: ConnectedShop) -> tuple[Order, Any]:
        shop.fake.shop.fiscal = True
        order = shop.order()
        begun = shop.adapter(RECEIPTS).begin(order)
        shop.pay(begun.payment_id)
        return order, shop.provider.look(begun.payment_id)


class TestLists:
    """Pages of a list, at most five a second."""

    def test_long_lists_are_read_page_by_page_without_haste(self, shop: ConnectedShop) -> None:
        orders = [shop.order() for _ in range(105)]
        for order in orders:
            shop.provider.begin(order)
            shop.clock.advance(timedelta(seconds=1))
        shop.pace.pauses.clear()
        (found,) = shop.provider.find(orders[0])
        assert found.order == orders[0].id
        assert shop.pace.pauses == [timedelta(milliseconds=200)]
        listed = list(shop.bench().all_since())
        assert len(listed) == 105
        assert len(shop.pace.pauses) >= 3

    def test_only_payments_since_a_time_are_listed_the_oldest_of_a_page_first(self, shop: ConnectedShop) -> None:
        for _ in range(3):
            shop.provider.begin(shop.order())
            shop.clock.advance(timedelta(hours=1))
        page = shop.provider.since(START + timedelta(minutes=1))
        times = [report.made_at for report in page.payments]
        assert times == [START + timedelta(hours=1), START + timedelta(hours=2)]

    def test_refunds_of_one_payment_are_found(self, shop: ConnectedShop) -> None:
        first, second = shop.paid(), shop.paid()
        for order, paid in (first, second):
            shop.provider.refund(sample_refund(order, paid), order, kept(paid))
        (found,) = shop.provider.find_refunds(first[1].payment_id)
        assert found.payment_id == first[1].payment_id

    def test_a_strangers_payment_that_cannot_be_read_is_left_out(self, shop: ConnectedShop) -> None:
        order = shop.order()
        ours, foreign = shop.provider.begin(order), shop.provider.begin(shop.order())
        stranger = shop.fake.shop.payments[foreign.payment_id]
        stranger.asked["metadata"], stranger.state = {}, "invented"
        assert [report.payment_id for report in shop.provider.since(START).payments] == [ours.payment_id]

    def test_one_of_ours_that_cannot_be_read_is_named_and_the_others_are_read(self, shop: ConnectedShop) -> None:
        begun, other = shop.provider.begin(shop.order()), shop.provider.begin(shop.order())
        shop.fake.shop.payments[begun.payment_id].state = "invented"
        page = shop.provider.since(START)
        assert [report.payment_id for report in page.payments] == [other.payment_id]
        assert len(page.unreadable) == 1


def test_the_shop_is_probed(shop: ConnectedShop) -> None:
    verdict = shop.provider.probe()
    assert (verdict.account, verdict.test, verdict.fiscal, verdict.enabled) == ("100500", True, False, True)
    shop.fake.shop.test, shop.fake.shop.fiscal = False, True
    verdict = shop.provider.probe()
    assert (verdict.test, verdict.fiscal) == (False, True)
