"""How many words of ours a screen has.

A word is what stands between spaces and has a letter or a digit. Words of ours are counted, data once:

- what is put into a sentence (a name, a time, an amount, a number, an address, a note) is one word, however it is
  shown; a phrase of ours that is put into a sentence counts in full;
- lines of the same message below each other are rows of a list: only the longest of them is counted;
- a paragraph that is no message of the locale files is what somebody wrote, and is not counted.

Nothing else is left out.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from vpnbot.domain.money import Money
from vpnbot.localization.formatting import format_day, format_duration, format_money, format_time
from vpnbot.localization.language_names import language_called
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Day, Language, Phrase, Screen, Titles

LONGEST_SCREEN_WORDS = 30
_TAGS = re.compile(r"<[^<>]+>")
_WORD = re.compile(r"\w")


def words_in(text: str) -> int:
    """Return how many words a text has, without its markup."""
    return sum(bool(_WORD.search(each)) for each in _TAGS.sub("", text).split())


def words_of(screen: Screen, renderer: Renderer) -> int:
    """Return how many words of ours a screen has in the language of the renderer."""
    rows = dict[str, int]()
    for line in _phrases(screen):
        rows[line.message] = max(rows.get(line.message, 0), _counted(line, renderer))
    return sum(rows.values())


def messages_of(screen: Screen) -> set[str]:
    """Return the messages of the locale files that a screen has."""
    return {line.message for line in _phrases(screen)}


def _phrases(screen: Screen) -> Iterator[Phrase]:
    for paragraph in screen.paragraphs:
        lines = paragraph if isinstance(paragraph, tuple) else (paragraph,)
        yield from (line for line in lines if isinstance(line, Phrase))


def _counted(line: Phrase, renderer: Renderer) -> int:
    text = renderer.plain(line)
    for shown in sorted(_data(line, renderer), key=len, reverse=True):
        text = text.replace(shown, "x", 1) if words_in(shown) > 1 else text
    return words_in(text)


def _data(line: Phrase, renderer: Renderer) -> Iterator[str]:
    """Yield the values in a phrase as they are shown, those of phrases in it included."""
    for value in line.arguments.values():
        if isinstance(value, Phrase):
            yield from _data(value, renderer)
        else:
            yield _shown(value, renderer)


def _shown(value: str | float | datetime | timedelta | Day | Money | Titles | Language, renderer: Renderer) -> str:
    messages, language = renderer.messages, renderer.language
    match value:
        case datetime():
            return format_time(messages, language, value)
        case timedelta():
            return format_duration(messages, language, value)
        case Day():
            return format_day(messages, language, value.moment)
        case Money():
            return format_money(messages, language, value)
        case Language():
            return language_called(messages, language, value.code)
        case Titles():
            return value.by_language.get(language, "")
    return str(value)
