"""The alarm about a panel that does not answer goes off although waiting work calls that panel only now and then."""

from datetime import timedelta
from math import inf
from typing import Any

from tests.fakes.panel import FaultMode
from tests.fakes.shop import shop_in_memory
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.usecases.ports import Metric

OUTAGE = timedelta(hours=3)


def failures_by_period(seconds: int) -> list[float]:
    """Return how many failed calls each period of an outage counts while one customer waits for a key."""
    shop = shop_in_memory()
    shop.guarded = True
    with_servers(shop, "nl")
    shop.panel.fault_mode = FaultMode.DOWN
    shop.on_trial()
    counts = [shop.meter.counts[Metric.PANEL_FAILURES]]
    for _ in range(OUTAGE // timedelta(minutes=1)):
        shop.clock.advance(timedelta(minutes=1))
        shop.minute()
        counts.append(shop.meter.counts[Metric.PANEL_FAILURES])
    minutes = seconds // 60
    return [after - before for before, after in zip(counts[::minutes], counts[minutes::minutes], strict=False)]


def test_one_waiting_customer_is_enough_for_the_alarm_and_keeps_it_on(alarms: dict[str, Any]) -> None:
    alarm = alarms["PanelDownAlarm"]
    periods, needed = alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]
    breaching = [count > alarm["Threshold"] for count in failures_by_period(alarm["Period"])]
    on = [sum(breaching[max(end - periods, 0) : end]) >= needed for end in range(1, len(breaching) + 1)]
    first = next((number for number, is_on in enumerate(on) if is_on), inf)
    assert first * alarm["Period"] <= 30 * 60
    assert all(on[int(first) :])
