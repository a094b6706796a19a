"""The cost of an update: request units by DynamoDB's rules, and each call attributed to its invocation."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.aws import AwsCall
from local.capacity import item_bytes, units_of
from local.invocation import InvocationError, Outcome
from local.meter import PRICES, Meter
from local.stack import Deployment, Template
from local.template import load

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def template() -> Template:
    return load(ROOT / "template.yaml", Deployment("meter", "http://127.0.0.1:1"))


def call(operation: str, request: dict[str, Any], response: dict[str, Any] | None = None) -> AwsCall:
    return AwsCall("web-1", "dynamodb", operation, request, response or {}, 200, 0.01)


def item(size: int, **attributes: dict[str, str]) -> dict[str, Any]:
    return {"pk": {"S": "p"}, "sk": {"S": "s"}, "x": {"S": "y" * (size - 7)}, **attributes}


def test_the_size_of_an_item_is_the_size_of_its_names_and_values() -> None:
    assert item_bytes(item(1000)) == 1000 - 7 + len("pkpskssx") - 1
    assert item_bytes({"n": {"N": "1234"}, "ok": {"BOOL": True}}) == 1 + 3 + 2 + 1
    assert item_bytes({"m": {"M": {"a": {"S": "ü"}}}, "l": {"L": [{"NULL": True}]}}) == (1 + 3 + 3 + 1) + (1 + 3 + 2)


@pytest.mark.parametrize(
    ("size", "consistent", "units"), [(100, True, 1.0), (100, False, 0.5), (9000, True, 3.0), (9000, False, 1.5)]
)
def test_read_units_are_counted_per_four_kilobytes(
    template: Template, size: int, consistent: bool, units: float
) -> None:
    found = units_of(call("Query", {"ConsistentRead": consistent}, {"Items": [item(size)]}), template.tables)
    assert (found.reads, found.read_units, found.write_units) == (1, units, 0.0)


def test_a_read_that_finds_nothing_costs_one_unit(template: Template) -> None:
    assert units_of(call("GetItem", {"ConsistentRead": True}), template.tables).read_units == 1.0


def test_a_transaction_costs_double_and_index_entries_are_counted(template: Template) -> None:
    due = {"due_shard": {"S": "due-1"}, "due_at": {"S": "2026"}}
    puts = [{"Put": {"Item": item(100)}}, {"Put": {"Item": item(1500, **due)}}]
    found = units_of(call("TransactWriteItems", {"TransactItems": puts}), template.tables)
    assert (found.writes, found.write_units) == (1, 2.0 * (1 + 2 * 2))


def test_an_update_that_moves_a_due_time_writes_its_index_entry_twice(template: Template) -> None:
    names = {"#0": "due_at", "#1": "due_attempts"}
    found = units_of(call("UpdateItem", {"ExpressionAttributeNames": names}), template.tables)
    assert found.write_units == 3.0


def test_a_call_is_attributed_to_the_running_invocation_of_its_environment(template: Template) -> None:
    meter, web = Meter(template), template.function("telegram_webhook")
    meter.begin("web-1", web, {"body": '{"update_id": 7, "message": {}}'})
    meter.aws_call(call("Query", {"ConsistentRead": True}))
    meter.aws_call(AwsCall("web-2", "dynamodb", "Query", {}, {}, 200, 0.01))
    meter.telegram_call("web-1", "sendMessage")
    meter.end(Outcome("r", web.name, "web-1", None, None, 100.0, 900.0), web, NOW)
    (reading,) = meter.of_update(7)
    assert reading.calls == {"dynamodb.Query": 1, "telegram.sendMessage": 1}
    assert (reading.cost.reads, reading.cost.telegram_calls, reading.cost.http_requests) == (1, 1, 1)
    assert reading.cost.lambda_ms == 1000.0
    seconds_price = PRICES.gigabyte_second(web.architecture) * web.memory_mb / 1024
    expected = PRICES.read_unit + PRICES.invocation + PRICES.http_request + seconds_price
    assert reading.cost.dollars == pytest.approx(expected)


@pytest.mark.parametrize(
    ("operation", "request_", "response", "secrets"),
    [
        ("GetParameters", {"Names": ["/p/panels/nl"]}, {"Parameters": [{"Type": "SecureString"}]}, 1),
        ("GetParameters", {"Names": ["/p/panels/nl"]}, {"Parameters": []}, 0),
        ("PutParameter", {"Type": "SecureString"}, {"Version": 1}, 1),
        ("DeleteParameters", {"Names": ["/p/panels/nl"]}, {"DeletedParameters": ["/p/panels/nl"]}, 0),
    ],
)
def test_a_panel_token_costs_one_kms_request_and_no_queue_call(
    template: Template, operation: str, request_: dict[str, Any], response: dict[str, Any], secrets: int
) -> None:
    meter, web = Meter(template), template.function("telegram_webhook")
    for ssm_call in (None, AwsCall("web-1", "ssm", operation, request_, response, 200, 0.01)):
        meter.begin("web-1", web, {"body": '{"update_id": 7}'})
        if ssm_call is not None:
            meter.aws_call(ssm_call)
        meter.end(Outcome("r", web.name, "web-1", None, None, 10.0, None), web, NOW)
    without, with_it = meter.of_update(7)
    assert with_it.calls == {f"ssm.{operation}": 1}
    assert with_it.cost.queue_calls == 0
    more = with_it.cost.dollars - without.cost.dollars
    assert more == pytest.approx(secrets * PRICES.key_request, abs=1e-15)


def test_the_costs_of_a_crashed_attempt_and_of_its_retry_are_added(template: Template) -> None:
    meter, web = Meter(template), template.function("telegram_webhook")
    for error in (InvocationError("Runtime.ExitError", "exit status 1"), None):
        meter.begin("web-1", web, {"body": '{"update_id": 7}'})
        meter.end(Outcome("r", web.name, "web-1", None, error, 10.0, None), web, NOW)
    readings = meter.of_update(7)
    assert [reading.error for reading in readings] == ["Runtime.ExitError", None]
    assert (readings[0].cost + readings[1].cost).invocations == 2
