"""What a person sees, before it is words: phrases, and buttons below them. Knows no Telegram and no language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

type Argument = str | int | float | datetime | timedelta | Phrase


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message of the locale files. Times, durations and phrases among its arguments are worded too."""

    message: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)


def phrase(message: str, **arguments: Argument) -> Phrase:
    """Return a phrase."""
    return Phrase(message, arguments)


@dataclass(frozen=True, slots=True)
class Button:
    """One button: it tells the bot something (`action`), opens a page (`url`) or copies a text (`copy`)."""

    label: Phrase | str
    action: str | None = None
    url: str | None = None
    copy: str | None = None


type Paragraph = Phrase | str | tuple[Phrase, ...]
"""What stands between two empty lines; several phrases are a line each."""
type Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """Paragraphs and rows of buttons; with `qr` it is a picture of that text, and the paragraphs are its caption."""

    paragraphs: tuple[Paragraph, ...]
    rows: Rows = ()
    qr: str | None = None

    def headed(self, heading: Phrase) -> "Screen":
        """Return this screen with a line above it."""
        return Screen((heading, *self.paragraphs), self.rows, self.qr)


def rows(*lines: tuple[Button | None, ...]) -> Rows:
    """Return rows of buttons without the absent ones, and without rows that became empty."""
    present = (tuple(button for button in line if button is not None) for line in lines)
    return tuple(line for line in present if line)
