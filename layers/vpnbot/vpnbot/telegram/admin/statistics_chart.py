"""The chart of the statistics: bars of trials, sales and expiries for each day, and a line of the revenue.

There are no words in it: its legend is the caption. It is 1,280 wide, because Telegram reduces larger photos.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vpnbot.telegram.admin.canvas import Canvas

WIDTH, HEIGHT = 1280, 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 110, 1150, 50, 640
_TEXT = 24
_LINES = 4
_WHITE, _GRID, _INK = (255, 255, 255), (229, 233, 240), (92, 104, 122)
_BLUE, _GREEN, _RED, _GOLD = (66, 133, 244), (52, 168, 100), (229, 83, 75), (240, 160, 20)
_COLOURS = (_WHITE, _GRID, _INK, _BLUE, _GREEN, _RED, _GOLD)
_GRID_COLOUR, _INK_COLOUR, _FIRST_BAR, _LINE_COLOUR = 1, 2, 3, 6
_STEPS = (1, 2, 2.5, 5, 10)
_SIGNS = {"RUB": "₽", "XTR": "⭐", "USD": "$", "EUR": "€"}
_MOST_DAY_LABELS = 10
_MOST_BARS = 31
_THOUSAND, _MILLION = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class ChartDay:
    """One day: its number in the month, the three counts, and the revenue in whole units of the currency."""

    number: int
    counts: tuple[int, int, int]
    revenue: float = 0


def chart(days: Sequence[ChartDay], currency: str, *, levels: bool = False) -> bytes:
    """Return the picture as a PNG file, of at most 30 kB.

    Of many days, three are drawn as one: as their sum, or, if the counts are levels, as the last of them.
    """
    while len(days) > _MOST_BARS:
        parts = [days[max(end - 3, 0) : end] for end in range(len(days), 0, -3)][::-1]
        days = [part[-1] if levels else _together(part) for part in parts]
    canvas = Canvas(WIDTH, HEIGHT, _COLOURS)
    most = _axis_end(max((max(day.counts) for day in days), default=0), whole=True)
    most_money = _axis_end(max((day.revenue for day in days), default=0))
    for number in range(_LINES + 1):
        y = _BOTTOM - (_BOTTOM - _TOP) * number // _LINES
        canvas.rectangle(_LEFT, y - 1, _RIGHT, y + 1, _GRID_COLOUR)
        label = y - _TEXT // 2
        canvas.text(_short(most * number / _LINES), _LEFT - 20, label, _TEXT, _INK_COLOUR, right=True)
        if any(day.revenue for day in days):
            sign = _SIGNS.get(currency, "") if number == _LINES else ""
            canvas.text(_short(most_money * number / _LINES) + sign, _RIGHT + 16, label, _TEXT, _LINE_COLOUR)
    _bars(canvas, days, most)
    _line(canvas, days, most_money)
    return canvas.png()


def _together(days: Sequence[ChartDay]) -> ChartDay:
    trials, sales, expiries = (sum(day.counts[place] for day in days) for place in range(3))
    return ChartDay(days[-1].number, (trials, sales, expiries), sum(day.revenue for day in days))


def _bars(canvas: Canvas, days: Sequence[ChartDay], most: float) -> None:
    step = (_RIGHT - _LEFT) / len(days)
    width = max(int(step * 0.78 / 3), 2)
    gap = 1 if width < 8 else 2 if width < 20 else 4
    every = -(-len(days) // _MOST_DAY_LABELS)
    for number, day in enumerate(days):
        middle = _LEFT + step * (number + 0.5)
        for place, count in enumerate(day.counts):
            left = round(middle + (place - 1.5) * width)
            height = round((_BOTTOM - _TOP) * count / most)
            if count:
                top = _BOTTOM - max(height, 3)
                canvas.bar(left, top, left + width - gap, _BOTTOM, _FIRST_BAR + place, radius=min(width // 3, 10))
        if (len(days) - 1 - number) % every == 0:
            text = str(day.number)
            canvas.text(text, middle - canvas.text_width(text, _TEXT) / 2, _BOTTOM + 24, _TEXT, _INK_COLOUR)


def _line(canvas: Canvas, days: Sequence[ChartDay], most: float) -> None:
    if not any(day.revenue for day in days):
        return
    step = (_RIGHT - _LEFT) / len(days)
    points = [
        (_LEFT + step * (number + 0.5), _BOTTOM - (_BOTTOM - _TOP) * max(day.revenue, 0) / most)
        for number, day in enumerate(days)
    ]
    canvas.line(points, _LINE_COLOUR, 5)
    for x, y in points:
        canvas.line([(x, y), (x, y)], _LINE_COLOUR, 14 if step > 20 else 8)


def _axis_end(most: float, *, whole: bool = False) -> float:
    """Return a round number, at least as large, that four steps divide well; counts have whole steps."""
    wanted, power = max(most, 1) / _LINES, 1.0
    if whole:
        wanted = max(wanted, 1)
    while power * 10 <= wanted:
        power *= 10
    steps = [step * power for step in _STEPS if not whole or step * power == int(step * power)]
    return _LINES * next(step for step in steps if step >= wanted)


def _short(value: float) -> str:
    """Return a number in few characters: 950, 1.5k, 2M."""
    for size, sign in ((_MILLION, "M"), (_THOUSAND, "k")):
        if value >= size:
            return f"{value / size:.2f}".rstrip("0").rstrip(".") + sign
    return f"{value:.2f}".rstrip("0").rstrip(".")
