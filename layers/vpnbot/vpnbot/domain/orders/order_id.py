"""The ids of orders: they begin with the time, so that they sort by it, and cannot be guessed."""

import re
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_DIGITS = 10
_RANDOM_DIGITS = 16
_SHOWN = 6
_ID = re.compile(rf"[{_ALPHABET}]{{{_TIME_DIGITS + _RANDOM_DIGITS}}}(?:_[1-9]\d{{0,2}})?")


def new_order_id(now: datetime, seed: str) -> str:
    """Return an id of 26 characters in Crockford's base 32: 48 bits of milliseconds, 80 bits of `seed`.

    `seed` is a random text of at least 20 hexadecimal digits, see `Context.new_seed`.
    """
    milliseconds = int(now.timestamp() * 1000)
    return _digits(milliseconds, _TIME_DIGITS) + _digits(int(seed[:20], 16), _RANDOM_DIGITS)


def child_id(order_id: str, number: int) -> str:
    """Return the id of an order that a further payment of another order makes: `<id>_<number>`."""
    return f"{parent_id(order_id)}_{number}"


def parent_id(order_id: str) -> str:
    """Return the id of the order that a child order comes from; the id itself if it is no child."""
    return order_id.partition("_")[0]


def is_order_id(text: str) -> bool:
    """Tell whether a text from outside has the form of an id; it may still name no order."""
    return _ID.fullmatch(text) is not None


def shown_number(order_id: str) -> str:
    """Return the number that people read: the last six characters of the id, for a child also its number."""
    parent, _, number = order_id.partition("_")
    return parent[-_SHOWN:] + (f"-{number}" if number else "")


def _digits(number: int, count: int) -> str:
    digits = ""
    for _ in range(count):
        number, rest = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[rest] + digits
    return digits
