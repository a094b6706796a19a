"""What a flood costs follows from the limits of the template and the prices."""

import pytest

from benchmarks.flood import FLOODS, Flood, dollars
from benchmarks.prices import prices


def test_requests_that_run_no_function_cost_the_request_and_its_line() -> None:
    flood = Flood("x", "TelegramRequestsPerSecond", 1, logged_bytes=1_000)
    requests = 100 * 2_628_000
    assert dollars(flood, prices()) == pytest.approx(requests / 1e6 * 1.00 + requests * 1_000 / 1e9 * 0.50)


def test_requests_that_run_a_function_cost_its_time_and_its_reads_too() -> None:
    flood = Flood("x", "LinkRequestsPerSecond", 2, milliseconds=10, read_units=1, logged_bytes=0)
    requests = 2 * 20 * 2_628_000
    expected = requests / 1e6 * (1.00 + 0.20 + 0.125) + requests * 0.01 * 0.5 * 0.0000133334
    assert dollars(flood, prices()) == pytest.approx(expected)


def test_an_unknown_path_of_the_webhook_costs_least_a_request() -> None:
    costs = {flood.name: dollars(flood, prices()) / flood.routes for flood in FLOODS if "webhook" in flood.name}
    assert costs["the webhook, without its path"] == min(costs.values())
