"""The displayed name of a server: the operator's title, or its flag and country in a language."""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import count

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.localization.messages import Messages

_FIRST_FLAG_LETTER = 0x1F1E6 - ord("A")


def server_name(messages: Messages, language: str, title: str, country: str) -> str:
    """Return the name of one server; `country` is ISO 3166-1, two letters."""
    if title:
        return title
    code = country.lower()
    try:
        return f"{flag(country)} {messages.text(language, f'country-{code}')}"
    except KeyError:
        return f"{flag(country)} {country.upper()}".strip()


def server_names(
    messages: Messages, language: str, endpoints: Sequence[Endpoint], taken: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the names of several servers, with a number where two would be equal or one is in `taken`."""
    names = [server_name(messages, language, endpoint.title, endpoint.country) for endpoint in endpoints]
    counts, chosen = Counter([*names, *taken]), list[str]()
    for name in names:
        numbered = (f"{name} {number}" for number in count(1))
        unique = counts[name] == 1 and name not in chosen
        chosen.append(name if unique else next(text for text in numbered if text not in {*names, *taken, *chosen}))
    return tuple(chosen)


def flag(country: str) -> str:
    """Return the flag of a country as two regional indicator letters; an empty text for any other value."""
    letters = country.upper()
    if len(letters) != 2 or not letters.isascii() or not letters.isalpha():
        return ""
    return "".join(chr(_FIRST_FLAG_LETTER + ord(letter)) for letter in letters)
