"""Doctor reports what does not run: schedules, the worker, and alarms that ring or reach nobody."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

from tests.integration.doctor.planted import FAILURE, FAULT, WARNING, Plant, assert_reported
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line


def schedule_off(name: str) -> Plant:
    def plant(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
        scheduler = boto3.client("scheduler")
        found = scheduler.get_schedule(Name=f"{operator.stack_name}-{name}")
        kept = {part: found[part] for part in ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")}
        scheduler.update_schedule(**kept, State="DISABLED")

    return plant


def no_schedule(name: str) -> Plant:
    def plant(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
        boto3.client("scheduler").delete_schedule(Name=f"{operator.stack_name}-{name}")

    return plant


def _mapping() -> str:
    (mapping,) = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return str(mapping["UUID"])


def worker_off(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("lambda").update_event_source_mapping(UUID=_mapping(), Enabled=False)


def no_worker(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("lambda").delete_event_source_mapping(UUID=_mapping())


def ringing_alarm(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    cloudwatch = boto3.client("cloudwatch")
    for stack in ("vpnbot-demo-AlarmsStack", "vpnbot-demonstration-AlarmsStack"):
        name = f"{stack}-PanelDownAlarm"
        cloudwatch.put_metric_alarm(
            AlarmName=name, ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Threshold=1.0
        )
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="planted")


EMAIL = "shop@example.com"


def subscriptions(*confirmed: str) -> Callable[[BaseClient, str, dict[str, Any]], Any]:
    """Return the calls of AWS, with subscriptions as SNS lists them: moto knows no e-mail that is not confirmed."""
    call = BaseClient._make_api_call  # the one method behind all calls

    def answered(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if operation != "ListSubscriptionsByTopic":
            return call(client, operation, parameters)
        found = [{"Protocol": "email", "Endpoint": EMAIL, "SubscriptionArn": arn} for arn in confirmed]
        notifier = {
            "Protocol": "lambda",
            "Endpoint": "arn:aws:lambda:x",
            "SubscriptionArn": "arn:aws:sns:x:y:z:lambda",
        }
        return {"Subscriptions": [notifier, *found]}

    return answered


@pytest.mark.parametrize(
    ("arns", "exit_code", "finding", "advice"),
    [
        (("PendingConfirmation", "arn:aws:sns:x:1:topic:2"), 0, "✔ alarms arrive by mail\n", ""),
        (("PendingConfirmation",), 0, "! the e-mail address of the alarms is not confirmed", "Confirmation"),
        (("Deleted",), 0, "! the e-mail address of the alarms is not confirmed", "aws sns subscribe"),
        ((), 1, "✘ the topic of the alarms does not send to AlarmEmail", "aws sns subscribe --topic-arn arn:aws:sns"),
    ],
)
def test_an_email_address_that_gets_no_alarms_is_reported(
    operator: OperatorCommandLine,
    monkeypatch: pytest.MonkeyPatch,
    arns: tuple[str, ...],
    exit_code: int,
    finding: str,
    advice: str,
) -> None:
    operator.deploy(AlarmEmail=EMAIL)
    operator.run("webhook", "set")
    monkeypatch.setattr(BaseClient, "_make_api_call", subscriptions(*arns))
    result = operator.run("doctor")
    assert finding in result.output
    assert advice in result.output[result.output.index(finding) :]
    assert result.exit_code == exit_code, result.output


def test_production_without_an_email_address_for_alarms_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_command_line(monkeypatch, stage="production") as operator:
        operator.run("configure")
        operator.deploy()
        result = operator.run("doctor")
    finding = "✘ AlarmEmail is empty: no alarm arrives by mail\n    → "
    assert finding in result.output
    assert "configure --set AlarmEmail=" in result.output[result.output.index(finding) :].splitlines()[1]
    assert result.exit_code == 1


def test_a_demo_may_be_without_an_email_address_for_alarms(
    operator: OperatorCommandLine, outputs: dict[str, str]
) -> None:
    assert "by mail" not in operator.run("doctor").output


@pytest.mark.parametrize(
    FAULT,
    [
        (schedule_off("clock"), FAILURE, "✘ the schedule vpnbot-demo-clock is off", "enable it"),
        (no_schedule("clock"), FAILURE, "✘ the schedule vpnbot-demo-clock does not exist", "deploy"),
        (schedule_off("webhook-watch"), FAILURE, "✘ the schedule vpnbot-demo-webhook-watch is off", "enable it"),
        (no_schedule("webhook-watch"), FAILURE, "✘ the schedule vpnbot-demo-webhook-watch does not exist", "deploy"),
        (worker_off, FAILURE, "✘ no function reads the queue of due work (Disabled)", "--enabled"),
        (no_worker, FAILURE, "✘ no function reads the queue of due work (there is no", "deploy again"),
        (ringing_alarm, WARNING, "! alarms ring: vpnbot-demo-AlarmsStack-PanelDownAlarm\n", "docs/alarms.md"),
    ],
)
def test_each_fault_is_reported_with_advice(
    operator: OperatorCommandLine, outputs: dict[str, str], plant: Plant, exit_code: int, finding: str, advice: str
) -> None:
    plant(operator, outputs)
    assert_reported(operator, exit_code, finding, advice)
