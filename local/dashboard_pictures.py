"""`python -m local.dashboard_pictures`: run a shop for ten days, and save pictures of both dashboards.

The dashboards are drawn from `monitoring/dashboards.yaml`, with the metrics that the functions publish in the run.
"""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

from local.dashboard_metrics import Collected, Point
from local.dashboard_shop import ten_days
from local.dashboards import Widget, dashboards
from local.invocation import Outcome
from local.options import Options
from local.paths import ROOT
from local.stack import Function
from local.system import System

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURES = ROOT / "docs" / "images"
TECHNICAL_SHOWS = timedelta(hours=30)
"""The end of the run that the technical dashboard shows: the last day, with its faults."""
_COLUMNS = 24
_INCHES_PER_COLUMN, _INCHES_PER_ROW = 0.62, 0.52


def value_of(values: Sequence[float], statistic: str) -> float:
    """Return the statistic of the values of one period, as CloudWatch names it.

    Raises:
        ValueError: another statistic than those of the dashboards.
    """
    match statistic:
        case "Sum":
            return sum(values)
        case "Maximum":
            return max(values)
        case _ if statistic.startswith("p") and statistic[1:].isdigit():
            if len(values) == 1:
                return values[0]
            return quantiles(values, n=100, method="inclusive")[int(statistic[1:]) - 1]
        case _:
            raise ValueError(statistic)


def by_period(
    points: Sequence[Point], period_seconds: int, statistic: str, began: datetime
) -> list[tuple[datetime, float]]:
    """Return one value for each period that has points, at the beginning of the period."""
    periods: defaultdict[int, list[float]] = defaultdict(list)
    for point in points:
        periods[int((point.at - began).total_seconds() // period_seconds)].append(point.value)
    return [
        (began + timedelta(seconds=number * period_seconds), value_of(values, statistic))
        for number, values in sorted(periods.items())
    ]


def draw(widgets: Sequence[Widget], metrics: Collected, since: datetime, until: datetime, path: Path) -> Path:
    """Save a picture of one dashboard over a range of time."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    rows = max(widget.y + widget.height for widget in widgets)
    with rc_context({"font.size": 8, "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left"}):
        figure = Figure(figsize=(_COLUMNS * _INCHES_PER_COLUMN, rows * _INCHES_PER_ROW), layout="constrained")
        grid = figure.add_gridspec(rows, _COLUMNS)
        for widget in widgets:
            place = grid[widget.y : widget.y + widget.height, widget.x : widget.x + widget.width]
            _draw_widget(figure.add_subplot(place), widget, metrics, since, until)
        figure.savefig(path, dpi=100)
    return path


def _draw_widget(axes: "Axes", widget: Widget, metrics: Collected, since: datetime, until: datetime) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
    from matplotlib.ticker import MaxNLocator

    drawn, highest = 0, 0.0
    for shown in widget.shown:
        for label, points in metrics.of(shown):
            seen = [point for point in points if since <= point.at <= until]
            values = by_period(seen, widget.period_seconds, shown.statistic, since)
            if values:
                axes.plot(*zip(*values, strict=True), marker="o", markersize=2, linewidth=1.2, label=label)
                drawn, highest = drawn + 1, max(highest, *(value for _, value in values))
    axes.set_title(widget.title)
    axes.set_ylabel(widget.axis)
    axes.set_xlim(*date2num([since, until]))  # type: ignore[no-untyped-call]  # matplotlib.dates has no types
    axes.set_ylim(bottom=0)
    axes.grid(visible=True, alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    locator = AutoDateLocator(minticks=4, maxticks=7)  # type: ignore[no-untyped-call]  # matplotlib.dates has no types
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]  # as above
    if drawn:
        axes.set_ylim(top=axes.get_ylim()[1] * 1.25 if highest else 1)
        axes.legend(loc="upper left", fontsize=7, frameon=False, ncols=1 if drawn < 4 else 2)
    else:
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no value in this run", transform=axes.transAxes, ha="center", color="gray")


def names_of(system: System) -> dict[str, str]:
    """Return the names of a run's resources, as the nested stack gets them in its parameters."""
    names = {function.name: function.name for function in system.template.functions.values()}
    stack = next(iter(system.template.functions.values())).environment["POWERTOOLS_SERVICE_NAME"]
    apis = {name: name for name in ("HttpApi", "TelegramApi")}
    return {**names, **apis, "StackName": stack, "Table": system.template.tables[0].name}


async def take_both() -> list[Path]:
    """Run the shop, draw both dashboards, and return the paths of the pictures."""
    collected: list[Collected] = []

    def keep(_environment: str, line: str) -> None:
        if collected:
            collected[0].add_line(line)

    async with System(Options(scheduled=False, on_log=keep)) as system:
        metrics = Collected(system.clock.now)
        collected.append(metrics)
        measured = system.runtime.on_end

        def on_end(outcome: Outcome, function: Function) -> None:
            measured(outcome, function)
            metrics.add_invocation(outcome, function, system.meter.readings[-1].cost, system.template)

        system.runtime.on_end = on_end
        began = system.clock.now()
        await ten_days(system)
        ended, names = system.clock.now(), names_of(system)
    shown = dashboards(names)
    return [
        draw(shown["Business"], metrics, began, ended, PICTURES / "dashboard-business.png"),
        draw(shown["Technical"], metrics, ended - TECHNICAL_SHOWS, ended, PICTURES / "dashboard-technical.png"),
    ]


def main() -> int:
    """Save the pictures and print their paths."""
    for path in asyncio.run(take_both()):
        print(path.relative_to(ROOT), f"{path.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
