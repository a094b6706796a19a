"""A release on this machine: the functions in the real runtime client, and doubles of Lambda's API and CodeDeploy."""

import asyncio
import base64
import dataclasses
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from local.aws import FAKE_CREDENTIALS, LocalAws
from local.runtime import Runtime
from local.stack import REGION, Deployment, Function, Template
from local.template import load
from tests.infrastructure.transformed_template import ROOT
from tests.integration.lambda_functions import KEY_RING

SECRETS = {"bot_token": "4242:sample", "webhook_secret": "current-webhook-secret", "key_secret": KEY_RING}
CHECKS = {"TelegramWebhook": "WebhookCheck", "DueWorker": "WorkerCheck"}
_releases = count(1)
EVENT = json.loads((ROOT / "events/release_check.json").read_text())


@dataclass(frozen=True, slots=True)
class Release:
    """What is different in this release. `folders` and `variables` are those of new versions, by function."""

    folders: Mapping[str, Path] = field(default_factory=dict)
    variables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=lambda: SECRETS)
    check_seconds: float = 90


@dataclass
class Machine:
    """A running release; `reports` is what CodeDeploy was told, `logs` the lines of each environment."""

    aws: LocalAws
    template: Template
    runtime: Runtime = field(init=False)
    logs: dict[str, list[str]] = field(default_factory=dict)
    reports: list[dict[str, Any]] = field(default_factory=list)

    async def check(self, function: str) -> str:
        """Run the check of a function, as CodeDeploy does; return the status that it reported."""
        outcome = await self.runtime.invoke(CHECKS[function], EVENT)
        assert outcome.error is None, outcome.error
        (report,) = self.reports
        assert report["deploymentId"] == EVENT["DeploymentId"]
        assert report["lifecycleEventHookExecutionId"] == EVENT["LifecycleEventHookExecutionId"]
        assert report["status"] == outcome.payload
        return str(report["status"])

    def log(self, folder: str) -> str:
        """Return the log of the function in this folder."""
        return "\n".join(line for name, lines in self.logs.items() if name.startswith(f"{folder}-") for line in lines)

    def items(self) -> list[dict[str, Any]]:
        """Return everything in the table."""
        found: list[dict[str, Any]] = self.aws.client("dynamodb").scan(TableName=self.template.tables[0].name)[
            "Items"
        ]
        return found

    def note(self, environment: str, line: str) -> None:
        """Keep a line of a log."""
        self.logs.setdefault(environment, []).append(line)

    async def invoke(self, request: web.Request) -> web.Response:
        """Answer Lambda's Invoke."""
        _, function, _ = unquote(request.match_info["arn"]).rsplit(":", 2)
        outcome = await self.runtime.invoke(function, json.loads(await request.read()))
        for _ in range(20):  # the lines are in the pipe already, and are read by another task
            await asyncio.sleep(0.005)
        tail = "\n".join(self.logs.get(outcome.environment, []))[-4096:].encode()
        headers = {"X-Amz-Log-Result": base64.b64encode(tail).decode()}
        if outcome.error is None:
            return web.json_response(outcome.payload, headers=headers)
        error = {"errorType": outcome.error.kind, "errorMessage": outcome.error.message}
        return web.json_response(error, headers={**headers, "X-Amz-Function-Error": "Unhandled"})

    async def report(self, request: web.Request) -> web.Response:
        """Answer CodeDeploy's PutLifecycleEventHookExecutionStatus."""
        assert request.headers["X-Amz-Target"].endswith(".PutLifecycleEventHookExecutionStatus")
        self.reports.append(json.loads(await request.read()))
        return web.json_response({"lifecycleEventHookExecutionId": EVENT["LifecycleEventHookExecutionId"]})


@asynccontextmanager
async def released(release: Release) -> AsyncIterator[Machine]:
    """Run a release, whose functions cannot reach Telegram."""
    parameters = {"Stage": "staging", "Panel": "demo", "TelegramApiBase": "http://127.0.0.1:1"}
    with LocalAws(lambda _: None) as aws:
        deployment = Deployment(f"vpnbot-release-{next(_releases)}", aws.endpoint)
        template = _changed(load(ROOT / "template.yaml", deployment, parameters), release)
        aws.deploy(template)
        for name, value in release.secrets.items():
            aws.client("ssm").put_parameter(Name=f"/{deployment.stack_name}/{name}", Value=value, Type="SecureString")
        machine = Machine(aws, template)
        app = web.Application()
        app.router.add_post("/2015-03-31/functions/{arn}/invocations", machine.invoke)
        app.router.add_post("/", machine.report)
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        listener = socket.create_server(("127.0.0.1", 0))
        services = f"http://127.0.0.1:{listener.getsockname()[1]}"
        variables = {
            **FAKE_CREDENTIALS,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_ENDPOINT_URL_LAMBDA": services,
            "AWS_ENDPOINT_URL_CODEDEPLOY": services,
            "PYTHONPATH": str(ROOT / "layers/vpnbot"),
        }
        machine.runtime = Runtime(template, lambda *_: variables, 1, machine.note)
        machine.runtime.add_routes(app.router)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        machine.runtime.start(runner)
        try:
            yield machine
        finally:
            await machine.runtime.stop()
            await runner.cleanup()


def _changed(template: Template, release: Release) -> Template:
    """Return the template with what is different in this release."""

    def changed(function: Function) -> Function:
        seconds = release.check_seconds if function.name in CHECKS.values() else function.timeout_seconds
        variables = {**function.environment, **release.variables.get(function.name, {})}
        folder = release.folders.get(function.name, function.folder)
        return dataclasses.replace(function, folder=folder, environment=variables, timeout_seconds=seconds)

    functions = {name: changed(function) for name, function in template.functions.items()}
    return dataclasses.replace(template, functions=functions)
