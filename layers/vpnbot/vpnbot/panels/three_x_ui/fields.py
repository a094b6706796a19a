"""Values of a panel's answers, checked: another shape than expected is a trouble of the panel, not a bug."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable

_LONGEST_SHOWN = 60


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object; null is an empty one.

    Raises:
        PanelUnavailable: it is something else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _unexpected("an object", value)
    return value


def settings(value: Any) -> Mapping[str, Any]:
    """Return settings as an object: some panels send JSON in a string. Anything else is an empty object."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> Sequence[Mapping[str, Any]]:
    """Return a list of objects; null is an empty one.

    Raises:
        PanelUnavailable: it is something else.
    """
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _unexpected("a list", value)
    return [mapping(row) for row in value]


def whole(value: Any) -> int:
    """Return a whole number; null is 0.

    Raises:
        PanelUnavailable: it is something else.
    """
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value or 0
    raise _unexpected("a whole number", value)


def whole_numbers(value: Any) -> Sequence[int]:
    """Return a list of whole numbers; null is an empty one.

    Raises:
        PanelUnavailable: it is something else.
    """
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _unexpected("a list", value)
    return [whole(number) for number in value]


def text(value: Any) -> str:
    """Return a text; anything else is an empty one."""
    return value if isinstance(value, str) else ""


def first_text(values: Any) -> str:
    """Return the first text of a list; empty if there is none."""
    return text(values[0]) if isinstance(values, list) and values else ""


def _unexpected(expected: str, value: Any) -> PanelUnavailable:
    found = repr(value)[:_LONGEST_SHOWN]
    return PanelUnavailable(PanelTrouble.BROKEN_ANSWER, f"{found} is not {expected}")
