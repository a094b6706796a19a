"""A keyed permutation of blocks of 16 bytes: four Feistel rounds, after which it cannot be told from a random one.

It turns an id into a code of the same length and back, and nothing is stored for it (Luby and Rackoff, 1988).
"""

from collections.abc import Callable

type Mac = Callable[[int, bytes], bytes]
"""Returns at least `HALF` bytes that depend on a secret, the number of a round, and half a block."""

HALF = 8
_ROUNDS = 4


def permuted(block: bytes, mac: Mac) -> bytes:
    """Return the code of a block."""
    left, right = block[:HALF], block[HALF:]
    for number in range(_ROUNDS):
        left, right = right, _mixed(left, mac(number, right))
    return left + right


def restored(code: bytes, mac: Mac) -> bytes:
    """Return the block of a code."""
    left, right = code[:HALF], code[HALF:]
    for number in reversed(range(_ROUNDS)):
        left, right = _mixed(right, mac(number, left)), left
    return left + right


def _mixed(half: bytes, mac: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(half, mac, strict=False))
