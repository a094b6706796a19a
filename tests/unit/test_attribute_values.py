"""Conversion to and from DynamoDB's attribute values: lossless, and the same as boto3's."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.storage.attribute_values import from_attribute, to_attribute

NUMBERS = st.integers(-(10**37), 10**37).map(Decimal) | st.decimals(
    min_value=-(10**9), max_value=10**9, places=6, allow_nan=False
)
SCALARS = st.none() | st.booleans() | st.text() | NUMBERS
SETS = st.sets(st.text(), min_size=1) | st.sets(NUMBERS, min_size=1)
VALUES = st.recursive(SCALARS | SETS, lambda each: st.lists(each) | st.dictionaries(st.text(), each), max_leaves=20)


@given(VALUES)
def test_a_value_is_unchanged_after_conversion_in_both_directions(value: Any) -> None:
    assert from_attribute(to_attribute(value)) == value


@given(VALUES)
def test_boto3_reads_what_we_write_and_we_read_what_it_writes(value: Any) -> None:
    assert TypeDeserializer().deserialize(to_attribute(value)) == value
    assert from_attribute(TypeSerializer().serialize(value)) == value


def test_bytes_and_sets_of_bytes_stay_bytes() -> None:
    assert from_attribute(to_attribute(b"\x00\xff")) == b"\x00\xff"
    assert from_attribute(to_attribute({b"a", b"b"})) == {b"a", b"b"}


@pytest.mark.parametrize("value", [1.5, object(), set(), {1, "a"}, {None}])
def test_a_value_without_a_dynamodb_type_is_rejected(value: object) -> None:
    with pytest.raises(TypeError):
        to_attribute(value)


@pytest.mark.parametrize("value", [{}, {"X": "1"}, {"S": "1", "N": "1"}])
def test_an_invalid_attribute_value_is_rejected(value: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="type"):
        from_attribute(value)
