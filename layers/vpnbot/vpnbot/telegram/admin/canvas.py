"""A picture in a few colours with smooth edges, and its PNG file. Made with zlib and struct alone.

A pixel is a number of the palette. Each colour has eight tints between the background and itself, which make edges
smooth. Source of the format: PNG (third edition), W3C recommendation, chapters 5, 9 and 11.
"""

import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from vpnbot.telegram.admin.chart_strokes import STROKES, WIDTHS

type Colour = tuple[int, int, int]
type Point = tuple[float, float]

TINTS = 8
_PALETTE, _DEPTH = 3, 8
_GRID_WIDTH, _GRID_HEIGHT, _GAP = 4, 6, 1.5


class Canvas:
    """A picture; `colours` are the background and up to 31 others, which are named by their numbers from 1."""

    def __init__(self, width: int, height: int, colours: Sequence[Colour]) -> None:
        self.width, self.height = width, height
        self._colours = colours
        self._rows = [bytearray(width) for _ in range(height)]

    def rectangle(self, left: int, top: int, right: int, bottom: int, colour: int) -> None:
        """Fill from left and top to before right and bottom."""
        if right > left:
            for y in range(max(top, 0), min(bottom, self.height)):
                self._rows[y][left:right] = bytes([colour * TINTS]) * (right - left)

    def bar(self, left: int, top: int, right: int, bottom: int, colour: int, radius: int) -> None:
        """Fill a bar whose upper corners are round."""
        radius = min(radius, (right - left) // 2, bottom - top)
        self.rectangle(left, top + radius, right, bottom, colour)
        self.rectangle(left + radius, top, right - radius, top + radius, colour)
        for y in range(radius):
            for x in range(radius):
                share = radius + 0.5 - hypot(radius - x - 0.5, radius - y - 0.5)
                self._mix(left + x, top + y, colour, share)
                self._mix(right - 1 - x, top + y, colour, share)

    def line(self, points: Sequence[Point], colour: int, width: float) -> None:
        """Draw a line with round ends and corners through points."""
        for (x1, y1), (x2, y2) in pairwise(points):
            self._segment(x1, y1, x2, y2, colour, width / 2)

    def text(self, text: str, x: float, y: float, height: float, colour: int, *, right: bool = False) -> None:
        """Draw characters whose top left, or with `right` top right, is at x and y; unknown ones are left out."""
        scale = height / _GRID_HEIGHT
        if right:
            x -= self.text_width(text, height)
        for character in text:
            for stroke in STROKES.get(character, ()):
                self.line([(x + dx * scale, y + dy * scale) for dx, dy in stroke], colour, max(height / 8, 2))
            x += (WIDTHS.get(character, _GRID_WIDTH) + _GAP) * scale

    @staticmethod
    def text_width(text: str, height: float) -> float:
        """Return how wide a text is."""
        widths = sum(WIDTHS.get(character, _GRID_WIDTH) + _GAP for character in text)
        return max(widths - _GAP, 0) * height / _GRID_HEIGHT

    def png(self) -> bytes:
        """Return the picture as a file."""
        header = struct.pack(">IIBBBBB", self.width, self.height, _DEPTH, _PALETTE, 0, 0, 0)
        pixels = b"".join(b"\x00" + row for row in self._rows)
        chunks = ((b"IHDR", header), (b"PLTE", self._palette()), (b"IDAT", zlib.compress(pixels, 8)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )

    def _palette(self) -> bytes:
        """Return for each colour its tints: the first is the colour itself, the others lead to the background."""
        background = self._colours[0]
        return bytes(
            round(ground + (level - ground) * (TINTS - tint) / TINTS)
            for colour in self._colours
            for tint in range(TINTS)
            for level, ground in zip(colour, background, strict=True)
        )

    def _mix(self, x: int, y: int, colour: int, share: float) -> None:
        """Cover a share of a pixel, unless it has as much of this colour, or is covered by another one."""
        tint = TINTS - round(min(max(share, 0), 1) * TINTS)
        if tint < TINTS and 0 <= x < self.width and 0 <= y < self.height:
            present = self._rows[y][x]
            covered = present // TINTS == colour and present % TINTS < tint
            if not covered:
                self._rows[y][x] = colour * TINTS + tint

    def _segment(self, x1: float, y1: float, x2: float, y2: float, colour: int, radius: float) -> None:
        """Draw a part of a line: in each row, only the pixels near it are looked at."""
        wide, high = x2 - x1, y2 - y1
        length = wide**2 + high**2
        edge = radius + 0.5
        for y in range(int(min(y1, y2) - radius - 1), int(max(y1, y2) + radius + 2)):
            middle = y + 0.5
            parts = [(middle + reach - y1) / high for reach in (-edge, edge)] if high else [0, 1]
            near = [x1 + min(max(part, 0), 1) * wide for part in parts]
            for x in range(int(min(near) - edge - 1), int(max(near) + edge + 2)):
                along = ((x + 0.5 - x1) * wide + (middle - y1) * high) / length if length else 0
                along = min(max(along, 0), 1)
                distance = hypot(x + 0.5 - x1 - along * wide, middle - y1 - along * high)
                if distance < edge:
                    self._mix(x, y, colour, edge - distance)
