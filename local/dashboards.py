"""The dashboards of `monitoring/dashboards.yaml`, as data: their widgets, and the metrics that each shows."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.intrinsics import parse

TEMPLATE = Path(__file__).parents[1] / "monitoring/dashboards.yaml"
_SUBSTITUTED = re.compile(r"\$\{([A-Za-z:]+)\}")
_SEARCH = re.compile(
    r"SEARCH\('\{(?P<namespace>[^,]+),(?P<dimensions>[^}]+)\} MetricName=\"(?P<name>\w+)\""
    r"(?: \w+=\"[^\"]*\")*', '(?P<statistic>\w+)', \d+\)"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One metric in a widget, with its statistic. `split_by` is the dimension of which each value is a line."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    label: str
    split_by: str | None = None


@dataclass(frozen=True, slots=True)
class Widget:
    """One graph: `x`, `y`, `width` and `height` in the grid of 24 columns, `period_seconds` of a point."""

    title: str
    x: int
    y: int
    width: int
    height: int
    period_seconds: int
    axis: str
    shown: Sequence[Shown]


def dashboards(names: Mapping[str, str] | None = None) -> dict[str, list[Widget]]:
    """Return the widgets of each dashboard by its logical id.

    `names` are the values of the template's parameters; a parameter that is not in it stands for itself.
    """
    resources = parse(TEMPLATE.read_text("utf-8"))["Resources"]
    return {
        logical_id: [_widget(widget) for widget in json.loads(_resolved(resource, names or {}))["widgets"]]
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::CloudWatch::Dashboard"
    }


def _resolved(resource: Mapping[str, Any], names: Mapping[str, str]) -> str:
    body: str = resource["Properties"]["DashboardBody"]["Fn::Sub"]
    return _SUBSTITUTED.sub(lambda found: names.get(found[1], found[1]), body)


def _widget(widget: Mapping[str, Any]) -> Widget:
    properties = widget["properties"]
    return Widget(
        title=properties["title"],
        x=widget["x"],
        y=widget["y"],
        width=widget["width"],
        height=widget["height"],
        period_seconds=properties["period"],
        axis=properties["yAxis"]["left"].get("label", ""),
        shown=[_shown(metric) for metric in properties["metrics"]],
    )


def _shown(metric: Sequence[Any]) -> Shown:
    """Read one entry of `metrics`: namespace, name, dimensions, options; or a SEARCH over one dimension.

    Raises:
        ValueError: an expression of another form.
    """
    if isinstance(metric[0], Mapping):
        return _searched(metric[0])
    namespace, name, *pairs, options = metric
    dimensions = dict(zip(pairs[::2], pairs[1::2], strict=True))
    return Shown(namespace, name, dimensions, options["stat"], options.get("label", name))


def _searched(options: Mapping[str, Any]) -> Shown:
    found = _SEARCH.fullmatch(options["expression"])
    if found is None:
        raise ValueError(f"not understood: {options['expression']}")
    (split_by,) = set(found["dimensions"].split(",")) - {"service"}
    service = re.search(r'service="([^"]*)"', options["expression"])
    dimensions = {"service": service[1]} if service else {}
    return Shown(found["namespace"], found["name"], dimensions, found["statistic"], found["name"], split_by)
