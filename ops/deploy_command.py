"""The command `deploy`: builds, deploys with the stored answers, protects production's table, checks the result."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from ops.answers import overrides, stored_answers
from ops.commands_in_text import for_target
from ops.configure_command import api_base
from ops.deployment import WEBHOOK_PATH, Target
from ops.doctor import examine
from ops.error_exit import exit_on_error
from ops.findings import Finding, Verdict
from ops.people import container_of
from ops.settings_findings import saved_findings
from ops.table_commands import protect
from ops.template import ROOT
from vpnbot.errors import Misconfigured, VpnbotError
from vpnbot.settings import Stage

_SAM = ROOT / ".venv-sam/bin/sam"


def deploy(
    context: typer.Context,
    show: Annotated[bool, typer.Option(help="Only print the commands that would run.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the changes are made.")] = False,
) -> None:
    """Build, deploy with the answers of `configure`, and check the result. It takes about five minutes."""
    target: Target = context.obj
    with exit_on_error(target):
        commands = list(commands_of(target, yes=yes))
        if show:
            for command in commands:
                print(shlex.join(command))
            return
        stored = target.secrets()
        for name, what in {"bot_token": "the bot has no token", WEBHOOK_PATH: "the webhook has no path"}.items():
            if not stored.get(name):
                raise Misconfigured(what, f"run `python -m ops {target.options} configure` first")
        for finding in _without_effect(target):
            print(for_target(finding, target), flush=True)
        architecture = _parameters(target).get("Architecture", "arm64")
        for command in commands:
            _run(command, architecture)
        if target.stage is Stage.PRODUCTION:
            protect(target, off=False)
        failed = False
        for finding in examine(target, api_base(), datetime.now(UTC)):
            print(for_target(finding, target), flush=True)
            failed |= finding.verdict is Verdict.FAILURE
    raise typer.Exit(1 if failed else 0)


def _without_effect(target: Target) -> Sequence[Finding]:
    """Return which parameters of a deployed stack have no effect; empty if that cannot be told yet."""
    try:
        return tuple(saved_findings(container_of(target).sales.settings.load(fresh=True)))
    except (VpnbotError, BotoCoreError, ClientError):
        return ()


def commands_of(target: Target, *, yes: bool) -> Sequence[Sequence[str]]:
    """Return the commands of the SAM command line that deploy a stack with its stored answers.

    Raises:
        Misconfigured: the file with the answers cannot be read.
    """
    parameters = _parameters(target)
    written = [f"{name}={_quoted(value)}" for name, value in parameters.items()]
    build = [str(_SAM), "build", "--parameter-overrides", *written]
    deploy_ = [str(_SAM), "deploy", "--config-env", str(target.stage), "--stack-name", target.stack_name]
    return [build, [*deploy_, *(["--no-confirm-changeset"] if yes else []), "--parameter-overrides", *written]]


def _parameters(target: Target) -> Mapping[str, str]:
    path = {"WebhookPath": f"{target.secrets_path}/{WEBHOOK_PATH}"}  # samconfig.toml has that of the usual stack
    return {**overrides(target.stage, stored_answers(target.stack_name)), **path}


def _quoted(value: str) -> str:
    """Quote a value as the SAM command line reads it (samcli/cli/types.py, CfnParameterOverridesType)."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _run(command: Sequence[str], architecture: str) -> None:
    if not _SAM.exists():
        raise Misconfigured("the SAM command line is not installed", "run `make setup`")
    print(f"── {shlex.join(command)}", flush=True)
    code = subprocess.run(command, cwd=ROOT, env=_environment(os.environ, architecture), check=False).returncode  # noqa: S603  its own
    if code:
        print(f"✘ sam ended with status {code}; its message is above", file=sys.stderr)
        raise typer.Exit(code)


def _environment(environment: Mapping[str, str], architecture: str) -> dict[str, str]:
    """Return the environment of sam: it looks for python3.13 on PATH, and builds the layers for one processor."""
    path = f"{ROOT / '.venv/bin'}{os.pathsep}{environment.get('PATH', '')}"
    return {**environment, "ARCHITECTURE": architecture, "PATH": path, "SAM_CLI_TELEMETRY": "0"}
