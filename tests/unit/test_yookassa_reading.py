"""YooKassa's objects are read strictly where money is at stake, and tolerantly everywhere else."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_yookassa_hints import json_values
from vpnbot.domain.money import Money
from vpnbot.domain.orders.reports import ReportedMethod, ReportedState
from vpnbot.domain.payments.declines import UNKNOWN_REASON
from vpnbot.providers.answers import Unreadable
from vpnbot.providers.yookassa.reading import (
    confirmation_link,
    payment_report,
    receipt_report,
    refund_report,
    verdict,
)

PAYMENT: dict[str, Any] = {
    "id": "23d93cac-000f-5000-8000-126628f15141",
    "status": "succeeded",
    "paid": True,
    "amount": {"value": "299.00", "currency": "RUB"},
    "income_amount": {"value": "288.53", "currency": "RUB"},
    "refunded_amount": {"value": "0.00", "currency": "RUB"},
    "captured_at": "2026-03-01T12:04:53.120Z",
    "created_at": "2026-03-01T12:00:00.000Z",
    "metadata": {"order": "01KJMMA2G10000000000000001", "person": "ab" * 16, "kind": "purchase", "shop": "s1"},
    "payment_method": {
        "type": "bank_card",
        "id": "method-1",
        "saved": True,
        "title": "Bank card *4477",
        "card": {"first6": "411111", "last4": "4477", "card_type": "Visa"},
    },
    "recipient": {"account_id": "100500", "gateway_id": "1"},
    "receipt_registration": "succeeded",
    "refundable": True,
    "test": False,
}
REFUND: dict[str, Any] = {
    "id": "216749f7-0016-50be-b000-078d43a63ae4",
    "payment_id": PAYMENT["id"],
    "status": "canceled",
    "amount": {"value": "1.05", "currency": "RUB"},
    "created_at": "2026-03-01T12:04:53+03:00",
    "cancellation_details": {"party": "yoo_money", "reason": "insufficient_funds"},
    "receipt_registration": "pending",
}


def without(found: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object without one field."""
    return {key: value for key, value in found.items() if key != name}


def test_a_payment_is_read_completely() -> None:
    report = payment_report(PAYMENT, "1")
    assert (report.provider, report.account, report.payment_id) == ("yookassa", "100500", PAYMENT["id"])
    assert (report.state, report.money, report.test) == (ReportedState.SUCCEEDED, Money(29_900, "RUB"), False)
    assert (report.order, report.person, report.shop) == ("01KJMMA2G10000000000000001", "ab" * 16, "s1")
    assert (report.method_title, report.method) == ("Visa •• 4477", ReportedMethod("method-1", "Visa •• 4477"))
    assert report.refunded == Money(0, "RUB")
    assert report.receipt == "succeeded"
    assert report.made_at == datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert report.paid_at == datetime(2026, 3, 1, 12, 4, 53, 120_000, tzinfo=UTC)


def test_a_refund_is_read_completely() -> None:
    report = refund_report(REFUND, "100500")
    assert (report.refund_id, report.payment_id, report.account) == (REFUND["id"], PAYMENT["id"], "100500")
    assert (report.state, report.money, report.reason) == (
        ReportedState.CANCELED,
        Money(105, "RUB"),
        "insufficient_funds",
    )
    assert (report.receipt, report.made_at) == ("pending", datetime(2026, 3, 1, 9, 4, 53, tzinfo=UTC))


@pytest.mark.parametrize("name", ["id", "status", "amount", "test"])
def test_a_payment_without_what_matters_is_unreadable(name: str) -> None:
    with pytest.raises(Unreadable):
        payment_report(without(PAYMENT, name), "1")


@pytest.mark.parametrize("name", ["id", "payment_id", "status", "amount"])
def test_a_refund_without_what_matters_is_unreadable(name: str) -> None:
    with pytest.raises(Unreadable):
        refund_report(without(REFUND, name), "1")


@pytest.mark.parametrize("name", sorted(set(PAYMENT) - {"id", "status", "amount", "test"}))
def test_a_payment_is_read_without_everything_else(name: str) -> None:
    report = payment_report(without(PAYMENT, name), "100500")
    assert (report.state, report.money, report.account) == (ReportedState.SUCCEEDED, Money(29_900, "RUB"), "100500")


@pytest.mark.parametrize(
    "amount",
    [
        {"value": 299, "currency": "RUB"},
        {"value": 299.0, "currency": "RUB"},
        {"value": "299,00", "currency": "RUB"},
        {"value": "299.001", "currency": "RUB"},
        {"value": "-299.00", "currency": "RUB"},
        {"value": "2.99e2", "currency": "RUB"},
        {"value": "", "currency": "RUB"},
        {"value": "299.00", "currency": "rub"},
        {"value": "299.00", "currency": "₽"},
        {"value": "299.00"},
        {"value": "299.00", "currency": None},
        {"value": "٢٩٩.٠٠", "currency": "RUB"},
        "299.00",
        [],
        None,
    ],
)
def test_an_amount_in_another_form_is_unreadable(amount: Any) -> None:
    for read, found in ((payment_report, PAYMENT), (refund_report, REFUND)):
        with pytest.raises(Unreadable):
            read({**found, "amount": amount}, "1")


