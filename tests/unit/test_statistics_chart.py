"""The chart is a small PNG file without words, made without a library for pictures."""

import random
import struct
import subprocess
import sys
import zlib

import pytest

from vpnbot.telegram.admin.chart_strokes import STROKES
from vpnbot.telegram.admin.statistics_chart import ChartDay, chart

SEED = random.Random(7)
BLUE, GREEN, RED, GOLD = (bytes([number * 8]) for number in (3, 4, 5, 6))


def some_days(count: int) -> list[ChartDay]:
    """Return days with random figures."""
    return [
        ChartDay(
            number % 30 + 1, (SEED.randint(0, 90), SEED.randint(0, 40), SEED.randint(0, 30)), SEED.random() * 9_000
        )
        for number in range(count)
    ]


def rows_of(png: bytes) -> list[bytes]:
    """Return the rows of pixels of a picture, each pixel a number of the palette; checks each chunk."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size]) == (zlib.crc32(kind + data),)
        chunks[kind] = data
        at += size + 12
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    assert (width, height) == (1280, 720)
    pixels = zlib.decompress(chunks[b"IDAT"])
    return [pixels[y * (width + 1) + 1 : (y + 1) * (width + 1)] for y in range(height)]


@pytest.mark.parametrize("count", [7, 30, 90])
def test_a_picture_of_any_period_is_small(count: int) -> None:
    assert len(chart(some_days(count), "RUB")) <= 30_000


def test_bars_are_as_high_as_their_figures() -> None:
    rows = rows_of(chart([ChartDay(1, (8, 4, 2))], "RUB"))
    heights = [sum(colour in row for row in rows) for colour in (BLUE, GREEN, RED)]
    assert heights[0] == pytest.approx(2 * heights[1], abs=2)
    assert heights[1] == pytest.approx(2 * heights[2], abs=2)
    assert not any(GOLD in row for row in rows)


def test_of_many_days_flows_are_added_up_and_of_levels_the_last_is_drawn() -> None:
    days = [ChartDay(number, (number, 0, 0)) for number in range(1, 91)]
    last = [ChartDay(number, (number, 0, 0)) for number in range(3, 91, 3)]
    sums = [ChartDay(number, (3 * number - 3, 0, 0)) for number in range(3, 91, 3)]
    assert chart(days, "", levels=True) == chart(last, "")
    assert chart(days, "") == chart(sums, "")


def test_days_without_anything_and_negative_revenue_can_be_drawn() -> None:
    nothing = rows_of(chart([ChartDay(number, (0, 0, 0)) for number in range(1, 8)], "XTR"))
    assert not any(colour in row for row in nothing for colour in (BLUE, GREEN, RED, GOLD))
    refunds = rows_of(chart([ChartDay(1, (0, 0, 0), 100), ChartDay(2, (0, 0, 0), -500)], "USD"))
    assert any(GOLD in row for row in refunds)


def test_every_character_of_numbers_and_signs_can_be_drawn() -> None:
    assert set("0123456789.k%₽⭐$-") <= STROKES.keys()


def test_no_library_for_pictures_is_imported() -> None:
    script = "import sys, vpnbot.telegram.admin.statistics_chart; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert not {"PIL", "numpy", "matplotlib", "aiogram"} & set(done.stdout.split())
