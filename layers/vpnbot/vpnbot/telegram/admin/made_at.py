"""The place in a list of items by when they were made, as callback data has it: microseconds since 1970."""

from collections.abc import Sequence
from datetime import UTC, datetime

_MILLION = 1_000_000
_LONGEST = 17


def time_of(moment: datetime) -> int:
    """Return a time as a button names it."""
    return int(moment.timestamp()) * _MILLION + moment.microsecond


def made_before(arguments: Sequence[str]) -> datetime | None:
    """Return the time that a button names; None: it names none."""
    text = next(iter(arguments), "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
        return None
    seconds, micros = divmod(int(text), _MILLION)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)
