"""Ids of people and orders, packed for callback data: as they are, they would not fit into its 64 bytes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.order_id import is_order_id

PERSON_CHARACTERS = 22
_PERSON_BYTES = 16
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ORDER_DIGITS, _ORDER_BYTES, _ORDER_CHARACTERS = 26, 17, 23


def packed_person(person: str) -> str:
    """Return the id of a person in 22 characters."""
    return urlsafe_b64encode(bytes.fromhex(person)).decode().rstrip("=")


def unpacked_person(packed: str) -> PersonId | None:
    """Return the id that `packed_person` has packed; None if it is none."""
    try:
        person = urlsafe_b64decode(packed + "==").hex()
    except (Error, ValueError):
        return None
    return PersonId(person) if len(person) == 2 * _PERSON_BYTES else None


def packed_order(order: str) -> str:
    """Return the id of an order in 23 characters; the number of a renewal is added to them."""
    parent, separator, child = order.partition("_")
    number = 0
    for digit in parent:
        number = number * len(_ALPHABET) + _ALPHABET.index(digit)
    return urlsafe_b64encode(number.to_bytes(_ORDER_BYTES)).decode().rstrip("=") + separator + child


def unpacked_order(packed: str) -> str | None:
    """Return the id that `packed_order` has packed; None if it is none."""
    try:
        number = int.from_bytes(urlsafe_b64decode(packed[:_ORDER_CHARACTERS] + "="))
    except (Error, ValueError):
        return None
    digits = ""
    for _ in range(_ORDER_DIGITS):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    order = digits + packed[_ORDER_CHARACTERS:]
    return order if is_order_id(order) else None
