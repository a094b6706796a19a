"""CloudWatch's evaluation of alarms, as its user guide describes it, over metrics that a test gives.

Read in the guide: "Alarm evaluation", and "Configuring how CloudWatch alarms treat missing data", whose tables are
the examples of `test_cloudwatch.py`. An alarm is judged once a minute.
"""

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

MINUTE = 60
EXTRA_POINTS = 2
"""How many older points CloudWatch reads in addition: as many as in the tables of the guide."""


class MetricKey(NamedTuple):
    """A metric. A value of a dimension is the name of the template's parameter that holds it, or a text."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


class Sample(NamedTuple):
    """One value that was published, `at` seconds after the start."""

    at: float
    value: float


@dataclass
class Published:
    """All values that were published, and the quota of the account for each metric that has one."""

    samples: dict[MetricKey, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    quota: float = 1000

    def add(self, metric: MetricKey, at: float, value: float) -> None:
        """Add one value; values come in the order of their times."""
        self.samples[metric].append(Sample(at, value))

    def within(self, metric: MetricKey, start: float, end: float) -> list[float]:
        """Return the values of a metric from `start` until before `end`."""
        known = self.samples.get(metric, [])
        first, last = (bisect_left(known, at, key=lambda sample: sample.at) for at in (start, end))
        return [sample.value for sample in known[first:last]]


class State(StrEnum):
    """The state of an alarm."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


_STATISTICS: Mapping[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Maximum": max,
    "SampleCount": len,
}
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}
type Point = float | None


@dataclass(frozen=True, slots=True)
class Stat:
    """A metric with the statistic that makes one point out of its values in a period."""

    metric: MetricKey
    statistic: str

    def point(self, published: Published, start: float, end: float) -> Point:
        """Return the point of one period; None if it is missing."""
        values = published.within(self.metric, start, end)
        return _STATISTICS[self.statistic](values) if values else None


@dataclass(frozen=True, eq=False)
class Alarm:
    """An alarm as the template defines it."""

    name: str
    period: int
    evaluated: int
    needed: int
    threshold: float
    comparison: str
    missing: str
    stats: Mapping[str, Stat]
    expression: str

    @classmethod
    def of(cls, name: str, properties: Mapping[str, Any]) -> "Alarm":
        """Read an alarm from the properties in a template."""
        queries = properties.get("Metrics")
        if queries is None:
            stats = {"metric": Stat(_metric(properties), properties["Statistic"])}
            expression, period = "metric", properties["Period"]
        else:
            within = {query["Id"]: query["MetricStat"] for query in queries if "MetricStat" in query}
            stats = {key: Stat(_metric(stat["Metric"]), stat["Stat"]) for key, stat in within.items()}
            (expression,) = [query["Expression"] for query in queries if "Expression" in query]
            (period,) = {stat["Period"] for stat in within.values()}
        return cls(
            name,
            period,
            properties["EvaluationPeriods"],
            properties.get("DatapointsToAlarm", properties["EvaluationPeriods"]),
            properties["Threshold"],
            properties["ComparisonOperator"],
            properties.get("TreatMissingData", "missing"),
            stats,
            expression,
        )

    def states(self, published: Published, end: float, offset: int | None = None) -> list[State]:
        """Return the state at the end of each minute until `end`.

        With an `offset` the periods begin at fixed times, `offset` seconds after multiples of the period. Without
        one, the last period ends with the minute at which the alarm is judged.
        """
        states, state = [], State.INSUFFICIENT_DATA
        for minute in range(1, int(end) // MINUTE + 1):
            now = minute * MINUTE
            last = now if offset is None else now - (now - offset) % self.period
            state = self.judged(self.points(published, last), state)
            states.append(state)
        return states

    def points(self, published: Published, last: float) -> list[Point]:
        """Return the points of the evaluation range that ends at `last`, the oldest first."""
        ends = [last - self.period * age for age in range(self.evaluated + EXTRA_POINTS - 1, -1, -1)]
        return [self._point(published, end - self.period, end) for end in ends]

    def judged(self, points: Sequence[Point], before: State) -> State:
        """Return the state after one evaluation of these points, the oldest first."""
        real = [(age, self._breaches(value)) for age, value in enumerate(reversed(points)) if value is not None]
        breaching = sum(breaches for _, breaches in real[: self.evaluated])
        if len(real) < self.evaluated:
            lacking = self.evaluated - len(real)
            if self.missing == "breaching":
                breaching += lacking
            elif self.missing in {"ignore", "missing"}:
                if not real:
                    return before if self.missing == "ignore" else State.INSUFFICIENT_DATA
                if breaching < self.needed and self._premature(real):
                    return before if self.missing == "ignore" else State.ALARM
        return State.ALARM if breaching >= self.needed else State.OK

    def _premature(self, real: Sequence[tuple[int, bool]]) -> bool:
        """The guide, "Avoiding premature transitions to alarm state": all points that are there breach."""
        return all(breaches for _, breaches in real) and real[-1][0] + 1 >= self.needed

    def _breaches(self, value: float) -> bool:
        return _COMPARISONS[self.comparison](value, self.threshold)

    def _point(self, published: Published, start: float, end: float) -> Point:
        values = {name: stat.point(published, start, end) for name, stat in self.stats.items()}
        return _calculated(_parsed(self.expression), values, published.quota)


@cache
def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body


def _metric(properties: Mapping[str, Any]) -> MetricKey:
    dimensions = ((each["Name"], _value(each["Value"])) for each in properties.get("Dimensions", ()))
    return MetricKey(properties["Namespace"], properties["MetricName"], frozenset(dimensions))


def _value(value: Any) -> str:
    return str(value["Ref"]) if isinstance(value, dict) else str(value)


def _calculated(node: ast.expr, values: Mapping[str, Point], quota: float) -> Point:
    """Calculate an expression of metric math; a missing point makes the result missing."""
    match node:
        case ast.Constant(value=int(number) | float(number)):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.Call(func=ast.Name(id="FILL"), args=[inner, filling]):
            found = _calculated(inner, values, quota)
            return _calculated(filling, values, quota) if found is None else found
        case ast.Call(func=ast.Name(id="SERVICE_QUOTA")):
            return quota
        case ast.BinOp(left=left, op=operator, right=right):
            one, other = _calculated(left, values, quota), _calculated(right, values, quota)
            if one is None or other is None:
                return None
            return {ast.Add: one + other, ast.Mult: one * other, ast.Div: one / other if other else 0}[type(operator)]
    raise NotImplementedError(ast.dump(node))


def changes(states: Iterable[State]) -> list[tuple[int, State]]:
    """Return each change of the state between OK and ALARM, with the minute of the first evaluation that has it."""
    found: list[tuple[int, State]] = []
    for minute, state in enumerate(states, 1):
        if state is not State.INSUFFICIENT_DATA and (not found or found[-1][1] is not state):
            found.append((minute, state))
    return found
