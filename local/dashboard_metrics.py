"""The metrics of a local run: what the functions publish, and what AWS would measure of functions, API and table."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.dashboards import Shown
from local.invocation import Outcome
from local.meter import Cost
from local.sam_env import WEBHOOK_FUNCTION
from local.stack import Function, Template


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric, at a virtual time."""

    at: datetime
    namespace: str
    name: str
    dimensions: Mapping[str, str]
    value: float


@dataclass(slots=True)
class Collected:
    """The points of a run, in order of time. `clock` returns the virtual time."""

    clock: Callable[[], datetime]
    points: list[Point] = field(default_factory=list)

    def add_line(self, line: str) -> None:
        """Add the metrics of a line in the embedded metric format; other lines have none.

        The time is the virtual one: a line has that of the machine.
        """
        if '"_aws"' not in line:
            return
        values = json.loads(line)
        for directive in values["_aws"]["CloudWatchMetrics"]:
            (names,) = directive["Dimensions"]
            dimensions = {name: str(values[name]) for name in names}
            for metric in directive["Metrics"]:
                for value in _list(values[metric["Name"]]):
                    self._add(directive["Namespace"], metric["Name"], dimensions, value)

    def add_invocation(self, outcome: Outcome, function: Function, cost: Cost, template: Template) -> None:
        """Add what AWS measures of one invocation: of the function, of the API and of the table."""
        called = {"FunctionName": function.name}
        self._add("AWS/Lambda", "Invocations", called, 1)
        self._add("AWS/Lambda", "Errors", called, int(outcome.error is not None))
        self._add("AWS/Lambda", "Throttles", called, 0)
        self._add("AWS/Lambda", "Duration", called, outcome.duration_ms)
        table = {"TableName": template.tables[0].name}
        self._add("AWS/DynamoDB", "ConsumedReadCapacityUnits", table, cost.read_units)
        self._add("AWS/DynamoDB", "ConsumedWriteCapacityUnits", table, cost.write_units)
        if cost.http_requests:
            status = 500 if outcome.error else int(outcome.payload.get("statusCode", 200))
            api = {"ApiId": "TelegramApi" if function.name == WEBHOOK_FUNCTION else "HttpApi"}
            self._add("AWS/ApiGateway", "4xx", api, int(400 <= status < 500))
            self._add("AWS/ApiGateway", "5xx", api, int(status >= 500))

    def of(self, shown: Shown) -> Iterator[tuple[str, list[Point]]]:
        """Yield the lines of one metric of a widget: its label, and its points; without points nothing."""
        wanted = shown.dimensions.items()
        found = [
            point
            for point in self.points
            if (point.namespace, point.name) == (shown.namespace, shown.name) and wanted <= point.dimensions.items()
        ]
        if shown.split_by is None:
            yield from [(shown.label, found)] if found else []
            return
        for value in sorted({point.dimensions[shown.split_by] for point in found}):
            yield value, [point for point in found if point.dimensions[shown.split_by] == value]

    def _add(self, namespace: str, name: str, dimensions: Mapping[str, str], value: float) -> None:
        self.points.append(Point(self.clock(), namespace, name, dimensions, float(value)))


def _list(value: Any) -> list[float]:
    return value if isinstance(value, list) else [value]
