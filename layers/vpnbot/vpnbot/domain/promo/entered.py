"""Codes as people type them, and as links carry them."""

import re

PROMO_MARK = "p_"
"""The payload of `/start` with which a link enters a code: this, and the code."""

SHORTEST, LONGEST = 3, 16
ONE_TIME_LENGTH = 8
"""The length of what follows the name in a one-time code."""
_NAME = re.compile(rf"[A-Z0-9]{{{SHORTEST},{LONGEST}}}", re.ASCII)
_CODE = re.compile(rf"[A-Z0-9]{{{SHORTEST},{LONGEST + ONE_TIME_LENGTH}}}", re.ASCII)
_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТУХЁ", "ABEKMHOPCTYXE")
"""Cyrillic capitals, and the Latin ones that look the same."""


def folded(typed: str) -> str | None:
    """Return the code that a person has typed: capitals, without spaces and hyphens, Cyrillic look-alikes as Latin.

    None: the text can be no code, whatever codes there are.
    """
    text = "".join(typed.upper().split()).replace("-", "").translate(_LOOK_ALIKE)
    return text if _CODE.fullmatch(text) else None


def folded_name(typed: str) -> str | None:
    """Return the name of a code that a member of the staff has typed; None: a code cannot have it."""
    text = folded(typed)
    return text if text is not None and _NAME.fullmatch(text) else None


def start_payload(code_id: str) -> str:
    """Return the payload of a link that enters a code."""
    return PROMO_MARK + code_id
