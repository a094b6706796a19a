"""`python -m ops deploy`: the SAM command line gets the stored answers."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from ops import answers
from ops.answers import Answers, store_answers, stored_answers
from ops.deploy_command import commands_of
from ops.deployment import Target
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.settings import Stage

ROOT = Path(__file__).parents[2]
READ = """
import json, sys
from samcli.cli.types import CfnParameterOverridesType
print(json.dumps(CfnParameterOverridesType().convert(tuple(sys.argv[1:]), None, None)))
"""


@pytest.fixture(params=["demo", "production"])
def operator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch, stage=request.param) as operator:
        yield operator


class Sam:
    """Stands in for the SAM command line: records each command, and deploys with moto; `fails` names one to fail."""

    def __init__(self, operator: OperatorCommandLine, fails: str = "") -> None:
        self.commands: list[list[str]] = []
        self.environments: list[dict[str, str]] = []
        self._operator = operator
        self._fails = fails

    def __call__(self, command: list[str], env: dict[str, str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.commands.append(command[1:])
        self.environments.append(env)
        if command[1] == self._fails:
            return subprocess.CompletedProcess(command, 1)
        if command[1] == "deploy":
            panel = {"Panel": "three_x_ui"} if self._operator.stage == "production" else {}
            self._operator.deploy(AdminIds="12", **panel)
            self._operator.run("webhook", "set")
        return subprocess.CompletedProcess(command, 0)


def test_it_builds_deploys_protects_and_checks(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.run("configure", "--set", "AdminIds=12", "--set", "Architecture=x86_64")
    sam = Sam(operator)
    monkeypatch.setattr(subprocess, "run", sam)
    result = operator.run("deploy", "--yes")
    assert [command[0] for command in sam.commands] == ["build", "deploy"]
    assert sam.commands[1][1:6] == [
        *("--config-env", operator.stage, "--stack-name", operator.stack_name),
        "--no-confirm-changeset",
    ]
    for command in sam.commands:
        assert 'AdminIds="12"' in command
        assert f'Stage="{operator.stage}"' in command, "what samconfig.toml says for the stage stays"
    assert {environment["ARCHITECTURE"] for environment in sam.environments} == {"x86_64"}
    assert all(env["PATH"].startswith(str(ROOT / ".venv/bin")) for env in sam.environments)
    assert "✔ the secrets are stored" in result.output, "doctor checks the result"
    table = boto3.client("dynamodb").describe_table(TableName=_table())["Table"]
    assert table["DeletionProtectionEnabled"] is (operator.stage == "production")
    assert result.exit_code == (1 if operator.stage == "production" else 0), "production has no server yet"


def _table() -> str:
    (name,) = boto3.client("dynamodb").list_tables()["TableNames"]
    return str(name)


def test_it_says_before_it_builds_which_parameter_has_no_effect(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.run("configure", "--set", "AdminIds=12", "--set", "TrialTrafficGigabytes=50")
    sam = Sam(operator)
    monkeypatch.setattr(subprocess, "run", sam)
    first = operator.run("deploy", "--yes").output
    assert "TrialTrafficGigabytes of the deployment" not in first, "nothing was saved yet"
    operator.run("shop", "settings", "--set", "trial_gigabytes=30")
    before_sam = operator.run("deploy", "--yes").output.partition("── ")[0]
    said = "✔ TrialTrafficGigabytes of the deployment: ignored, because the staff have saved 30 in the chat"
    assert said in before_sam
    assert said in operator.run("doctor").output


@pytest.mark.parametrize("fails", ["build", "deploy"])
def test_a_failure_of_sam_ends_it(operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    operator.run("configure")
    sam = Sam(operator, fails)
    monkeypatch.setattr(subprocess, "run", sam)
    result = operator.run("deploy")
    assert result.exit_code == 1
    assert [command[0] for command in sam.commands][-1] == fails
    assert "sam ended with status 1" in result.stderr


def test_without_a_token_nothing_is_built(operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    sam = Sam(operator)
    monkeypatch.setattr(subprocess, "run", sam)
    result = operator.run("deploy")
    assert result.exit_code == 2
    assert f"run `python -m ops --stage {operator.stage} configure` first" in result.stderr
    assert sam.commands == []


def test_the_commands_can_be_shown_instead(operator: OperatorCommandLine) -> None:
    operator.run("configure", "--set", "AlarmEmail=shop@example.com")
    shown = operator.run("deploy", "--show").output.splitlines()
    assert len(shown) == 2
    assert f"sam deploy --config-env {operator.stage}" in shown[1]
    assert "AlarmEmail=" in shown[1]


def test_a_value_without_quotation_marks_is_passed_as_cloudformation_takes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(answers, "FOLDER", tmp_path)
    (tmp_path / "vpnbot-demo.toml").write_text("[parameters]\nLocalRun = true\nMonthlyBudget = 15\n")
    assert stored_answers("vpnbot-demo").parameters == {"LocalRun": "true", "MonthlyBudget": "15"}


def test_a_parameter_is_set_without_a_question(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.run("configure")
    monkeypatch.delenv("BOT_TOKEN")
    result = operator.run("configure", "--set", "Revision=2")
    assert result.exit_code == 0, result.output
    assert 'Revision="2"' in operator.run("deploy", "--show").output


@pytest.mark.parametrize("pair", ["AdminIds", "AdminIds=@anna", "NoSuchParameter=1", "LogRetentionDays=2"])
def test_a_parameter_that_the_template_refuses_is_refused_before_anything_is_stored(
    operator: OperatorCommandLine, pair: str
) -> None:
    result = operator.run("configure", "--set", pair)
    assert result.exit_code == 2
    assert pair.partition("=")[0] in result.stderr
    assert operator.secrets() == {}


def test_sam_reads_every_value_as_it_was_given(operator: OperatorCommandLine) -> None:
    values = {
        "AdminIds": "12, 34",
        "SupportChatId": "",
        "SupportUrl": "https://t.me/a?b=c&d=e",
        "Odd": 'a "b" \\ c=d',
    }
    store_answers("vpnbot-demo", Answers("eu-north-1", values))
    build, deploy = commands_of(Target(Stage.DEMO, "vpnbot-demo"), yes=False)
    for command in (build, deploy):
        written = command[command.index("--parameter-overrides") + 1 :]
        python = str(ROOT / ".venv-sam/bin/python")
        reads = [python, "-c", READ, *written]
        run = subprocess.run(reads, capture_output=True, text=True, check=True)  # noqa: S603 - our interpreter
        of_stage = {"Stage": "demo", "Architecture": "arm64", "WebhookPath": "/vpnbot-demo/webhook_path"}
        assert json.loads(run.stdout) == of_stage | values
