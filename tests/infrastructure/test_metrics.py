"""The metrics that cost money, and what dashboards and alarms show: each side names only what the other has."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from local.dashboards import Shown, dashboards
from tests.infrastructure.transformed_template import ROOT
from vpnbot.aws.observability import NAMESPACE
from vpnbot.usecases.ports.metrics import BUGS_OF_VERSION, PUBLISHED, REVENUE

TEMPLATES = (ROOT / "template.yaml", *sorted((ROOT / "monitoring").glob("*.yaml")))
MOST_PUBLISHED = 26
"""Each published metric costs up to 30 cents of a dollar a month: another one needs a reason, or replaces one."""
DIMENSIONS = {
    **{str(metric): {"service"} for metric in PUBLISHED},
    REVENUE: {"service", "currency"},
    BUGS_OF_VERSION: {"function", "version"},
}
"""The dimensions of each metric of our own. Their values are bounded: the stack, the currencies of the shop, the
versions that had a bug."""
OF_AWS = {
    # docs.aws.amazon.com: "Metrics for Lambda functions", "HTTP APIs metrics", "CloudWatch metrics for Amazon SQS",
    # "DynamoDB metrics and dimensions". The tables' throttle events have only the dimension of the table.
    "AWS/Lambda": ({"Invocations", "Errors", "Throttles", "Duration"}, {"FunctionName"}),
    "AWS/ApiGateway": ({"4xx", "5xx", "Count", "Latency"}, {"ApiId"}),
    "AWS/SQS": ({"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}, {"QueueName"}),
    "AWS/DynamoDB": (
        {
            "ConsumedReadCapacityUnits",
            "ConsumedWriteCapacityUnits",
            "ReadThrottleEvents",
            "WriteThrottleEvents",
        },
        {"TableName"},
    ),
}
SHOWN = [shown for widgets in dashboards().values() for widget in widgets for shown in widget.shown]


def alarms() -> Iterator[dict[str, Any]]:
    """Yield the properties of every alarm of every template."""
    for path in TEMPLATES:
        for resource in yaml_parse(Path(path).read_text())["Resources"].values():
            if resource["Type"] == "AWS::CloudWatch::Alarm":
                yield resource["Properties"]


def named_by_alarms(alarm: dict[str, Any]) -> Iterator[tuple[str, str, set[str]]]:
    """Yield namespace, name and dimensions of each metric of an alarm."""
    plain = [alarm] if "MetricName" in alarm else []
    within = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    for metric in (*plain, *within):
        yield metric["Namespace"], metric["MetricName"], {pair["Name"] for pair in metric.get("Dimensions", [])}


def used_by_alarms() -> list[tuple[str, str, set[str]]]:
    return [metric for alarm in alarms() for metric in named_by_alarms(alarm)]


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{shown.namespace} {shown.name} {shown.label}")
def test_a_dashboard_shows_only_metrics_that_exist(shown: Shown) -> None:
    dimensions = set(shown.dimensions) | ({shown.split_by} if shown.split_by else set())
    if shown.namespace == NAMESPACE:
        assert dimensions == DIMENSIONS[shown.name]
    else:
        names, own = OF_AWS[shown.namespace]
        assert shown.name in names
        assert dimensions == own


def test_an_alarm_on_a_metric_of_ours_names_one_that_is_published() -> None:
    ours = [(name, dimensions) for namespace, name, dimensions in used_by_alarms() if namespace == NAMESPACE]
    assert dict(ours) == {name: DIMENSIONS[name] for name, _ in ours}
    assert ours


def test_each_published_metric_is_used_by_an_alarm_or_a_dashboard() -> None:
    used = {shown.name for shown in SHOWN if shown.namespace == NAMESPACE}
    used |= {name for namespace, name, _ in used_by_alarms() if namespace == NAMESPACE}
    assert used == set(DIMENSIONS)


def test_no_more_metrics_are_published_than_we_want_to_pay_for() -> None:
    assert len(DIMENSIONS) <= MOST_PUBLISHED


def test_graphs_of_a_dashboard_do_not_overlap() -> None:
    for widgets in dashboards().values():
        cells = [
            (x, y)
            for one in widgets
            for x in range(one.x, one.x + one.width)
            for y in range(one.y, one.y + one.height)
        ]
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) < 24, "the grid has 24 columns"
