"""The pictures of dashboards show what CloudWatch would compute from the same values."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from local.dashboard_metrics import Collected, Point
from local.dashboard_pictures import by_period, value_of
from local.dashboards import Shown, dashboards

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
LINE = {
    "_aws": {
        "Timestamp": 1,
        "CloudWatchMetrics": [
            {"Namespace": "vpnbot", "Dimensions": [["service", "currency"]], "Metrics": [{"Name": "Revenue"}]}
        ],
    },
    "service": "shop",
    "currency": "RUB",
    "Revenue": [199.0, 1.0],
}


@pytest.mark.parametrize(
    ("statistic", "expected"), [("Sum", 10.0), ("Maximum", 4.0), ("p50", 2.5), ("p99", pytest.approx(3.97))]
)
def test_a_statistic_is_that_of_cloudwatch(statistic: str, expected: float) -> None:
    assert value_of([1.0, 2.0, 3.0, 4.0], statistic) == expected


def test_one_value_is_each_percentile_and_another_statistic_is_refused() -> None:
    assert value_of([7.0], "p99") == 7.0
    with pytest.raises(ValueError, match="Average"):
        value_of([1.0], "Average")


def test_values_are_put_together_by_period_and_a_period_without_values_has_none() -> None:
    points = [Point(BEGAN + timedelta(seconds=at), "vpnbot", "Trials", {}, 1) for at in (0, 299, 300, 900)]
    assert by_period(points, 300, "Sum", BEGAN) == [
        (BEGAN, 2),
        (BEGAN + timedelta(seconds=300), 1),
        (BEGAN + timedelta(seconds=900), 1),
    ]


def test_lines_in_the_embedded_metric_format_are_collected_at_the_virtual_time_and_others_are_not() -> None:
    collected = Collected(lambda: BEGAN)
    collected.add_line(json.dumps(LINE))
    collected.add_line(json.dumps({"message": "activity", "counts": {"Trials": 1}}))
    collected.add_line("START RequestId")
    assert [(point.at, point.name, point.value) for point in collected.points] == [
        (BEGAN, "Revenue", 199.0),
        (BEGAN, "Revenue", 1.0),
    ]
    shown = Shown("vpnbot", "Revenue", {"service": "shop"}, "Sum", "Revenue", split_by="currency")
    assert [(label, len(points)) for label, points in collected.of(shown)] == [("RUB", 2)]
    other = Shown("vpnbot", "Revenue", {"service": "another"}, "Sum", "Revenue", split_by="currency")
    assert list(collected.of(other)) == []


def test_the_definition_of_both_dashboards_is_read_with_the_names_of_a_stack() -> None:
    read = dashboards({"StackName": "vpnbot-demo", "TelegramWebhook": "webhook-1"})
    assert set(read) == {"Business", "Technical"}
    trials = read["Business"][0].shown[0]
    assert (trials.name, trials.dimensions, trials.statistic) == ("Trials", {"service": "vpnbot-demo"}, "Sum")
    (revenue,) = read["Business"][2].shown
    assert (revenue.split_by, revenue.dimensions) == ("currency", {"service": "vpnbot-demo"})
    assert read["Technical"][0].shown[0].dimensions == {"FunctionName": "webhook-1"}
