"""The operator's command line against a stack that moto makes from template.yaml, and a double of the Bot API."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from ops import answers
from ops.commands import cli
from tests.infrastructure.transformed_template import REGION, read_template
from tests.integration.bot_api_double import TOKEN, BotApiDouble, running
from vpnbot.aws_calls.endpoint import CLIENT_VARIABLE

STATEFUL = ("AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::SNS::Topic")


@dataclass(frozen=True, slots=True)
class OperatorCommandLine:
    """The command line for one stage; AWS is moto, and `telegram` the double of the Bot API."""

    telegram: BotApiDouble
    stage: str = "demo"

    def run(self, *arguments: str, typed: str = "") -> Result:
        """Run a command of `python -m ops` for this stage; `typed` is its standard input."""
        return CliRunner().invoke(cli, ["--stage", self.stage, *arguments], input=typed, catch_exceptions=False)

    @property
    def stack_name(self) -> str:
        return f"vpnbot-{self.stage}"

    def secrets(self) -> dict[str, str]:
        """Return the stored secrets of this stage, by name."""
        found = boto3.client("ssm").get_parameters_by_path(Path=f"/{self.stack_name}", WithDecryption=True)
        return {parameter["Name"].rpartition("/")[2]: parameter["Value"] for parameter in found["Parameters"]}

    @property
    def _always(self) -> dict[str, str]:
        return {"Stage": self.stage, "WebhookPath": f"/{self.stack_name}/webhook_path"}

    def deploy(self, functions: Sequence[str] = (), **parameters: str) -> dict[str, str]:
        """Create a stack with the tables and queues of the template, and with `functions`; return its outputs."""
        cloudformation = boto3.client("cloudformation")
        cloudformation.create_stack(
            StackName=self.stack_name,
            TemplateBody=json.dumps(self._template(functions)),
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in {**self._always, **parameters}.items()
            ],
        )
        outputs = self.outputs()
        # Moto's CloudFormation ignores TimeToLiveSpecification.
        time_to_live = read_template()["Resources"]["Table"]["Properties"]["TimeToLiveSpecification"]
        boto3.client("dynamodb").update_time_to_live(
            TableName=outputs["TableName"], TimeToLiveSpecification=time_to_live
        )
        self._make_run(outputs["DueQueueUrl"])
        return outputs

    def _make_run(self, queue_url: str) -> None:
        """Make the schedules and the reader of the queue, which a deployment makes from the functions' events."""
        expression, window = "rate(1 minute)", {"Mode": "OFF"}
        target = {"Arn": "arn:aws:lambda:eu-north-1:123456789012:function:any", "RoleArn": "arn:aws:iam::1:role/any"}
        for name in self.schedules():
            boto3.client("scheduler").create_schedule(
                Name=name, ScheduleExpression=expression, FlexibleTimeWindow=window, Target=target
            )
        queue = boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        worker = boto3.client("lambda").create_function(FunctionName=token_hex(8), **_function()["Properties"])
        boto3.client("lambda").create_event_source_mapping(
            EventSourceArn=queue["Attributes"]["QueueArn"], FunctionName=worker["FunctionName"]
        )

    def deploy_again(self) -> dict[str, str]:
        """Update the stack as `sam deploy` does, with the parameters that it has; return its outputs."""
        template = json.loads(json.dumps(self._template(())))
        template["Description"] = f"deployed again, {token_hex(4)}"
        boto3.client("cloudformation").update_stack(
            StackName=self.stack_name,
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in self._always.items()],
        )
        return self.outputs()

    def schedules(self) -> list[str]:
        """Return the names of the schedules of template.yaml in this stack."""
        resources = read_template()["Resources"].values()
        functions = [one["Properties"] for one in resources if one["Type"] == "AWS::Serverless::Function"]
        events = [event for function in functions for event in function.get("Events", {}).values()]
        names = [event["Properties"]["Name"]["Fn::Sub"] for event in events if event["Type"] == "ScheduleV2"]
        return [str(name).replace("${AWS::StackName}", self.stack_name) for name in names]

    def outputs(self) -> dict[str, str]:
        """Return the outputs of the stack."""
        (stack,) = boto3.client("cloudformation").describe_stacks(StackName=self.stack_name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def _template(self, functions: Sequence[str]) -> dict[str, Any]:
        whole = read_template()
        resources = {name: dict(r) for name, r in whole["Resources"].items() if r["Type"] in STATEFUL}
        for resource in resources.values():
            for key in ("DeletionPolicy", "UpdateReplacePolicy", "Metadata"):
                resource.pop(key, None)
        outputs = {name: out for name, out in whole["Outputs"].items() if out["Value"].get("Ref") in resources}
        return {
            "Parameters": whole["Parameters"] | {"WebhookPath": {"Type": whole["Parameters"]["WebhookPath"]["Type"]}},
            "Conditions": whole["Conditions"],
            "Resources": resources | {name: _function() for name in functions},
            "Outputs": {
                **outputs,
                "Address": {"Value": self.telegram.base},
                "WebhookUrl": {"Value": {"Fn::Sub": f"{self.telegram.base}/${{WebhookPath}}"}},
            },
        }


def _function() -> dict[str, Any]:
    role = boto3.client("iam").create_role(RoleName=token_hex(8), AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = {"ZipFile": "def handler(event, context): pass"}
    properties = {"Runtime": "python3.13", "Handler": "index.handler", "Role": role, "Code": code}
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


@contextmanager
def open_command_line(monkeypatch: pytest.MonkeyPatch, stage: str = "demo") -> Iterator[OperatorCommandLine]:
    """Yield a command line in an AWS account in which nothing is configured or deployed."""
    environment = {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "sample",
        "AWS_SECRET_ACCESS_KEY": "sample",
        "BOT_TOKEN": TOKEN,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(CLIENT_VARIABLE, "botocore")  # moto replaces the answers of botocore only
    with running() as telegram, mock_aws(), TemporaryDirectory() as folder:
        monkeypatch.setattr(answers, "FOLDER", Path(folder))
        monkeypatch.setenv("TELEGRAM_API_BASE", telegram.base)
        yield OperatorCommandLine(telegram, stage)
