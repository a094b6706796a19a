"""Conversion between DynamoDB's typed attribute values and plain Python values.

`boto3.dynamodb.types` does the same, but its import loads fifty modules at every cold start.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

type AttributeValue = Mapping[str, Any]
"""A mapping from one type name to the value, such as `{"N": "5"}` (DynamoDB API reference, AttributeValue)."""


def from_attribute(value: AttributeValue) -> Any:
    """Return the plain value; numbers are Decimals, which are exact.

    Raises:
        ValueError: there is not exactly one type, or DynamoDB has no such type.
    """
    if len(value) != 1:
        raise ValueError(f"an attribute value has one type, not {sorted(value)}")
    ((kind, content),) = value.items()
    if kind not in _READERS:
        raise ValueError(f"DynamoDB has no type {kind}")
    return _READERS[kind](content)


def to_attribute(value: Any) -> dict[str, Any]:
    """Return the attribute value of a plain value, the inverse of `from_attribute`.

    Raises:
        TypeError: the value is of a type that DynamoDB does not have, or a float, which is not exact.
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case Mapping():
            return {"M": {name: to_attribute(each) for name, each in value.items()}}
        case list() | tuple():
            return {"L": [to_attribute(each) for each in value]}
        case set() | frozenset() if value:
            return _set(value)
    raise TypeError(f"DynamoDB has no type for {type(value).__name__}")


def _set(values: set[Any] | frozenset[Any]) -> dict[str, Any]:
    members = [to_attribute(each) for each in values]
    kinds = {kind for member in members for kind in member}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise TypeError("a set has members of one type: text, numbers or bytes")
    (kind,) = kinds
    return {f"{kind}S": [member[kind] for member in members]}


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "S": str,
    "N": Decimal,
    "B": bytes,
    "BOOL": bool,
    "NULL": lambda _: None,
    "M": lambda content: {name: from_attribute(each) for name, each in content.items()},
    "L": lambda content: [from_attribute(each) for each in content],
    "SS": set,
    "NS": lambda content: set(map(Decimal, content)),
    "BS": set,
}
