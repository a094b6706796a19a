"""A small SAM project for tests of the local run: functions that echo, crash, sleep and fail on request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from local.aws import FAKE_CREDENTIALS, AwsCall, LocalAws
from local.clock import Control, CrashOrders, VirtualClock
from local.gateway import Gateway
from local.runtime import Runtime
from local.stack import REGION, Deployment, Template
from local.template import load

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: demo}
  DomainName: {Type: String, Default: ""}
Conditions:
  HasDomain: !Not [!Equals [!Ref DomainName, ""]]
Globals:
  Function:
    Handler: app.handler
    Timeout: 5
    MemorySize: 512
    Environment:
      Variables:
        STAGE: !Ref Stage
        TABLE_NAME: !Ref Table
        QUEUE_URL: !Ref Work
        PUBLIC_URL: !If [HasDomain, !Sub "https://${DomainName}", !Ref AWS::NoValue]
Resources:
  Web:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: web/
      Environment: {Variables: {ONLY_WEB: "1"}}
      Events:
        Post: {Type: HttpApi, Properties: {Path: "/echo/{name}", Method: POST}}
        Get: {Type: HttpApi, Properties: {Path: "/plain", Method: GET}}
  Slow:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: slow/, Timeout: 1}
  Broken:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: broken/
      Events:
        Get: {Type: HttpApi, Properties: {Path: /broken, Method: GET}}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: worker/
      Events:
        Work:
          Type: SQS
          Properties: {Queue: !GetAtt Work.Arn, BatchSize: 2, FunctionResponseTypes: [ReportBatchItemFailures]}
  Ticker:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: web/
      Events:
        Clock: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute)}}
  Work:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 300
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2}
  Dead:
    Type: AWS::SQS::Queue
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - {AttributeName: pk, AttributeType: S}
        - {AttributeName: sk, AttributeType: S}
      KeySchema:
        - {AttributeName: pk, KeyType: HASH}
        - {AttributeName: sk, KeyType: RANGE}
      TimeToLiveSpecification: {AttributeName: expires_at, Enabled: true}
"""

WEB = """
import json, os
def handler(event, context):
    body = event.get("body") or ""
    if body == "crash":
        os._exit(3)
    if body == "raise":
        raise ValueError("on request")
    if body == "plain":
        return {"hello": "shop"}
    if body == "put":
        import boto3
        boto3.client("dynamodb").put_item(
            TableName=os.environ["TABLE_NAME"], Item={"pk": {"S": "p"}, "sk": {"S": "s"}, "text": {"S": "x" * 1500}}
        )
    return {
        "statusCode": 201,
        "headers": {"x-pid": str(os.getpid())},
        "cookies": ["a=1"],
        "body": json.dumps({
            "event": event,
            "environment": {name: os.environ.get(name) for name in ("STAGE", "ONLY_WEB", "TABLE_NAME", "PUBLIC_URL")},
            "remaining_ms": context.get_remaining_time_in_millis(),
        }),
    }
"""
SLOW = """
import time
def handler(event, context):
    time.sleep(event["seconds"])
    return "done"
"""
BROKEN = "raise RuntimeError('cannot be imported')\n"
WORKER = """
import json, os, urllib.request
def handler(event, context):
    failed = []
    for record in event["Records"]:
        if record["body"] == "crash":
            os._exit(1)
        if record["body"] == "fail":
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
"""


@dataclass(frozen=True)
class Sample:
    """The parts of a running sample project; `base` is the address of its gateway."""

    template: Template
    runtime: Runtime
    aws: LocalAws
    clock: VirtualClock
    crashes: CrashOrders
    calls: list[AwsCall]
    logs: list[str]
    base: str


def write(folder: Path) -> Path:
    """Write the sample project; return its template's path."""
    for name, code in {"web": WEB, "slow": SLOW, "broken": BROKEN, "worker": WORKER}.items():
        (folder / name).mkdir()
        (folder / name / "app.py").write_text(code, "utf-8")
    (folder / "template.yaml").write_text(TEMPLATE, "utf-8")
    return folder / "template.yaml"


@asynccontextmanager
async def running(folder: Path, max_environments: int = 4) -> AsyncIterator[Sample]:
    """Run the sample project on free ports of loopback."""
    calls: list[AwsCall] = []
    logs: list[str] = []
    clock, crashes = VirtualClock(), CrashOrders()
    with LocalAws(calls.append) as aws:
        template = load(write(folder), Deployment(f"sample-{folder.name}", aws.endpoint))
        aws.deploy(template)
        calls.clear()
        variables = {**FAKE_CREDENTIALS, "AWS_ENDPOINT_URL": aws.endpoint, "AWS_REGION": REGION}
        runtime = Runtime(
            template,
            lambda _function, _port: variables | {"AWS_DEFAULT_REGION": REGION},
            max_environments,
            lambda environment, line: logs.append(f"{environment}: {line}"),
        )
        app = web.Application()
        runtime.add_routes(app.router)
        Gateway(template, runtime).add_routes(app.router)
        Control(clock, crashes).add_routes(app.router)
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        runtime.start(runner)
        try:
            host, port = runner.addresses[0][:2]
            yield Sample(template, runtime, aws, clock, crashes, calls, logs, f"http://{host}:{port}")
        finally:
            await runtime.stop()
            await runner.cleanup()
