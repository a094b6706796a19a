"""One-time codes: derived from their batch and a number, so that nothing is stored of one that was not used.

A code is the name of the batch, the number, and a part of a MAC, which cannot be made without the key secret. Its
letters do not look like each other.
"""

import hmac
from collections.abc import Callable, Iterator

from vpnbot.domain.promo.code import PromoCode
from vpnbot.domain.promo.entered import ONE_TIME_LENGTH

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_NUMBER_LENGTH = 2

type Prove = Callable[[str, int], bytes]
"""Returns the MAC of a batch and a number, see `KeyRing.promo_mac`."""


def one_time_codes(batch: PromoCode, prove: Prove) -> Iterator[str]:
    """Yield all codes of a batch, in the order of their numbers."""
    yield from (_code(batch.id, number, prove) for number in range(batch.total or 0))


def batch_of(text: str) -> str:
    """Return the name of the batch to which a code belongs if it is a one-time code; empty: it is too short."""
    return text[:-ONE_TIME_LENGTH]


def number_of(text: str, batch: PromoCode, prove: Prove) -> int | None:
    """Return the number of a one-time code in its batch; None if it is none of its codes."""
    letters = text[len(batch.id) :][:_NUMBER_LENGTH]
    if any(letter not in _LETTERS for letter in letters):
        return None
    number = 0
    for letter in letters:
        number = number * len(_LETTERS) + _LETTERS.index(letter)
    genuine = number < (batch.total or 0) and hmac.compare_digest(text, _code(batch.id, number, prove))
    return number if genuine else None


def _code(batch_id: str, number: int, prove: Prove) -> str:
    proof = int.from_bytes(prove(batch_id, number))
    return batch_id + _letters(number, _NUMBER_LENGTH) + _letters(proof, ONE_TIME_LENGTH - _NUMBER_LENGTH)


def _letters(value: int, length: int) -> str:
    places = (value // len(_LETTERS) ** place % len(_LETTERS) for place in reversed(range(length)))
    return "".join(_LETTERS[place] for place in places)
