"""How a page shows its state at one glance: an icon, the colour of it, and both in the tab of the browser."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import quote

from vpnbot.web_pages.markup import Html, file


class Tone(StrEnum):
    """The colour of a state; its value is part of the name of a CSS class."""

    GOOD = "good"
    WARN = "warn"
    OFF = "off"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Look:
    """`drawing` is the name of an SVG file in `assets`, without the ending."""

    drawing: str
    tone: Tone

    @property
    def icon(self) -> Html:
        """The icon, in the colour of the text around it."""
        return file(f"{self.drawing}.svg")

    @property
    def tab_icon(self) -> str:
        """The address of the icon for the tab: white on its colour, so that it can be seen in a dark tab as well."""
        return _tab_icon(self)


PLAIN = Look("shield", Tone.PLAIN)
GONE = Look("broken_link", Tone.OFF)
BUSY = Look("wrench", Tone.WARN)

TAB_COLOURS = {Tone.GOOD: "#0b7a4b", Tone.WARN: "#9a5b00", Tone.OFF: "#5d6474", Tone.PLAIN: "#4f46e5"}
"""White is readable on each: at least 4.5:1 (WCAG 2.2, 1.4.3)."""


@cache
def _tab_icon(look: Look) -> str:
    colour = TAB_COLOURS[look.tone]
    drawing = look.icon.strip().replace("currentColor", "#fff").replace('class="tick"', f'stroke="{colour}"')
    inner = drawing.replace("<svg ", '<svg x="4" y="4" width="16" height="16" ', 1)
    square = f'<rect width="24" height="24" rx="6" fill="{colour}"/>'
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{square}{inner}</svg>'
    return f"data:image/svg+xml,{quote(whole)}"
