"""Every door has a sample event that is really one of its own: for `sam local invoke` and for readers."""

import json
from typing import Any

import pytest

from tests.infrastructure.stack import Stack, references
from tests.infrastructure.transformed_template import ROOT, read_template
from vpnbot.aws.sqs import from_message
from vpnbot.domain.keys.key_ring import person_of_token
from vpnbot.telegram.bot_api.incoming import Incoming

FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in read_template()["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}


def sample(function: str) -> dict[str, Any]:
    folder = FUNCTIONS[function]["CodeUri"].strip("/").rpartition("/")[2]
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{folder}.json").read_text())
    return event


def source(function: str, kind: str) -> list[dict[str, Any]]:
    """Return the properties of a function's event sources of one kind."""
    found = FUNCTIONS[function].get("Events", {}).values()
    return [event["Properties"] for event in found if event["Type"] == kind]


def test_every_sample_belongs_to_a_door_and_every_door_has_one() -> None:
    folders = {properties["CodeUri"].strip("/").rpartition("/")[2] for properties in FUNCTIONS.values()}
    assert {path.stem for path in (ROOT / "events").glob("*.json")} == folders


@pytest.mark.parametrize("function", ["TelegramWebhook", "SubscriptionPage"])
def test_an_http_sample_takes_a_route_of_its_function(function: str) -> None:
    event = sample(function)
    routes = {f"{route['Method']} {route['Path']}" for route in source(function, "HttpApi")}
    assert event["version"] == "2.0"
    assert event["routeKey"] in routes
    assert event["requestContext"]["routeKey"] == event["routeKey"]
    filled = event["routeKey"].partition(" ")[2]
    for name, value in event.get("pathParameters", {}).items():
        filled = filled.replace(f"{{{name}}}", value)
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == filled
    assert all(name == name.lower() for name in event["headers"]), "API Gateway lowers header names"


def test_the_webhooks_sample_holds_an_update_that_we_ask_for() -> None:
    event = sample("TelegramWebhook")
    incoming = Incoming.parse(json.loads(event["body"]))
    assert incoming.queue == "message"
    assert int(event["headers"]["content-length"]) == len(event["body"].encode())


def test_the_pages_sample_holds_a_token_of_the_right_shape() -> None:
    assert person_of_token(sample("SubscriptionPage")["pathParameters"]["token"]) is not None


def test_the_workers_sample_comes_from_its_queue_and_holds_a_claim() -> None:
    (mapping,) = source("DueWorker", "SQS")
    (record,) = sample("DueWorker")["Records"]
    (queue,) = references(mapping["Queue"])
    assert record["eventSource"] == "aws:sqs"
    assert f"-{queue}-" in record["eventSourceARN"]
    assert len(sample("DueWorker")["Records"]) <= mapping["BatchSize"]
    assert from_message(record["body"]).attempts == 1


def test_the_clocks_sample_comes_from_the_scheduler() -> None:
    (schedule,) = source("DueDispatcher", "ScheduleV2")
    event = sample("DueDispatcher")
    assert "Input" not in schedule, "with an input the event would be that, and not the scheduler's own"
    assert (event["source"], event["detail-type"]) == ("aws.scheduler", "Scheduled Event")
    assert event["resources"][0].endswith(schedule["Name"]["Fn::Sub"].replace("${AWS::StackName}", "vpnbot-demo"))


def test_the_registrars_sample_has_the_properties_of_the_webhook(stack: Stack) -> None:
    event = sample("WebhookRegistrar")
    assert event["RequestType"] == "Create"
    resource = stack.template["Resources"][event["LogicalResourceId"]]
    assert event["ResourceType"] == resource["Type"]
    assert set(event["ResourceProperties"]) == set(resource["Properties"])
