"""deploy/operator-policy.json: a user with it can deploy and operate a stack, and little more."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.stack import Stack

ROOT = Path(__file__).parents[2]
LONGEST_MANAGED_POLICY = 6144
"""IAM user guide, "IAM and AWS STS quotas": characters without white space."""
STATEMENTS: list[dict[str, Any]] = json.loads((ROOT / "deploy/operator-policy.json").read_text())["Statement"]
A = "arn:aws:"
CREATED_BY: dict[str, tuple[str, str]] = {
    "AWS::ApiGatewayV2::Api": ("apigateway:POST", f"{A}apigateway:eu-north-1::/apis"),
    "AWS::ApiGatewayV2::ApiMapping": ("apigateway:POST", f"{A}apigateway:eu-north-1::/domainnames/a.b/apimappings"),
    "AWS::ApiGatewayV2::DomainName": ("apigateway:POST", f"{A}apigateway:eu-north-1::/domainnames"),
    "AWS::ApiGatewayV2::Integration": ("apigateway:POST", f"{A}apigateway:eu-north-1::/apis/1/integrations"),
    "AWS::ApiGatewayV2::Route": ("apigateway:POST", f"{A}apigateway:eu-north-1::/apis/1/routes"),
    "AWS::ApiGatewayV2::Stage": ("apigateway:POST", f"{A}apigateway:eu-north-1::/apis/1/stages"),
    "AWS::Budgets::Budget": ("budgets:ModifyBudget", f"{A}budgets::1:budget/vpnbot-demo-month"),
    "AWS::CloudFormation::Stack": (
        "cloudformation:CreateStack",
        f"{A}cloudformation:r:1:stack/vpnbot-demo-Alarms-1/1",
    ),
    "AWS::CloudFormation::CustomResource": ("lambda:InvokeFunction", f"{A}lambda:r:1:function:vpnbot-demo-W-1"),
    "AWS::CloudWatch::Alarm": ("cloudwatch:PutMetricAlarm", f"{A}cloudwatch:r:1:alarm:vpnbot-demo-Alarm-1"),
    "AWS::CloudWatch::Dashboard": ("cloudwatch:PutDashboard", f"{A}cloudwatch::1:dashboard/vpnbot-demo-business"),
    "AWS::CodeDeploy::Application": ("codedeploy:CreateApplication", f"{A}codedeploy:r:1:application:vpnbot-demo-1"),
    "AWS::CodeDeploy::DeploymentGroup": (
        "codedeploy:CreateDeploymentGroup",
        f"{A}codedeploy:r:1:deploymentgroup:vpnbot-demo-1/vpnbot-demo-2",
    ),
    "AWS::DynamoDB::Table": ("dynamodb:CreateTable", f"{A}dynamodb:r:1:table/vpnbot-demo-Table-1"),
    "AWS::IAM::ManagedPolicy": ("iam:CreatePolicy", f"{A}iam::1:policy/vpnbot-demo-Policy-1"),
    "AWS::IAM::Role": ("iam:CreateRole", f"{A}iam::1:role/vpnbot-demo-Role-1"),
    "AWS::Lambda::Alias": ("lambda:CreateAlias", f"{A}lambda:r:1:function:vpnbot-demo-W-1"),
    "AWS::Lambda::EventInvokeConfig": (
        "lambda:PutFunctionEventInvokeConfig",
        f"{A}lambda:r:1:function:vpnbot-demo-W-1:live",
    ),
    "AWS::Lambda::EventSourceMapping": ("lambda:CreateEventSourceMapping", f"{A}lambda:r:1:event-source-mapping:1"),
    "AWS::Lambda::Function": ("lambda:CreateFunction", f"{A}lambda:r:1:function:vpnbot-demo-W-1"),
    "AWS::Lambda::LayerVersion": ("lambda:PublishLayerVersion", f"{A}lambda:r:1:layer:VpnbotLayer1"),
    "AWS::Lambda::Permission": ("lambda:AddPermission", f"{A}lambda:r:1:function:vpnbot-demo-W-1"),
    "AWS::Lambda::Version": ("lambda:PublishVersion", f"{A}lambda:r:1:function:vpnbot-demo-W-1"),
    "AWS::Logs::LogGroup": ("logs:CreateLogGroup", f"{A}logs:r:1:log-group:/aws/lambda/vpnbot-demo-W-1"),
    "AWS::Logs::QueryDefinition": ("logs:PutQueryDefinition", f"{A}logs:r:1:query-definition:1"),
    "AWS::Route53::RecordSet": ("route53:ChangeResourceRecordSets", f"{A}route53:::hostedzone/Z1"),
    "AWS::SNS::Subscription": ("sns:Subscribe", f"{A}sns:r:1:vpnbot-demo-Topic-1"),
    "AWS::SNS::Topic": ("sns:CreateTopic", f"{A}sns:r:1:vpnbot-demo-Topic-1"),
    "AWS::SQS::QueuePolicy": ("sqs:SetQueueAttributes", f"{A}sqs:r:1:vpnbot-demo-Queue-1"),
    "AWS::SQS::Queue": ("sqs:CreateQueue", f"{A}sqs:r:1:vpnbot-demo-Queue-1"),
    "AWS::Scheduler::Schedule": ("scheduler:CreateSchedule", f"{A}scheduler:r:1:schedule/default/vpnbot-demo-Due-1"),
}
"""The call of CloudFormation that makes a resource of each type, and the resource, as AWS names it."""


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def allowed(action: str, resource: str) -> bool:
    """Tell whether a statement allows an action on a resource; conditions count as met."""
    return any(
        any(fnmatchcase(action, pattern) for pattern in _listed(statement["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in _listed(statement["Resource"]))
        for statement in STATEMENTS
    )


def _types(stack: Stack) -> Iterator[str]:
    for resource in stack.template["Resources"].values():
        yield resource["Type"]


def test_it_allows_to_make_everything_that_the_template_makes(stack: Stack) -> None:
    kinds = set(_types(stack)) | {"AWS::Budgets::Budget", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"}
    unknown = {kind for kind in kinds if kind not in CREATED_BY and not kind.startswith("Custom::")}
    assert not unknown, "name the call that makes it, and allow it in deploy/operator-policy.json"
    assert not [kind for kind in kinds & set(CREATED_BY) if not allowed(*CREATED_BY[kind])]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ssm:PutParameter", f"{A}ssm:r:1:parameter/vpnbot-demo/bot_token"),
        ("ssm:GetParameterHistory", f"{A}ssm:r:1:parameter/vpnbot-demo/key_secret"),
        ("cloudformation:DescribeStacks", f"{A}cloudformation:r:1:stack/vpnbot-demo/1"),
        ("cloudformation:CreateChangeSet", f"{A}cloudformation:r:aws:transform/Serverless-2016-10-31"),
        ("s3:PutObject", f"{A}s3:::aws-sam-cli-managed-default-samclisourcebucket-1/x"),
        ("dynamodb:Query", f"{A}dynamodb:r:1:table/vpnbot-demo-Table-1/index/due"),
        ("dynamodb:RestoreTableToPointInTime", f"{A}dynamodb:r:1:table/vpnbot-demo-Table-1"),
        ("sqs:ReceiveMessage", f"{A}sqs:r:1:vpnbot-demo-ParkingQueue-1"),
        ("lambda:PutFunctionConcurrency", f"{A}lambda:r:1:function:vpnbot-demo-W-1"),
        ("lambda:ListEventSourceMappings", "*"),
        ("scheduler:GetSchedule", f"{A}scheduler:r:1:schedule/default/vpnbot-demo-DueDispatcherMinute-1"),
        ("sts:GetCallerIdentity", "*"),
        # What the runbooks call: sam logs, aws sqs purge-queue, the settings of a restored table, sam delete.
        ("logs:FilterLogEvents", f"{A}logs:r:1:log-group:/aws/lambda/vpnbot-demo-DueWorker-1:*"),
        ("cloudformation:ListStackResources", f"{A}cloudformation:r:1:stack/vpnbot-demo/1"),
        ("sqs:PurgeQueue", f"{A}sqs:r:1:vpnbot-demo-DueDeadLetters-1"),
        ("dynamodb:UpdateTimeToLive", f"{A}dynamodb:r:1:table/vpnbot-demo-Table-1"),
        ("dynamodb:UpdateContinuousBackups", f"{A}dynamodb:r:1:table/vpnbot-demo-Table-1"),
        ("ssm:GetParametersByPath", f"{A}ssm:r:1:parameter/vpnbot-demo"),
        ("ssm:DeleteParameters", f"{A}ssm:r:1:parameter/vpnbot-demo/bot_token"),
        ("cloudformation:DeleteStack", f"{A}cloudformation:r:1:stack/vpnbot-demo/1"),
    ],
)
def test_it_allows_what_the_command_line_calls(action: str, resource: str) -> None:
    assert allowed(action, resource)


def test_it_allows_the_role_that_the_first_domain_of_an_account_needs() -> None:
    """API Gateway developer guide, "Set up a Regional custom domain name": it creates a service-linked role."""
    roles = f"{A}iam::1:role/aws-service-role"
    role = f"{roles}/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway"
    assert allowed("iam:CreateServiceLinkedRole", role)
    assert not allowed("iam:CreateServiceLinkedRole", f"{roles}/ecs.amazonaws.com/AWSServiceRoleForECS")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:CreateUser", f"{A}iam::1:user/mallory"),
        ("iam:CreateAccessKey", f"{A}iam::1:user/vpnbot-operator"),
        ("iam:CreateRole", f"{A}iam::1:role/admin"),
        ("iam:PassRole", f"{A}iam::1:role/admin"),
        ("ssm:GetParameters", f"{A}ssm:r:1:parameter/another/secret"),
        ("dynamodb:DeleteTable", f"{A}dynamodb:r:1:table/another"),
        ("s3:GetObject", f"{A}s3:::another/x"),
        ("lambda:InvokeFunction", f"{A}lambda:r:1:function:another"),
        ("ec2:RunInstances", f"{A}ec2:r:1:instance/*"),
    ],
)
def test_it_allows_nothing_outside_of_the_stacks(action: str, resource: str) -> None:
    assert not allowed(action, resource)


def test_it_fits_into_a_managed_policy() -> None:
    assert len("".join((ROOT / "deploy/operator-policy.json").read_text().split())) <= LONGEST_MANAGED_POLICY
