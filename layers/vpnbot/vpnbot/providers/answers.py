"""The JSON objects in the answers of payment providers."""

import json
from collections.abc import Mapping
from typing import Any


class Unreadable(Exception):
    """An answer has another shape than documented. The text says what is wrong and quotes nothing."""


def parsed(content: bytes) -> Mapping[str, Any]:
    """Return a JSON object; its numbers with a point are texts, so that no amount becomes a float.

    Raises:
        Unreadable: it is not one, or nested too deeply.
    """
    try:
        answer = json.loads(content, parse_float=str)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON" if content else "empty") from None
    if not isinstance(answer, dict):
        raise Unreadable("not an object")
    return answer
