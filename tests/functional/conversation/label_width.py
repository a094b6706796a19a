"""Whether the label of a button fits in one line on a phone; Telegram's apps cut off what does not."""

from collections.abc import Iterator, Sequence
from functools import cache
from unicodedata import category

import matplotlib as mpl
from matplotlib.ft2font import FT2Font

KEYBOARD_WIDTH = 345
"""The width of a keyboard on a phone that is 390 points wide."""
FONT_SIZE = 16
_GAP, _PADDING = 4, 16
_EMOJI_WIDTH = 1.25
_WIDTH_OF_A_SYSTEM_FONT = 0.89
"""How wide a text is in the fonts of phones, compared with DejaVu Sans."""
_MEASURED_SIZE, _POINTS_PER_INCH = 100, 72
_UNSEEN = frozenset("\ufe0f\u200d")


def too_wide(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the labels of a keyboard that do not fit in one line of their button.

    A typed title that the bot has shortened may end a few letters earlier on a phone: Telegram cuts it the same way.
    """
    return list(_too_wide(rows))


def _too_wide(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in rows:
        room = (KEYBOARD_WIDTH - _GAP * (len(row) - 1)) / len(row) - _PADDING
        yield from (label for label in row if width(label) * FONT_SIZE > room and not label.endswith("…"))


def width(label: str) -> float:
    """Return the width of a label as a multiple of the size of its font."""
    return sum(_width(character) for character in label if character not in _UNSEEN)


def _width(character: str) -> float:
    if category(character) == "So":
        # The two letters of a flag are one picture.
        return _EMOJI_WIDTH / 2 if "\U0001f1e6" <= character <= "\U0001f1ff" else _EMOJI_WIDTH
    return _width_in_dejavu(character) * _WIDTH_OF_A_SYSTEM_FONT


@cache
def _width_in_dejavu(character: str) -> float:
    """Return the width of a character, of an M if the font has none for it."""
    font = _font()
    code = ord(character) if ord(character) in font.get_charmap() else ord("M")
    # FreeType: linearHoriAdvance is in 1/65536 of a pixel, and not rounded.
    return font.load_char(code).linearHoriAdvance / 65536 / _MEASURED_SIZE


@cache
def _font() -> FT2Font:
    font = FT2Font(f"{mpl.get_data_path()}/fonts/ttf/DejaVuSans.ttf")
    font.set_size(_MEASURED_SIZE, _POINTS_PER_INCH)
    return font
