"""The link of a gift: its id, the number of the link, and a MAC; nothing of it is stored.

The payload of `/start` has 64 characters of A-Z, a-z, 0-9, _ and - (Bot API, deep linking):
`g_<order>[-<payment>]_<link><22 characters of a MAC>`.
"""

import hmac
import re
from collections.abc import Callable

_FORM = re.compile(r"([0-9A-Z]{26})(?:-([1-9]\d?))?_([1-9]\d?)([A-Za-z0-9_-]{22})", re.ASCII)

type Prove = Callable[[str, int], str]
"""Returns the MAC of a gift and the number of a link, see `KeyRing.gift_mac`."""


def gift_token(gift_id: str, generation: int, prove: Prove) -> str:
    """Return the payload of a link without its mark: at most 54 characters."""
    return f"{gift_id.replace('+', '-')}_{generation}{prove(gift_id, generation)}"


def read_token(token: str, prove: Prove) -> tuple[str, int] | None:
    """Return the id of the gift, and the number of the link; None: the link was not made by us."""
    found = _FORM.fullmatch(token)
    if found is None:
        return None
    order, payment, generation, proof = found.groups()
    gift_id, number = order + (f"+{payment}" if payment else ""), int(generation)
    return (gift_id, number) if hmac.compare_digest(proof, prove(gift_id, number)) else None
