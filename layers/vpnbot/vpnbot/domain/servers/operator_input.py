"""What an operator writes about a server, read: easy about its form, strict about its meaning."""

import re

from vpnbot.errors import Rejected

LARGEST_CAPACITY = 100_000
LONGEST_TITLE = 32
_FIRST_FLAG_LETTER = 0x1F1E6


class BadInput(Rejected):
    """This is not what was asked for; the message is a code that the words for it go by."""


def country_code(text: str) -> str:
    """Return a country as ISO 3166-1 writes it, from two letters or from a flag.

    Raises:
        BadInput: `country`.
    """
    letters = "".join(_letter_of_flag(character) for character in text.strip()).upper()
    if not re.fullmatch("[A-Z]{2}", letters):
        raise BadInput("country")
    return letters


def capacity(text: str) -> int:
    """Return how many keys a server takes; digits may stand in groups.

    Raises:
        BadInput: `capacity`, when it is no number from 1 to `LARGEST_CAPACITY`.
    """
    digits = re.sub(r"[\s.,'_]", "", text)
    if not re.fullmatch("[0-9]{1,6}", digits) or not 1 <= int(digits) <= LARGEST_CAPACITY:
        raise BadInput("capacity")
    return int(digits)


def inbound_id(text: str) -> int:
    """Return the number of an inbound; 0 for none.

    Raises:
        BadInput: `inbound`.
    """
    if not re.fullmatch("[0-9]{1,9}", text):
        raise BadInput("inbound")
    return int(text)


def title(text: str) -> str:
    """Return a name of the operator's own for a server, on one line.

    Raises:
        BadInput: `title`, when it is longer than `LONGEST_TITLE` characters, or there is nothing to read in it.
    """
    line = " ".join(text.split())
    if not line or not line.isprintable() or len(line) > LONGEST_TITLE:
        raise BadInput("title")
    return line


def token(text: str) -> str:
    """Return a panel's token: one word, as long as it likes within what a safe holds.

    Raises:
        BadInput: `token`.
    """
    word = text.strip()
    if not re.fullmatch(r"[!-~]{1,512}", word):
        raise BadInput("token")
    return word


def _letter_of_flag(character: str) -> str:
    """Return the letter behind a regional indicator; a flag is two of them. Any other character is itself."""
    number = ord(character) - _FIRST_FLAG_LETTER
    return chr(ord("A") + number) if 0 <= number < 26 else character
