"""The alarms about money ring for what the functions measure."""

import pytest

from tests.infrastructure.stack import Stack
from vpnbot.usecases.ports import Metric


@pytest.mark.parametrize(
    "metric", [Metric.PAID_TO_KEY, Metric.STUCK_ORDERS, Metric.HELD_PAYMENTS, Metric.FORGED_PAYMENTS]
)
def test_each_has_an_alarm_on_the_metric_of_this_stack(stack: Stack, metric: Metric) -> None:
    alarm = stack.resources("AWS::CloudWatch::Alarm")[f"{metric}Alarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("vpnbot", metric)
    assert [dimension["Name"] for dimension in alarm["Dimensions"]] == ["service"]
    assert alarm["TreatMissingData"] == "notBreaching"


def test_one_order_that_is_stuck_or_held_rings(stack: Stack) -> None:
    alarms = stack.resources("AWS::CloudWatch::Alarm")
    assert [alarms[f"{metric}Alarm"]["Threshold"] for metric in (Metric.STUCK_ORDERS, Metric.HELD_PAYMENTS)] == [0, 0]
