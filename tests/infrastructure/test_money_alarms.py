"""The alarms about money ring for what the functions measure."""

from typing import Any

import pytest

from tests.infrastructure.cloudwatch import Alarm
from tests.infrastructure.watched_shop import of_shop
from vpnbot.usecases.ports import Metric


@pytest.mark.parametrize(
    "metric", [Metric.PAID_TO_KEY, Metric.STUCK_ORDERS, Metric.HELD_PAYMENTS, Metric.FORGED_PAYMENTS]
)
def test_each_has_an_alarm_on_the_metric_of_this_stack(alarms: dict[str, Any], metric: Metric) -> None:
    alarm = alarms[f"{metric}Alarm"]
    (stat,) = Alarm.of(metric, alarm).stats.values()
    assert stat.metric == of_shop(metric)
    assert alarm["TreatMissingData"] == "notBreaching"


def test_one_order_that_is_stuck_or_held_rings(alarms: dict[str, Any]) -> None:
    assert [alarms[f"{metric}Alarm"]["Threshold"] for metric in (Metric.STUCK_ORDERS, Metric.HELD_PAYMENTS)] == [0, 0]
