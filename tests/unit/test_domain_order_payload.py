"""The payload that names an order and its person, as providers without metadata return it."""

import pytest

from tests.fakes.clock import START
from vpnbot.domain.orders.order_id import child_id, new_order_id
from vpnbot.domain.orders.payload import OrderPayload, parse_order_payload

PERSON = "ab" * 16
ORDER = new_order_id(START, "5eed" * 8)


@pytest.mark.parametrize("order", [ORDER, child_id(ORDER, 999)])
def test_a_payload_is_parsed_back_and_short(order: str) -> None:
    payload = OrderPayload(PERSON, order)
    assert parse_order_payload(payload.text) == payload
    assert len(payload.text.encode()) <= 63


@pytest.mark.parametrize(
    "text",
    [None, 5, "", ".", PERSON, f"{PERSON}.", f".{ORDER}", f"{PERSON.upper()}.{ORDER}", f"{PERSON}.{ORDER}\n", "пять"],
)
def test_a_payload_of_another_program_is_none(text: object) -> None:
    assert parse_order_payload(text) is None
