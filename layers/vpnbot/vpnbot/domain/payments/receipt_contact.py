"""The address to which a fiscal receipt is sent."""

import re
import unicodedata

LONGEST_EMAIL = 254
_PHONE = re.compile(r"\+?[0-9]{10,15}")


def is_email(text: str) -> bool:
    """Tell whether a text is usable as an e-mail address.

    It has at most 254 characters, exactly one @ with something before it and a domain with a dot after it, and no
    space, comma or control character. Whether mail arrives there only a mail can show.
    """
    local, _, domain = text.partition("@")
    plain = not any(
        character in ",;<>" or character.isspace() or unicodedata.category(character).startswith("C")
        for character in text
    )
    labels = domain.split(".")
    usable = local and len(labels) > 1 and all(labels) and "@" not in domain
    return bool(usable and plain and len(text) <= LONGEST_EMAIL)


def is_phone(text: str) -> bool:
    """Tell whether a text is a telephone number with 10 to 15 digits, as E.164 has it; `+` may precede."""
    return _PHONE.fullmatch(text) is not None
