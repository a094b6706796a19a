"""The evaluator of alarms agrees with the tables of CloudWatch's user guide on missing data."""

from dataclasses import replace

import pytest

from tests.infrastructure.cloudwatch import Alarm, MetricKey, Published, State

PLAIN = Alarm.of(
    "Example",
    {
        "Namespace": "n",
        "MetricName": "m",
        "Statistic": "Maximum",
        "Period": 300,
        "EvaluationPeriods": 3,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
    },
)
TWO_OF_THREE = replace(PLAIN, needed=2)
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
RETAINED = State.INSUFFICIENT_DATA
"""The state before each example, which is retained where the guide says so."""
OK, ALARM, UNKNOWN = State.OK, State.ALARM, State.INSUFFICIENT_DATA


@pytest.mark.parametrize(
    ("alarm", "points", "expected"),
    [
        (PLAIN, "0 - X - X", (OK, OK, OK, OK)),
        (PLAIN, "- - - - 0", (OK, OK, OK, OK)),
        (PLAIN, "- - - - -", (UNKNOWN, RETAINED, ALARM, OK)),
        (PLAIN, "0 X X - X", (ALARM, ALARM, ALARM, ALARM)),
        (PLAIN, "- - X - -", (ALARM, RETAINED, ALARM, OK)),
        (TWO_OF_THREE, "0 - X - X", (ALARM, ALARM, ALARM, ALARM)),
        (TWO_OF_THREE, "0 0 X 0 X", (ALARM, ALARM, ALARM, ALARM)),
        (TWO_OF_THREE, "0 - X - -", (OK, OK, ALARM, OK)),
        (TWO_OF_THREE, "- - - - 0", (OK, OK, ALARM, OK)),
        (TWO_OF_THREE, "- - - X -", (ALARM, RETAINED, ALARM, OK)),
    ],
)
def test_each_row_of_the_guide(alarm: Alarm, points: str, expected: tuple[State, ...]) -> None:
    values = [{"-": None, "X": 1.0, "0": 0.0}[point] for point in points.split()]
    judged = tuple(replace(alarm, missing=missing).judged(values, RETAINED) for missing in TREATMENTS)
    assert judged == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("FILL(a, 0) + FILL(b, 7)", 9),
        ("a + b", None),
        ("100 * a / SERVICE_QUOTA(a)", 20),
    ],
)
def test_metric_math(expression: str, expected: float | None) -> None:
    key = MetricKey("n", "m", frozenset())
    queries = [
        {"Id": "x", "Expression": expression},
        *(
            {
                "Id": name,
                "MetricStat": {"Metric": {"Namespace": "n", "MetricName": metric}, "Period": 60, "Stat": "Maximum"},
            }
            for name, metric in (("a", "m"), ("b", "absent"))
        ),
    ]
    alarm = Alarm.of(
        "Math",
        {
            "Metrics": queries,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
        },
    )
    published = Published(quota=10)
    published.add(key, 30, 2)
    assert alarm.points(published, 60)[-1] == expected


def test_fixed_periods_begin_at_their_offset_and_sliding_ones_end_with_the_minute() -> None:
    key = MetricKey("n", "m", frozenset())
    alarm = replace(PLAIN, evaluated=1, needed=1, missing="notBreaching")
    published = Published()
    published.add(key, 330, 1)
    assert alarm.states(published, 600, offset=0).index(ALARM) == 9, "known when the period from 300 to 600 has ended"
    assert alarm.states(published, 600, offset=60).index(ALARM) == 5
    assert alarm.states(published, 600).index(ALARM) == 5
