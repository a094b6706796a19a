"""Every command of `python -m ops` says in one sentence why AWS fails, and what to do."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import typer
from moto.cloudformation.models import cloudformation_backends
from typer.testing import CliRunner, Result

from ops import answers
from ops.commands import cli
from ops.key_secret_file import KeySecret
from tests.infrastructure.transformed_template import REGION
from tests.integration.bot_api_double import TOKEN
from tests.integration.failing_aws import failing_aws, leaf_commands
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line

PERSON, ORDER, PAYMENT = "4242", "order-1", "payment-1"
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "dead-letters": (),
    "suspend": (PERSON,),
    "resume": (PERSON,),
    "server show": ("nl",),
    "server add": ("nl", "--address", "https://panel.example.com/x", "--country", "NL", "--capacity", "9"),
    "server change": ("nl", "--capacity", "9"),
    "server token": ("nl",),
    "server refresh": ("nl",),
    "server drain": ("nl",),
    "server reopen": ("nl",),
    "server remove": ("nl",),
    "rebuild-server": ("nl",),
    "plans check": ("plans.yaml",),
    "plans import": ("plans.yaml",),
    "orders list": (PERSON,),
    "orders show": (PERSON, ORDER),
    "orders decide": (PERSON, ORDER, PAYMENT, "give"),
    "refunds list": (PERSON,),
    "refunds send": (PERSON, ORDER, PAYMENT),
    "payments find": ("stars", PAYMENT),
    "payments return": ("stars", PAYMENT),
    "reconcile": ("stars",),
    "backup create": ("new.jsonl.gz",),
    "backup restore": ("shop.jsonl.gz",),
    "key-secret export": ("new.age",),
    "key-secret restore": ("key-secret.age",),
}
COMMANDS = [" ".join(words) for words in leaf_commands(typer.main.get_command(cli))]
DENIED = (
    "User: arn:aws:iam::123456789012:user/shop is not authorized to perform: ssm:GetParameters on resource: "
    "arn:aws:ssm:eu-central-1:123456789012:parameter/vpnbot-demo/bot_token because no identity-based policy allows it"
)

CAUSES_AT_THE_WIRE = [
    (
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
        "access keys",
        "aws con",
    ),
    (
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        "access keys",
        "aws configure",
    ),
    ("SignatureDoesNotMatch", "The signature we calculated does not match.", "access keys", "aws configure"),
    (
        "ExpiredTokenException",
        "The security token included in the request is expired",
        "has expired",
        "aws sso login",
    ),
    ("ExpiredToken", "The security token included in the request is expired", "has expired", "aws sso login"),
    (
        "AccessDeniedException",
        DENIED,
        "may not call ssm:GetParameters on arn:aws:ssm:eu-central-1:123456789012:parameter/vpnbot-demo/bot_token\n",
        "allow ssm:GetParameters",
    ),
    (
        "AccessDenied",
        DENIED.replace("no identity-based policy allows it", "of an explicit deny in a service control policy"),
        "(explicit deny in a service control policy)",
        "allow ssm:GetParameters",
    ),
    ("ThrottlingException", "Rate exceeded", "too many calls", "wait a minute"),
    ("Throttling", "Rate exceeded", "too many calls", "wait a minute"),
    ("RequestTimeTooSkewed", "The difference is too large.", "clock of this computer", "timedatectl"),
    (
        "InvalidSignatureException",
        "Signature expired: 20261128T100000Z is now earlier than 20261128T120000Z",
        "clock of this computer",
        "timedatectl",
    ),
    ("SignatureDoesNotMatch", "Signature not yet current: 20261128T1", "clock of this computer", "timedatectl"),
    ("OptInRequired", "You are not subscribed to this service.", "eu-central-1", "becomes active"),
    ("ServiceUnavailable", "", "a fault at the moment", "wait a minute"),
]

CAUSES_ON_THIS_COMPUTER: list[tuple[dict[str, str], str, str]] = [
    ({"AWS_REGION": ""}, "no AWS region is set", "export AWS_REGION="),
    ({"AWS_REGION": "Frankfurt (eu)"}, "there is no AWS region Frankfurt (eu)", "such as eu-central-1"),
    ({"AWS_PROFILE": "shop"}, "there is no AWS profile shop", "aws configure --profile shop"),
    ({"AWS_ACCESS_KEY_ID": ""}, "there are no AWS credentials", "aws configure"),
    ({"AWS_SECRET_ACCESS_KEY": ""}, "are not complete", "set both keys"),
    ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "AWS cannot be reached at http://127.0.0.1:1", "check the network"),
    ({"AWS_ENDPOINT_URL": "http://no-such-name.invalid"}, "AWS cannot be reached", "DNS"),
    ({"AWS_CONFIG_FILE": "broken"}, "the AWS configuration cannot be read", "~/.aws/config"),
    ({"AWS_CONFIG_FILE": "sso", "AWS_PROFILE": "sso", "AWS_ACCESS_KEY_ID": ""}, "has expired", "login --profile sso"),
]
SSO = """[profile sso]
sso_session = shop
sso_account_id = 123456789012
sso_role_name = operator
region = eu-central-1
[sso-session shop]
sso_region = eu-central-1
sso_start_url = https://shop.awsapps.com/start
"""


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A computer with access keys and AWS_REGION alone, and files for the commands that need one."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    # `adopt_region` sets it: pytest has to remove it after the test.
    monkeypatch.setenv("AWS_DEFAULT_REGION", "")
    for name, value in {
        "HOME": str(tmp_path),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "sample",
        "AWS_SECRET_ACCESS_KEY": "sample",
        "BOT_TOKEN": TOKEN,
        "PANEL_TOKEN": "x" * 48,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr(answers, "FOLDER", tmp_path / "deploy")
    copy = KeySecret("vpnbot-demo", json.dumps({"1": "x" * 44}))
    monkeypatch.setattr(KeySecret, "decrypted", lambda text, passphrase: copy)
    for file, text in {
        "plans.yaml": "plans: {}",
        "shop.jsonl.gz": "",
        "key-secret.age": "",
        "broken": "a line\nthat is no setting",
        "sso": SSO,
    }.items():
        (tmp_path / file).write_text(text)
    return tmp_path


def _run(command: str) -> Result:
    words = [*command.split(), *ARGUMENTS.get(command, ())]
    typed = "a passphrase of words\n" * 2
    return CliRunner().invoke(cli, ["--stage", "demo", *words], input=typed, catch_exceptions=False)


def _assert_said(command: str, what: str, advice: str) -> None:
    result = _run(command)
    said = result.stdout if command == "doctor" else result.stderr
    first, _, second = said.partition("\n    → ")
    assert what in f"{first}\n", f"{command}: {said}"
    assert first.startswith("✘ "), f"{command}: {said}"
    assert advice in second, f"{command}: {said}"
    assert len(said.splitlines()) == 2, f"{command}: {said}"
    assert result.exit_code == (1 if command == "doctor" else 2), command


@pytest.mark.parametrize(("code", "message", "what", "advice"), CAUSES_AT_THE_WIRE)
def test_every_command_names_the_cause_that_aws_answers(
    computer: Path, monkeypatch: pytest.MonkeyPatch, code: str, message: str, what: str, advice: str
) -> None:
    with failing_aws(code, message) as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.address)
        for command in COMMANDS:
            _assert_said(command, what, advice)
    assert set(aws.regions) == {"eu-central-1"}, "AWS_REGION alone is enough"


@pytest.mark.parametrize(("environment", "what", "advice"), CAUSES_ON_THIS_COMPUTER)
def test_every_command_names_what_is_missing_on_this_computer(
    computer: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], what: str, advice: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name)
    if environment.get("AWS_REGION") == "":
        monkeypatch.delenv("AWS_DEFAULT_REGION")
    for command in COMMANDS:
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        _assert_said(command, what, advice)


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION", "profile"])
def test_one_place_for_the_region_is_enough(computer: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(variable, "")
    if name == "profile":
        (computer / "config").write_text("[default]\nregion = eu-north-1\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(computer / "config"))
    else:
        monkeypatch.setenv(name, "eu-north-1")
    with failing_aws("AccessDenied") as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.address)
        assert _run("server list").exit_code == 2
        assert _run("configure").exit_code == 2
    assert set(aws.regions) == {"eu-north-1"}


def test_aws_region_wins_over_the_older_variable_as_for_the_aws_command_line(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with failing_aws("AccessDenied") as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.address)
        _run("server list")
    assert set(aws.regions) == {"eu-central-1"}


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        yield operator


def test_a_stack_that_is_not_there_is_named_with_its_region(operator: OperatorCommandLine) -> None:
    result = operator.run("server", "list")
    assert result.exit_code == 2
    assert f"vpnbot-demo is not deployed in {REGION}: deploy it: python -m ops --stage demo deploy" in result.stderr
    assert "set AWS_REGION" in result.stderr


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("REVIEW_IN_PROGRESS", "was prepared and not started: python -m ops --stage demo deploy"),
        ("CREATE_IN_PROGRESS", "a deployment is running: wait until it has ended"),
        ("ROLLBACK_IN_PROGRESS", "failed and is being undone: wait"),
        ("ROLLBACK_COMPLETE", "sam delete --stack-name vpnbot-demo"),
        ("DELETE_FAILED", "sam delete --stack-name vpnbot-demo"),
        ("DELETE_IN_PROGRESS", "wait until it is gone"),
    ],
)
def test_a_stack_that_cannot_be_used_is_refused_with_what_to_do(
    operator: OperatorCommandLine, status: str, advice: str
) -> None:
    operator.deploy()
    (stack,) = cloudformation_backends["123456789012"][REGION].stacks.values()
    stack.status = status
    result = operator.run("webhook", "set")
    assert result.exit_code == 2
    assert f"vpnbot-demo is not deployed: {status}: " in result.stderr
    assert advice in result.stderr
    shown = operator.run("doctor")
    assert shown.exit_code == 1
    assert f"✘ vpnbot-demo is not deployed: {status}\n    → " in shown.output


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("UPDATE_IN_PROGRESS", "a deployment is running: wait"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "is being undone: wait"),
        ("UPDATE_ROLLBACK_COMPLETE", "the release before is running"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name vpnbot-demo"),
    ],
)
def test_a_stack_whose_last_update_has_not_succeeded_can_be_operated_and_doctor_says_what_to_do(
    operator: OperatorCommandLine, status: str, advice: str
) -> None:
    operator.deploy()
    (stack,) = cloudformation_backends["123456789012"][REGION].stacks.values()
    stack.status = status
    assert operator.run("webhook", "set").exit_code == 0
    line = operator.run("doctor").output.partition(f"! vpnbot-demo is deployed: {status}\n    → ")[2]
    assert advice in line.splitlines()[0]


def test_a_table_that_was_deleted_by_hand_is_named(operator: OperatorCommandLine) -> None:
    table_name = operator.deploy()["TableName"]
    boto3.client("dynamodb").delete_table(TableName=table_name)
    result = operator.run("server", "list")
    assert result.exit_code == 2
    assert "a part of the stack does not exist any more" in result.stderr
    assert "docs/runbooks.md" in result.stderr
