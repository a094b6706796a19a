"""A screen before it is rendered: phrases and buttons, independent of language and of Telegram."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vpnbot.domain.money import Money

type Argument = str | int | float | datetime | timedelta | Day | Money | Titles | Language | Phrase


@dataclass(frozen=True, slots=True)
class Day:
    """A time of which only the day is shown, with its year."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Titles:
    """A text that an operator has written in several languages; shown in that of the reader, else in English."""

    by_language: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its code; shown by its name in the language of the reader."""

    code: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message of the locale files, and its arguments; times, money and phrases among them are formatted."""

    message: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)


def phrase(message: str, **arguments: Argument) -> Phrase:
    """Return a phrase."""
    return Phrase(message, arguments)


@dataclass(frozen=True, slots=True)
class Button:
    """One button: it sends callback data (`action`), opens a page (`url`) or copies a text (`copy`)."""

    label: Phrase | str
    action: str | None = None
    url: str | None = None
    copy: str | None = None


type Paragraph = Phrase | str | tuple[Phrase, ...]
"""A block of text between empty lines; several phrases are one line each."""
type Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """Paragraphs and rows of buttons.

    With `qr` it is a picture of that text, with `picture` that PNG file; the paragraphs are its caption then.
    """

    paragraphs: tuple[Paragraph, ...]
    rows: Rows = ()
    qr: str | None = None
    picture: bytes | None = None

    def headed(self, heading: Phrase) -> "Screen":
        """Return this screen with a paragraph above it."""
        return Screen((heading, *self.paragraphs), self.rows, self.qr, self.picture)

    def led_by(self, heading: Phrase) -> "Screen":
        """Return this screen with a paragraph above it, and of its own text the first line: so it stays short."""
        first = self.paragraphs[0]
        line = first[0] if isinstance(first, tuple) else first
        return Screen((heading, line), self.rows, self.qr, self.picture)


def rows(*lines: tuple[Button | None, ...]) -> Rows:
    """Return rows of buttons, leaving out absent buttons and empty rows."""
    present = (tuple(button for button in line if button is not None) for line in lines)
    return tuple(line for line in present if line)
