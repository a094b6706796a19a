"""Bytes are base64 in DynamoDB's JSON: as the type `B`, and in the sets `BS`."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

_LISTS_OF_ITEMS = ("Items",)
_ITEMS = ("Item", "Attributes", "Key", "LastEvaluatedKey", "ItemCollectionKey")


def encode_blob(value: Any) -> str:
    """Return bytes as base64 text; for `json.dumps`, which asks for whatever JSON does not have.

    Raises:
        TypeError: the value is of another type.
    """
    if isinstance(value, (bytes, bytearray)):
        return b64encode(value).decode()
    raise TypeError(f"DynamoDB's JSON has no {type(value).__name__}")


def decode_blobs(answer: dict[str, Any], text: bytes) -> Any:
    """Return a parsed answer whose items have bytes instead of base64; `text` is the answer before it was parsed.

    Nearly no answer has any, and to look for their types in the text is faster than to look at each value.
    """
    if b'"B"' not in text and b'"BS"' not in text:
        return answer
    return {name: _field(name, content) for name, content in answer.items()}


def _field(name: str, content: Any) -> Any:
    if name in _ITEMS:
        return _item(content)
    if name in _LISTS_OF_ITEMS:
        return [_item(each) for each in content]
    if name == "Responses" and isinstance(content, dict):  # of BatchGetItem: items by table
        return {table: [_item(each) for each in items] for table, items in content.items()}
    if name in {"CancellationReasons", "Responses"}:
        return [{part: _field(part, value) for part, value in each.items()} for each in content]
    if name == "UnprocessedItems":
        return {table: [_request(each) for each in requests] for table, requests in content.items()}
    return content


def _request(request: dict[str, Any]) -> dict[str, Any]:
    return {kind: {part: _field(part, value) for part, value in of_it.items()} for kind, of_it in request.items()}


def _item(item: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in item.items()}


def _value(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, content),) = value.items()
    return {kind: _READERS[kind](content) if kind in _READERS else content}


_READERS: dict[str, Callable[[Any], Any]] = {
    "B": b64decode,
    "BS": lambda content: [b64decode(each) for each in content],
    "M": _item,
    "L": lambda content: [_value(each) for each in content],
}
