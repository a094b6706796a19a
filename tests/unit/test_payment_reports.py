"""What updates say about payments in Stars is read exactly, and malformed values are no payment."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order_id import new_order_id
from vpnbot.domain.orders.payload import OrderPayload
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.errors import PaymentNotApplied
from vpnbot.telegram.bot_api.payment_reports import (
    SubscriptionState,
    checkout,
    payment_report,
    refund_report,
    refunded_payload,
    subscription_change,
)

PERSON = "0123456789abcdef" * 2
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
ORDER = new_order_id(NOON, "a" * 32)
PAYLOAD = OrderPayload(PERSON, ORDER)
ANNA: dict[str, Any] = {"id": 700_000_001, "is_bot": False, "first_name": "Anna"}
BOT: dict[str, Any] = {"id": 42, "is_bot": True, "first_name": "VPN"}
DATE = int(NOON.timestamp())


def message(kind: str, sender: object = ANNA, **changed: object) -> dict[str, Any]:
    fields = {
        "currency": "XTR",
        "total_amount": 199,
        "invoice_payload": PAYLOAD.text,
        "telegram_payment_charge_id": "charge-1",
        "provider_payment_charge_id": "",
    }
    chat = {"id": ANNA["id"], "type": "private"}
    return {"message_id": 5, "from": sender, "chat": chat, "date": DATE, kind: {**fields, **changed}}


def test_a_payment_names_its_charge_its_order_its_owner_and_its_payer() -> None:
    report = payment_report(message("successful_payment"), "42")
    assert (report.provider, report.account, report.payment_id) == ("stars", "42", "charge-1")
    assert (report.order, report.person, report.payer) == (ORDER, PERSON, ANNA["id"])
    assert report.money == Money(199, "XTR")
    assert report.state is ReportedState.SUCCEEDED
    assert report.paid_at == NOON
    assert (report.renewal, report.first_of_renewals, report.renews_until) == (False, False, None)


def test_the_first_payment_of_a_subscription_is_no_renewal() -> None:
    ends = {"subscription_expiration_date": DATE + 2_592_000}
    first = payment_report(message("successful_payment", is_recurring=True, is_first_recurring=True, **ends), "42")
    later = payment_report(message("successful_payment", is_recurring=True, **ends), "42")
    assert (first.renewal, first.first_of_renewals) == (False, True)
    assert (later.renewal, later.first_of_renewals) == (True, False)
    assert first.renews_until == datetime(2026, 12, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize("payload", ["", "plan:30", "x" * 128, None, 7])
def test_a_payment_with_a_foreign_payload_is_a_payment_without_an_order(payload: object) -> None:
    report = payment_report(message("successful_payment", invoice_payload=payload), "42")
    assert (report.order, report.person) == (None, None)
    assert report.money == Money(199, "XTR")


@pytest.mark.parametrize(
    "changed",
    [
        {"telegram_payment_charge_id": ""},
        {"telegram_payment_charge_id": None},
        {"telegram_payment_charge_id": 5},
        {"total_amount": "199"},
        {"total_amount": 199.0},
        {"total_amount": True},
        {"total_amount": -1},
        {"total_amount": 2**70},
        {"currency": ""},
        {"currency": None},
    ],
)
@pytest.mark.parametrize("kind", ["successful_payment", "refunded_payment"])
def test_a_payment_or_refund_without_a_charge_or_an_amount_is_quarantined(
    kind: str, changed: dict[str, object]
) -> None:
    read = payment_report if kind == "successful_payment" else refund_report
    with pytest.raises(PaymentNotApplied):
        read(message(kind, **changed), "42")


@pytest.mark.parametrize("sender", [None, {}, "Anna", {"id": "1"}, {"id": True}])
def test_a_payment_without_a_payer_is_quarantined(sender: object) -> None:
    with pytest.raises(PaymentNotApplied):
        payment_report(message("successful_payment", sender), "42")


def test_a_message_without_a_payment_is_quarantined() -> None:
    for read in (payment_report, refund_report):
        with pytest.raises(PaymentNotApplied):
            read({"text": "hello"}, "42")
    with pytest.raises(PaymentNotApplied):
        payment_report({**message("successful_payment"), "successful_payment": "paid"}, "42")


@pytest.mark.parametrize("expires", [0, -5, "soon", 10**18, None, True])
def test_a_malformed_expiration_date_is_none(expires: object) -> None:
    report = payment_report(message("successful_payment", subscription_expiration_date=expires), "42")
    assert report.renews_until is None


def test_a_refund_comes_from_the_bot_itself_and_has_the_id_of_its_charge() -> None:
    sent = message("refunded_payment", BOT)
    report = refund_report(sent, "42")
    assert (report.refund_id, report.payment_id) == ("charge-1", "charge-1")
    assert report.money == Money(199, "XTR")
    assert report.state is ReportedState.SUCCEEDED
    assert refunded_payload(sent) == PAYLOAD
    assert refunded_payload(message("refunded_payment", invoice_payload="gift")) is None
    assert refunded_payload({"refunded_payment": None}) is None


QUERY: dict[str, Any] = {
    "id": "9",
    "from": ANNA,
    "currency": "XTR",
    "total_amount": 199,
    "invoice_payload": PAYLOAD.text,
}


def test_a_pre_checkout_query_says_who_pays_how_much_for_which_order() -> None:
    query = checkout(QUERY)
    assert query is not None
    assert (query.query_id, query.payer, query.money, query.names) == ("9", ANNA["id"], Money(199, "XTR"), PAYLOAD)


def test_a_pre_checkout_query_with_a_foreign_payload_names_no_order() -> None:
    query = checkout({**QUERY, "invoice_payload": "x" * 128})
    assert query is not None
    assert query.names is None


@pytest.mark.parametrize(
    "changed",
    [{"id": None}, {"id": ""}, {"from": None}, {"total_amount": "1"}, {"currency": 5}, {"from": {"id": 1.5}}],
)
def test_a_malformed_pre_checkout_query_is_none(changed: dict[str, object]) -> None:
    assert checkout({**QUERY, **changed}) is None


@pytest.mark.parametrize(
    ("state", "known"),
    [
        ("canceled", SubscriptionState.CANCELED),
        ("active", SubscriptionState.ACTIVE),
        ("failed", SubscriptionState.FAILED),
        ("paused_by_moon", SubscriptionState.UNKNOWN),
        (None, SubscriptionState.UNKNOWN),
        (["canceled"], SubscriptionState.UNKNOWN),
    ],
)
def test_a_change_of_a_subscription_has_a_known_state(state: object, known: SubscriptionState) -> None:
    change = subscription_change({"user": ANNA, "invoice_payload": PAYLOAD.text, "state": state})
    assert (change.payer, change.names, change.state) == (ANNA["id"], PAYLOAD, known)


def test_a_change_of_a_subscription_of_an_unknown_user_is_quarantined() -> None:
    with pytest.raises(PaymentNotApplied):
        subscription_change({"invoice_payload": PAYLOAD.text, "state": "canceled"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = [
    "id",
    "from",
    "user",
    "date",
    "currency",
    "total_amount",
    "invoice_payload",
    "state",
    "telegram_payment_charge_id",
    "is_recurring",
    "subscription_expiration_date",
]
FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON))


@given(FIELDS, FIELDS)
def test_any_values_are_a_report_or_are_quarantined(outer: dict[str, Any], inner: dict[str, Any]) -> None:
    checkout(outer)
    given = {"from": ANNA, **outer, "successful_payment": inner, "refunded_payment": inner}
    refunded_payload(given)
    for read in (payment_report, refund_report):
        try:
            assert read(given, "42").payment_id
        except PaymentNotApplied:
            continue
    try:
        subscription_change(outer)
    except PaymentNotApplied:
        return
