"""Notifications of YooKassa are read as hints: their form is checked, their content is never believed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.providers.yookassa.notifications import LARGEST_NOTIFICATION_BYTES, comes_from_yookassa, read_hint
from vpnbot.usecases.ports.payments import Forged, NoHint, NotificationRequest, PaymentHint, RefundHint

PAYMENT_ID = "22d6d597-000f-5000-9000-145f6df21d6f"
REFUND_ID = "216749f7-0016-50be-b000-078d43a63ae4"
ORDER_ID = "01KJMMA2G10000000000000001"
PERSON = "ab" * 16
OURS, FOREIGN = "185.71.76.5", "203.0.113.9"
PAYMENT = {"id": PAYMENT_ID, "metadata": {"order": ORDER_ID, "person": PERSON, "kind": "purchase", "shop": "s"}}
REFUND = {"id": REFUND_ID, "payment_id": PAYMENT_ID}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


def read(event: Any, about: Any, source: str = OURS, **others: Any) -> Any:
    """Return the hint in a notification."""
    body = {"type": "notification", "event": event, "object": about, **others}
    return read_hint(NotificationRequest(json.dumps(body).encode(), {}, source))


@pytest.mark.parametrize("event", ["payment.succeeded", "payment.canceled", "payment.waiting_for_capture"])
def test_an_event_of_a_payment_names_payment_order_and_person(event: str) -> None:
    assert read(event, PAYMENT) == PaymentHint(PAYMENT_ID, ORDER_ID, PERSON)


def test_an_event_of_a_refund_names_refund_and_payment() -> None:
    assert read("refund.succeeded", REFUND) == RefundHint(REFUND_ID, PAYMENT_ID)


@pytest.mark.parametrize("event", ["payout.succeeded", "deal.closed", "payment_method.active", "refund.failed", ""])
def test_other_events_are_nothing_that_we_use(event: str) -> None:
    assert read(event, {"id": "x"}) == NoHint()


@pytest.mark.parametrize(
    "payment_id",
    [
        None,
        7,
        "",
        "x",
        PAYMENT_ID[:-1],
        PAYMENT_ID + "0",
        f"../{PAYMENT_ID}",
        PAYMENT_ID + "\n",
        "g" * 36,
        [PAYMENT_ID],
    ],
)
def test_a_malformed_id_is_forged(payment_id: Any) -> None:
    assert isinstance(read("payment.succeeded", {**PAYMENT, "id": payment_id}), Forged)
    assert isinstance(read("refund.succeeded", {**REFUND, "id": payment_id}), Forged)
    assert isinstance(read("refund.succeeded", {**REFUND, "payment_id": payment_id}), Forged)


@pytest.mark.parametrize(
    "metadata",
    [None, [], "text", {}, {"order": 7, "person": {}}, {"order": "../etc", "person": "x" * 32}, {"order": "№5"}],
)
def test_the_marks_of_another_program_are_left_out(metadata: Any) -> None:
    assert read("payment.succeeded", {**PAYMENT, "metadata": metadata}) == PaymentHint(PAYMENT_ID, None)


@pytest.mark.parametrize("about", [None, [], "x", 7])
def test_a_notification_without_its_object_is_forged(about: Any) -> None:
    assert isinstance(read("payment.succeeded", about), Forged)


@pytest.mark.parametrize("kind", ["error", None, 7, ["notification"]])
def test_something_else_than_a_notification_is_forged(kind: Any) -> None:
    assert isinstance(read("payment.succeeded", PAYMENT, type=kind), Forged)


@pytest.mark.parametrize("event", [None, 7, ["payment.succeeded"], {}])
def test_an_event_without_a_name_is_forged(event: Any) -> None:
    assert isinstance(read(event, PAYMENT), Forged)


def test_a_body_of_more_than_64_kb_is_not_parsed() -> None:
    assert LARGEST_NOTIFICATION_BYTES == 64 * 1024
    filled = read("payment.succeeded", PAYMENT, filling="x" * (LARGEST_NOTIFICATION_BYTES - 400))
    assert isinstance(filled, PaymentHint)
    assert read("payment.succeeded", PAYMENT, filling="x" * LARGEST_NOTIFICATION_BYTES) == Forged("larger than 64 KB")


@given(body=st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_no_body_is_an_error(body: bytes) -> None:
    assert isinstance(read_hint(NotificationRequest(body)), Forged | NoHint)


@given(event=st.sampled_from(["payment.succeeded", "refund.succeeded"]), about=json_values)
def test_no_object_is_an_error(event: str, about: Any) -> None:
    assert isinstance(read(event, about), Forged | PaymentHint | RefundHint)


@pytest.mark.parametrize(
    ("source", "is_known"),
    [
        ("185.71.76.0", True),
        ("185.71.76.31", True),
        ("185.71.76.32", False),
        ("185.71.77.1", True),
        ("77.75.153.127", True),
        ("77.75.153.128", False),
        ("77.75.154.128", True),
        ("77.75.154.127", False),
        ("77.75.156.11", True),
        ("77.75.156.35", True),
        ("77.75.156.12", False),
        ("2a02:5180::1", True),
        ("2a02:5181::1", False),
        (FOREIGN, False),
        ("", False),
        ("not an address", False),
    ],
)
def test_the_published_addresses_are_known(source: str, is_known: bool) -> None:
    assert comes_from_yookassa(source) is is_known
    assert read("payment.succeeded", PAYMENT, source).is_foreign is not is_known


def test_a_header_never_stands_for_the_address() -> None:
    body = json.dumps({"type": "notification", "event": "payment.succeeded", "object": PAYMENT}).encode()
    hint = read_hint(NotificationRequest(body, {"x-forwarded-for": OURS, "x-real-ip": OURS}, FOREIGN))
    assert hint == PaymentHint(PAYMENT_ID, ORDER_ID, PERSON, is_foreign=True)
