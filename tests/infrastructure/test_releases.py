"""A new version of the webhook or the worker is tried, gets traffic step by step, and goes back when it fails."""

from typing import Any

import pytest

from tests.infrastructure.stack import Stack, references
from vpnbot.aws.observability import NAMESPACE

RELEASED = {"TelegramWebhook": "WebhookCheck", "DueWorker": "WorkerCheck"}
EVERY_FUNCTION = pytest.mark.parametrize(("function", "check"), RELEASED.items())
GRADUAL = "Canary10Percent5Minutes"


def group(stack: Stack, function: str) -> dict[str, Any]:
    """Return the deployment group of a function."""
    return stack.resources("AWS::CodeDeploy::DeploymentGroup")[f"{function}DeploymentGroup"]


def configuration(stack: Stack, function: str, stage: str) -> str:
    """Return how traffic is shifted in a stage, without the parameter TrafficShift."""
    chosen = group(stack, function)["DeploymentConfigName"]
    while "Fn::If" in chosen:
        chosen = stack.chosen(chosen, {"Stage": stage})
    text, (value,) = chosen["Fn::Sub"][0], chosen["Fn::Sub"][1].values()
    return str(text).replace("${ConfigName}", value)


@EVERY_FUNCTION
@pytest.mark.parametrize(
    ("stage", "shift"), [("production", GRADUAL), ("staging", "AllAtOnce"), ("demo", "AllAtOnce")]
)
def test_traffic_is_shifted_step_by_step_in_production(
    stack: Stack, function: str, check: str, stage: str, shift: str
) -> None:
    assert configuration(stack, function, stage) == f"CodeDeployDefault.Lambda{shift}"


@EVERY_FUNCTION
def test_a_version_gets_traffic_only_after_its_check(stack: Stack, function: str, check: str) -> None:
    update = stack.template["Resources"][f"{function}Aliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    assert update["BeforeAllowTrafficHook"] == {"Ref": check}
    assert update["DeploymentGroupName"] == {"Ref": f"{function}DeploymentGroup"}
    variables = stack.resources("AWS::Lambda::Function")[check]["Environment"]["Variables"]
    (version,) = references(variables["CHECKED_VERSION"])
    assert stack.resources("AWS::Lambda::Version")[version]["FunctionName"] == {"Ref": function}


@EVERY_FUNCTION
@pytest.mark.parametrize(
    ("parameters", "watched"),
    [
        ({"Stage": "production"}, True),
        ({"Stage": "production", "TrafficShift": "AllAtOnce"}, False),
        ({"Stage": "demo"}, False),
        ({"Stage": "demo", "TrafficShift": "Linear10PercentEvery1Minute"}, True),
    ],
)
def test_alarms_of_the_new_version_alone_stop_a_gradual_release(
    stack: Stack, function: str, check: str, parameters: dict[str, str], watched: bool
) -> None:
    chosen = stack.chosen(group(stack, function)["AlarmConfiguration"], parameters)
    alarms = stack.resources("AWS::CloudWatch::Alarm")
    names = [alarm["Name"]["Ref"] for alarm in chosen.get("Alarms", [])]
    assert bool(names) is watched
    for name in names:
        assert stack.template["Resources"][name]["Condition"] == "IsGradual"
        versions = [d["Value"] for d in alarms[name]["Dimensions"] if d["Name"] in {"ExecutedVersion", "version"}]
        (version,) = references(versions)
        assert stack.resources("AWS::Lambda::Version")[version]["FunctionName"] == {"Ref": function}
        assert alarms[name]["Period"] * alarms[name]["EvaluationPeriods"] <= 60
        assert alarms[name]["TreatMissingData"] == "notBreaching"
    assert {alarms[name]["Namespace"] for name in names} == ({"AWS/Lambda", NAMESPACE} if watched else set())


@EVERY_FUNCTION
def test_a_failed_release_goes_back_by_itself(stack: Stack, function: str, check: str) -> None:
    rollback = group(stack, function)["AutoRollbackConfiguration"]
    assert rollback["Enabled"] is True
    assert {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"} <= set(rollback["Events"])


def test_the_webhook_is_registered_after_the_new_version_has_all_traffic(stack: Stack) -> None:
    """The version before ignores kinds of updates that it does not know, and Telegram sends them only once."""
    assert "TelegramWebhookAliaslive" in stack.template["Resources"]["Webhook"]["DependsOn"]


@EVERY_FUNCTION
def test_codedeploy_may_change_one_alias_and_call_one_check(stack: Stack, function: str, check: str) -> None:
    ((role, _),) = [group(stack, function)["ServiceRoleArn"]["Fn::GetAtt"]]
    trust = stack.resources("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]["Statement"]
    assert [statement["Principal"] for statement in trust] == [{"Service": "codedeploy.amazonaws.com"}]
    allowed = {
        action: set(references(statement["Resource"])) - {"AWS::Partition", "AWS::Region", "AWS::AccountId"}
        for name, statement in stack.statements()
        if name == role
        for action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    }
    assert allowed == {
        "lambda:GetAlias": {function},
        "lambda:UpdateAlias": {function},
        "lambda:GetProvisionedConcurrencyConfig": {function},
        "lambda:InvokeFunction": {check},
        "cloudwatch:DescribeAlarms": set(),
    }
    assert "CodeDeployServiceRole" not in stack.resources("AWS::IAM::Role")


@EVERY_FUNCTION
def test_a_check_waits_longer_than_the_version_that_it_tries(stack: Stack, function: str, check: str) -> None:
    functions = stack.resources("AWS::Lambda::Function")
    assert functions[check]["Timeout"] >= functions[function]["Timeout"] + 20


@EVERY_FUNCTION
def test_a_check_may_call_the_versions_of_its_function_and_report(stack: Stack, function: str, check: str) -> None:
    statements = [statement for name, statement in stack.statements() if name == f"{check}Role"]
    resources = {statement["Action"]: set(references(statement["Resource"])) for statement in statements}
    assert resources.keys() == {
        "lambda:InvokeFunction",
        "codedeploy:PutLifecycleEventHookExecutionStatus",
        "sqs:SendMessage",
    }
    assert resources["lambda:InvokeFunction"] == {function}
    assert "ServerlessDeploymentApplication" in resources["codedeploy:PutLifecycleEventHookExecutionStatus"]
    assert resources["sqs:SendMessage"] == {"ClockDeadLetters"}
