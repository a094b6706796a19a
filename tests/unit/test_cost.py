"""The page about costs is what is computed from prices, counted calls and templates, and the goals are met."""

import re
from pathlib import Path

import pytest

from benchmarks import month
from benchmarks.deployed import ROOT, deployed
from benchmarks.prices import Price
from benchmarks.prices import prices as read_prices
from local import meter
from ops.made_and_cost import idle_month

TEMPLATES = [ROOT / "template.yaml", *sorted((ROOT / "monitoring").glob("*.yaml"))]


def in_text(pattern: str) -> int:
    """Return how often a pattern is in the templates, whatever the conditions are."""
    return sum(len(re.findall(pattern, Path(path).read_text(), re.MULTILINE)) for path in TEMPLATES)


def test_the_page_is_up_to_date() -> None:
    """After a change of a template, a price or a count: `python -m benchmarks.month`."""
    text = month.PAGE.read_text("utf-8")
    assert month.rendered(text) == text


@pytest.mark.parametrize("goal", list(month.goals()))
def test_a_goal_is_met_with_the_quotas_that_are_always_free(goal: str) -> None:
    limit, _, with_quotas = month.goals()[goal]
    assert with_quotas <= limit


def test_production_has_every_alarm_and_dashboard_of_the_templates() -> None:
    stack = deployed("production")
    assert stack.alarms == in_text(r"Type: AWS::CloudWatch::Alarm$") > 0
    assert stack.dashboards == in_text(r"Type: AWS::CloudWatch::Dashboard$") == 2
    assert stack.alarm_metrics >= stack.alarms
    assert deployed("demo").alarms <= stack.alarms


def test_what_runs_by_itself_is_that_of_the_templates() -> None:
    stack = deployed("production")
    each_minute, each_five = (in_text(rf"ScheduleExpression: rate\({rate}\)$") for rate in ("1 minute", "5 minutes"))
    assert stack.schedule_invocations == 43_800 * each_minute + 8_760 * each_five
    assert stack.polls == 5 * 131_400 * in_text(r"Type: SQS$")
    assert stack.backs_up
    assert not deployed("demo").backs_up


def test_the_meter_of_the_local_run_has_the_same_prices() -> None:
    prices = {name: price.price / price.per for name, price in read_prices().items()}
    assert prices["lambda_gigabyte_seconds"] == pytest.approx(
        meter.PRICES.gigabyte_second(deployed("demo").architecture)
    )
    for name, known in {
        "lambda_requests": meter.PRICES.invocation,
        "http_requests": meter.PRICES.http_request,
        "read_units": meter.PRICES.read_unit,
        "write_units": meter.PRICES.write_unit,
        "queue_requests": meter.PRICES.queue_request,
    }.items():
        assert prices[name] == pytest.approx(known), name


def test_each_price_has_a_source() -> None:
    assert all(price.source.startswith("https://aws.amazon.com/") for price in read_prices().values())


def test_a_quota_is_free_and_the_rest_is_paid() -> None:
    price = Price(0.4, 1_000_000, 1_000_000, "requests", "")
    assert (month.Position("x", 900_000, price).listed, month.Position("x", 900_000, price).with_quotas) == (0.36, 0)
    assert month.Position("x", 3_500_000, price).with_quotas == pytest.approx(1.0)


@pytest.mark.parametrize(("limit", "times"), [(100, 59), (None, 80)])
def test_sixty_gigabytes_in_a_month_are_stored_fewer_than_a_hundred_times(limit: int | None, times: int) -> None:
    """They were 487 times when each 100 MB was stored."""
    assert month.stored_counters(60, limit) == times


def test_more_customers_cost_more_and_traffic_is_not_the_largest_part() -> None:
    bill = month.total(month.month("production", 100_000))[1]
    without = month.total(month.month("production", 100_000, month.Habits(traffic_gigabytes=0)))[1]
    assert 0 < bill - without < bill / 4


@pytest.mark.parametrize("stage", ["demo", "production"])
def test_the_first_run_names_the_computed_cost_of_an_idle_month(stage: str) -> None:
    assert idle_month(stage) == pytest.approx(month.total(month.month(stage, 0)), abs=0.005)
