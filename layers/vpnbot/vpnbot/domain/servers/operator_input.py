"""Parsing of what an operator types about a server."""

import re

from vpnbot.domain.servers.countries import COUNTRIES
from vpnbot.errors import Rejected

LARGEST_CAPACITY = 100_000
LONGEST_TITLE = 32
_FIRST_FLAG_LETTER = 0x1F1E6
JOINERS = re.compile("[\u200c\u200d\U000e0020-\U000e007f]")
"""Characters without a shape of their own that compose emoji (families, flags of regions) and join letters."""


class BadInput(Rejected):
    """The text is not a valid value. The message is a code; the locale files have its text as `input-<code>`."""


def country_code(text: str) -> str:
    """Return a country as an ISO 3166-1 alpha-2 code, from two letters or from a flag.

    Raises:
        BadInput: `country`, if it is neither; `no_country`, if no country has this code.
    """
    letters = "".join(_letter_of_flag(character) for character in text.strip()).upper()
    if not re.fullmatch("[A-Z]{2}", letters):
        raise BadInput("country")
    if letters not in COUNTRIES:
        raise BadInput("no_country")
    return letters


def capacity(text: str) -> int:
    """Return the capacity of a server, a number of keys; digits may be grouped.

    Raises:
        BadInput: `capacity`, if it is not a number from 1 to `LARGEST_CAPACITY`.
    """
    digits = re.sub(r"[\s.,'_]", "", text)
    if not re.fullmatch("[0-9]{1,6}", digits) or not 1 <= int(digits) <= LARGEST_CAPACITY:
        raise BadInput("capacity")
    return int(digits)


def inbound_id(text: str) -> int:
    """Return the id of an inbound; 0 for none.

    Raises:
        BadInput: `inbound`.
    """
    if not re.fullmatch("[0-9]{1,9}", text):
        raise BadInput("inbound")
    return int(text)


def title(text: str) -> str:
    """Return the operator's name for a server, on one line.

    Raises:
        BadInput: `title`, if it shows nothing, is not printable or longer than `LONGEST_TITLE` characters, of which a
            composed emoji has several.
    """
    line = " ".join(text.split())
    shown = JOINERS.sub("", line)
    if not shown.strip() or not shown.isprintable() or len(line) > LONGEST_TITLE:
        raise BadInput("title")
    return line


def token(text: str) -> str:
    """Return the token of a panel: 1 to 512 printable ASCII characters without spaces.

    Raises:
        BadInput: `token`.
    """
    stripped = text.strip()
    if not re.fullmatch(r"[!-~]{1,512}", stripped):
        raise BadInput("token")
    return stripped


def _letter_of_flag(character: str) -> str:
    """Return the letter of a regional indicator (a flag is two of them); any other character unchanged."""
    number = ord(character) - _FIRST_FLAG_LETTER
    return chr(ord("A") + number) if 0 <= number < 26 else character
