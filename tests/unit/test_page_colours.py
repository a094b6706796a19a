"""The colours of the page behind a link, and of the demo page, have enough contrast (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from itertools import product

import pytest

from local.paths import ROOT
from vpnbot.web_pages.look import TAB_COLOURS, Tone
from vpnbot.web_pages.markup import file

TEXT, LARGE = 4.5, 3.0
"""The least contrast of text, and of large text, drawings and what shows the focus."""
LIGHT_AND_DARK = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);")
ONE = re.compile(r"--([\w-]+): (#\w{6});")
PAIRS = [
    *product(["ink", "soft"], ["ground", "glow", "card", "fill"], [TEXT]),
    *product(["ink"], ["fill-hover"], [TEXT]),
    *product(["accent"], ["card", "ground", "glow"], [TEXT]),
    *product(["good", "warn", "off"], ["card"], [TEXT]),
    ("note-ink", "note", TEXT),
    ("card", "good", TEXT),
    *product(["accent"], ["fill"], [LARGE]),
]
"""Foreground, background, least contrast."""


def colours(dark: bool, style: str = "") -> dict[str, str]:
    """Return the colours of a style sheet by name, of the page behind a link if none is given."""
    style = style or file("style.css")
    both = {name: second if dark else first for name, first, second in LIGHT_AND_DARK.findall(style)}
    return {**dict(ONE.findall(style)), **both}


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2, definition of relative luminance)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_what_is_read_stands_out(front: str, back: str, least: float, dark: bool) -> None:
    known = colours(dark)
    assert contrast(known[front], known[back]) >= least


@pytest.mark.parametrize("back", ["button", "button-hover"])
def test_white_words_stand_out_on_the_main_button(back: str) -> None:
    assert contrast("#ffffff", colours(dark=False)[back]) >= TEXT


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("back", ["accent-solid", "accent-deep", "danger-solid", "success-solid"])
def test_white_words_stand_out_on_the_buttons_of_the_demo_page(back: str, dark: bool) -> None:
    style = (ROOT / "local" / "page" / "look.css").read_text(encoding="utf-8")
    assert contrast("#ffffff", colours(dark, style)[back]) >= TEXT


@pytest.mark.parametrize("tone", Tone)
def test_the_drawing_in_the_tab_stands_out_on_its_colour(tone: Tone) -> None:
    assert contrast("#ffffff", TAB_COLOURS[tone]) >= TEXT