@given(minor=st.integers(min_value=0, max_value=10**13 - 1))
def test_every_amount_is_read_exactly(minor: int) -> None:
    value = f"{minor // 100}.{minor % 100:02d}"
    report = payment_report({**PAYMENT, "amount": {"value": value, "currency": "RUB"}}, "1")
    assert report.money == Money(minor, "RUB")
    assert report.money.text == value


@pytest.mark.parametrize("status", ["under_review", "Succeeded", "", None, 1, ["succeeded"]])
def test_an_unknown_state_is_unreadable(status: Any) -> None:
    for read, found in ((payment_report, PAYMENT), (refund_report, REFUND)):
        with pytest.raises(Unreadable):
            read({**found, "status": status}, "1")


def test_a_payment_that_waits_for_its_capture_is_not_paid() -> None:
    report = payment_report({**PAYMENT, "status": "waiting_for_capture"}, "1")
    assert (report.state, report.method) == (ReportedState.PENDING, None)


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ({"party": "payment_network", "reason": "insufficient_funds"}, "insufficient_funds"),
        ({"party": "yoo_money", "reason": "something_new"}, "something_new"),
        ({"reason": "<b>"}, UNKNOWN_REASON),
        ({}, UNKNOWN_REASON),
        (None, UNKNOWN_REASON),
    ],
)
def test_a_canceled_payment_always_has_a_reason(details: Any, reason: str) -> None:
    report = payment_report({**PAYMENT, "status": "canceled", "cancellation_details": details}, "1")
    assert (report.state, report.reason) == (ReportedState.CANCELED, reason)


@pytest.mark.parametrize("saved", [False, None, "true", 1])
def test_only_a_method_that_is_saved_can_be_charged_again(saved: Any) -> None:
    method = {**PAYMENT["payment_method"], "saved": saved}
    assert payment_report({**PAYMENT, "payment_method": method}, "1").method is None


@pytest.mark.parametrize(
    ("method", "title"),
    [
        ({"type": "yoo_money", "title": "YooMoney wallet 410011758831136"}, "YooMoney"),
        ({"type": "sbp"}, "SBP"),
        ({"type": "sberbank", "phone": "79001234567"}, "SberPay"),
        ({"type": "tinkoff_bank"}, "T-Pay"),
        ({"type": "invented", "title": "79001234567"}, ""),
        ({"type": "bank_card", "card": {"last4": "4477"}}, "•• 4477"),
        (None, ""),
        ([], ""),
    ],
)
def test_a_title_has_no_number_but_the_last_four_digits(method: Any, title: str) -> None:
    assert payment_report({**PAYMENT, "payment_method": method}, "1").method_title == title


@pytest.mark.parametrize("created", ["2026-03-01T12:00:00", "yesterday", "", None, 7, "9999-99-99T00:00:00Z"])
def test_a_time_without_a_zone_is_no_time(created: Any) -> None:
    assert payment_report({**PAYMENT, "created_at": created}, "1").made_at is None


@pytest.mark.parametrize("payment_id", ["", "a/b", "a?b", "a b", "x" * 65, "é", 7, None])
def test_an_id_that_could_not_be_part_of_an_address_is_unreadable(payment_id: Any) -> None:
    with pytest.raises(Unreadable):
        payment_report({**PAYMENT, "id": payment_id}, "1")


@pytest.mark.parametrize("receipt", ["pending", "succeeded", "canceled"])
def test_a_receipt_has_its_state(receipt: str) -> None:
    assert receipt_report({"status": receipt}).state == receipt
    assert payment_report({**PAYMENT, "receipt_registration": receipt}, "1").receipt == receipt


@pytest.mark.parametrize("receipt", [None, "invented", 7, []])
def test_an_unknown_state_of_a_receipt_is_none_of_a_payment(receipt: Any) -> None:
    with pytest.raises(Unreadable):
        receipt_report({"status": receipt})
    assert payment_report({**PAYMENT, "receipt_registration": receipt}, "1").receipt == ""


@pytest.mark.parametrize("link", ["javascript:alert(1)", "", None, 7, "https://x/" + "y" * 3000])
def test_only_an_address_of_a_page_is_a_link(link: Any) -> None:
    assert confirmation_link({"confirmation": {"confirmation_url": link}}) == ""
    assert confirmation_link({"confirmation": None}) == ""


def test_a_shop_that_says_little_has_a_verdict_all_the_same() -> None:
    found = verdict({"account_id": "100500"})
    assert (found.account, found.test, found.fiscal, found.enabled) == ("100500", None, None, None)
    assert verdict({"account_id": "1", "status": "disabled", "fiscalization": {"enabled": True}}).enabled is False


@pytest.mark.parametrize("read", [lambda found: payment_report(found, "1"), lambda found: refund_report(found, "1")])
@given(found=json_values)
def test_no_value_is_another_error(read: Callable[[Any], object], found: Any) -> None:
    with pytest.raises(Unreadable):
        read(found)


@given(name=st.sampled_from(sorted(PAYMENT)), value=json_values)
def test_no_value_of_a_field_is_another_error(name: str, value: Any) -> None:
    try:
        report = payment_report({**PAYMENT, name: value}, "1")
    except Unreadable:
        return
    assert report.money.amount_minor >= 0
