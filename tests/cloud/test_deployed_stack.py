"""What only a deployed stack can show: routes, secrets, the webhook at Telegram, alarms, queues, limits."""

from typing import Any

import boto3
import pytest
import urllib3

from ops.deployment import Deployment, Target
from tests.infrastructure.stack import Stack
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.incoming_update import ALLOWED_UPDATES
from vpnbot.telegram.bot_api.webhook_registration import Webhook, set_webhook

pytestmark = pytest.mark.cloud

UNKNOWN_TOKEN = "A" * 43


def request(method: str, url: str, **options: Any) -> urllib3.BaseHTTPResponse:
    """Send one request, without repetitions and redirections."""
    http = urllib3.PoolManager(timeout=urllib3.Timeout(total=15), retries=False)
    return http.request(method, url, **options)


def nested_stacks(target: Target) -> list[str]:
    """Return the stack and its nested stacks."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=target.stack_name)
    found = [resource for page in pages for resource in page["StackResourceSummaries"]]
    nested = [r["PhysicalResourceId"] for r in found if r["ResourceType"] == "AWS::CloudFormation::Stack"]
    return [target.stack_name, *nested]


def test_the_last_deployment_succeeded(deployment: Deployment) -> None:
    assert deployment.succeeded, deployment.status


def test_the_address_answers(deployment: Deployment) -> None:
    assert request("GET", f"{deployment.address}/health").status == 200


@pytest.mark.parametrize("secret", [None, "a-wrong-secret"])
def test_an_update_without_the_webhook_secret_is_rejected(deployment: Deployment, secret: str | None) -> None:
    headers = {"x-telegram-bot-api-secret-token": secret} if secret else {}
    assert request("POST", deployment.webhook_url, body=b"{}", headers=headers).status == 401


def test_a_link_that_nobody_has_is_not_found(deployment: Deployment) -> None:
    assert request("GET", f"{deployment.address}/s/{UNKNOWN_TOKEN}").status == 404


def test_a_route_that_does_not_exist_is_not_found(deployment: Deployment) -> None:
    assert request("GET", f"{deployment.address}/no-such-route").status == 404


def test_telegram_delivers_to_this_stack(deployment: Deployment, bot: BotApi) -> None:
    info = bot.call("getWebhookInfo")
    assert info["url"] == deployment.webhook_url
    assert set(info["allowed_updates"]) == set(ALLOWED_UPDATES)


def test_to_register_the_webhook_again_changes_nothing(target: Target, deployment: Deployment, bot: BotApi) -> None:
    before = bot.call("getWebhookInfo")
    set_webhook(bot, Webhook.of(deployment.webhook_properties, target.secret("webhook_secret")))
    after = bot.call("getWebhookInfo")
    steady = ("url", "max_connections", "allowed_updates")
    assert {name: before.get(name) for name in steady} == {name: after.get(name) for name in steady}


def test_every_secret_of_the_functions_is_stored(target: Target) -> None:
    assert {"bot_token", "webhook_secret", "key_secret"} <= set(target.secrets())


def test_the_stack_has_the_parameters_of_this_version(deployment: Deployment) -> None:
    assert set(deployment.parameters) == set(Stack.of().template["Parameters"])


def test_every_alarm_that_the_stack_made_exists(target: Target) -> None:
    cloudformation, made = boto3.client("cloudformation"), set()
    for stack in nested_stacks(target):
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
            made |= {
                resource["PhysicalResourceId"]
                for resource in page["StackResourceSummaries"]
                if resource["ResourceType"] == "AWS::CloudWatch::Alarm"
            }
    assert made
    pages = boto3.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=target.stack_name)
    assert made <= {alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]}


@pytest.mark.parametrize("output", ["ParkingQueueUrl", "DueDeadLettersUrl", "ClockDeadLettersUrl"])
def test_nothing_is_quarantined_and_no_run_has_failed(deployment: Deployment, output: str) -> None:
    name = "ApproximateNumberOfMessages"
    answer = boto3.client("sqs").get_queue_attributes(QueueUrl=deployment.output(output), AttributeNames=[name])
    assert int(answer["Attributes"][name]) == 0


def test_every_api_of_the_stack_is_throttled(target: Target) -> None:
    cloudformation, api = boto3.client("cloudformation"), boto3.client("apigatewayv2")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=target.stack_name)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    ids = [r["PhysicalResourceId"] for r in resources if r["ResourceType"] == "AWS::ApiGatewayV2::Api"]
    assert ids
    for api_id in ids:
        for stage in api.get_stages(ApiId=api_id)["Items"]:
            assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
            assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] > 0


def test_all_traffic_goes_to_one_version(deployment: Deployment) -> None:
    """No shift of traffic is left half done."""
    alias = deployment.output("TelegramWebhookFunction")
    function, _, name = alias.rpartition(":")
    found = boto3.client("lambda").get_alias(FunctionName=function, Name=name)
    assert not found.get("RoutingConfig", {}).get("AdditionalVersionWeights")


def test_the_table_of_production_is_protected(target: Target, deployment: Deployment) -> None:
    if target.stage != "production":
        pytest.skip(f"the table of stage {target.stage} may be deleted with its stack")
    table = boto3.client("dynamodb").describe_table(TableName=deployment.output("TableName"))["Table"]
    assert table["DeletionProtectionEnabled"] is True
