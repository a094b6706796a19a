"""Every function has a valid sample event, for `sam local invoke` and as documentation."""

import json
from typing import Any

import pytest

from local.stack import STORED_PARAMETERS
from tests.infrastructure.stack import Stack, references
from tests.infrastructure.transformed_template import ROOT, read_template
from vpnbot.aws.alarm_notifications import change_of
from vpnbot.aws.sqs import from_message
from vpnbot.domain.keys.key_ring import person_of_token
from vpnbot.providers.yookassa.notifications import read_hint
from vpnbot.telegram.bot_api.incoming_update import Incoming
from vpnbot.usecases.ports.payments import NotificationRequest, PaymentHint

FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in read_template()["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}

TELEGRAM_ROUTE = f"POST /{STORED_PARAMETERS['WebhookPath']}"
"""The route of the webhook in a local run; a deployment has a secret path instead."""


def sample(function: str) -> dict[str, Any]:
    """Return the sample event of a function."""
    folder = FUNCTIONS[function]["CodeUri"].strip("/").rpartition("/")[2]
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{folder}.json").read_text())
    return event


def source(function: str, kind: str) -> list[dict[str, Any]]:
    """Return the properties of a function's event sources of one kind."""
    found = FUNCTIONS[function].get("Events", {}).values()
    return [event["Properties"] for event in found if event["Type"] == kind]


def test_every_sample_belongs_to_a_function_and_every_function_has_one() -> None:
    folders = {properties["CodeUri"].strip("/").rpartition("/")[2] for properties in FUNCTIONS.values()}
    assert {path.stem for path in (ROOT / "events").glob("*.json")} == folders


@pytest.mark.parametrize("function", ["TelegramWebhook", "SubscriptionPage", "PaymentWebhook"])
def test_an_http_sample_uses_a_route_of_its_function(function: str) -> None:
    event = sample(function)
    routes = {f"{route['Method']} {route['Path']}" for route in source(function, "HttpApi")} or {TELEGRAM_ROUTE}
    assert event["version"] == "2.0"
    assert event["routeKey"] in routes
    assert event["requestContext"]["routeKey"] == event["routeKey"]
    path = event["routeKey"].partition(" ")[2]
    for name, value in event.get("pathParameters", {}).items():
        path = path.replace(f"{{{name}}}", value)
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == path
    assert all(name == name.lower() for name in event["headers"]), "API Gateway sends header names in lower case"


def test_the_sample_of_the_webhook_contains_a_valid_update() -> None:
    event = sample("TelegramWebhook")
    incoming = Incoming.parse(json.loads(event["body"]))
    assert incoming.queue == "message"
    assert int(event["headers"]["content-length"]) == len(event["body"].encode())


def test_the_sample_of_the_subscription_page_contains_a_well_formed_token() -> None:
    assert person_of_token(sample("SubscriptionPage")["pathParameters"]["token"]) is not None


def test_the_sample_of_the_payment_webhook_is_a_hint_from_an_address_of_the_provider() -> None:
    event = sample("PaymentWebhook")
    source = event["requestContext"]["http"]["sourceIp"]
    hint = read_hint(NotificationRequest(event["body"].encode(), event["headers"], source))
    assert isinstance(hint, PaymentHint)
    assert (hint.order, hint.is_foreign) == ("01JDRS2S00ABCDEFGHJKMNPQRS", False)
    assert int(event["headers"]["content-length"]) == len(event["body"].encode())


def test_the_sample_of_the_due_worker_comes_from_its_queue_and_contains_a_claim() -> None:
    (mapping,) = source("DueWorker", "SQS")
    (record,) = sample("DueWorker")["Records"]
    (queue,) = references(mapping["Queue"])
    assert record["eventSource"] == "aws:sqs"
    assert f"-{queue}-" in record["eventSourceARN"]
    assert len(sample("DueWorker")["Records"]) <= mapping["BatchSize"]
    assert from_message(record["body"]).attempts == 1


def test_the_sample_of_the_due_dispatcher_comes_from_the_scheduler() -> None:
    (schedule,) = source("DueDispatcher", "ScheduleV2")
    event = sample("DueDispatcher")
    assert "Input" not in schedule, "an input would replace the scheduler's own event"
    assert (event["source"], event["detail-type"]) == ("aws.scheduler", "Scheduled Event")
    assert event["resources"][0].endswith(schedule["Name"]["Fn::Sub"].replace("${AWS::StackName}", "vpnbot-demo"))


def test_the_sample_of_the_alarm_notifier_comes_from_its_topic_and_contains_an_alarm() -> None:
    (subscription,) = source("AlarmNotifier", "SNS")
    (topic,) = references(subscription["Topic"])
    (record,) = sample("AlarmNotifier")["Records"]
    assert record["EventSource"] == "aws:sns"
    assert f"-{topic}-" in record["Sns"]["TopicArn"]
    change = change_of(record["Sns"]["Message"])
    assert change is not None
    assert (change.kind, change.is_over) == ("PanelDown", False)


def test_the_sample_of_the_webhook_registrar_has_the_properties_of_the_resource(stack: Stack) -> None:
    event = sample("WebhookRegistrar")
    assert event["RequestType"] == "Create"
    resource = stack.template["Resources"][event["LogicalResourceId"]]
    assert event["ResourceType"] == resource["Type"]
    assert set(event["ResourceProperties"]) == set(resource["Properties"])
