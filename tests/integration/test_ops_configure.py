"""`python -m ops configure`: stores the secrets of a stack without printing them."""

import json
from collections.abc import Iterator

import boto3
import pytest

from tests.integration.bot_api_double import TOKEN
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.aws.secrets import parse_key_ring


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch) as operator:
        yield operator


def test_a_bot_token_is_enough_to_configure_a_stack(operator: OperatorCommandLine) -> None:
    result = operator.run("configure")
    assert result.exit_code == 0, result.output
    stored = operator.secrets()
    assert stored["bot_token"] == TOKEN
    assert len(stored["webhook_secret"]) >= 32
    assert parse_key_ring(stored["key_secret"]).current == 1
    assert "@sample_bot" in result.output
    assert "python -m ops --stage demo deploy" in result.output


def test_no_secret_is_printed(operator: OperatorCommandLine) -> None:
    shown = operator.run("configure").output + operator.run("doctor").output
    for name, value in operator.secrets().items():
        assert value not in shown, name
    assert TOKEN.partition(":")[2] not in shown


def test_secrets_are_stored_encrypted(operator: OperatorCommandLine) -> None:
    operator.run("configure")
    found = boto3.client("ssm").get_parameters_by_path(Path="/vpnbot-demo")["Parameters"]
    in_plain_text = {parameter["Name"] for parameter in found if parameter["Type"] != "SecureString"}
    # CloudFormation reads it, and cannot read a SecureString; who knows it can send nothing without the secret.
    assert in_plain_text == {"/vpnbot-demo/webhook_path"}


def test_configuring_again_changes_nothing(operator: OperatorCommandLine) -> None:
    operator.run("configure")
    before = operator.secrets()
    result = operator.run("configure")
    assert operator.secrets() == before
    assert "nothing new" in result.output


def test_a_new_token_keeps_the_other_secrets(operator: OperatorCommandLine) -> None:
    boto3.client("ssm").put_parameter(Name="/vpnbot-demo/bot_token", Value="1:old", Type="SecureString")
    boto3.client("ssm").put_parameter(Name="/vpnbot-demo/key_secret", Value="kept", Type="SecureString")
    result = operator.run("configure")
    assert operator.secrets()["key_secret"] == "kept", (
        "with a new ring, every client on the panels would become an orphan"
    )
    assert operator.secrets()["bot_token"] == TOKEN
    assert "webhook set" in result.output
    assert "Revision" in result.output, "running functions have the old token in memory"


def test_the_token_prompt_does_not_echo_the_token(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    result = operator.run("configure", typed=f"{TOKEN}\n")
    assert result.exit_code == 0
    assert TOKEN not in result.output
    assert operator.secrets()["bot_token"] == TOKEN


def test_an_empty_answer_keeps_the_stored_token(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.run("configure")
    monkeypatch.delenv("BOT_TOKEN")
    result = operator.run("configure", typed="\n")
    assert result.exit_code == 0
    assert "nothing new" in result.output


@pytest.mark.parametrize("wrong", ["not a token", "4242:revoked"])
def test_a_wrong_token_stores_nothing(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("BOT_TOKEN", wrong)
    result = operator.run("configure")
    assert result.exit_code == 2
    assert "BotFather" in result.stderr
    assert operator.secrets() == {}


def test_each_stack_has_separate_secrets(operator: OperatorCommandLine) -> None:
    operator.run("--stack", "second-shop", "configure")
    assert operator.secrets() == {}
    assert boto3.client("ssm").get_parameters_by_path(Path="/second-shop")["Parameters"]


def test_a_rotated_webhook_secret_leaves_the_old_one_valid(operator: OperatorCommandLine) -> None:
    operator.run("configure")
    old = operator.secrets()["webhook_secret"]
    result = operator.run("configure", "--rotate-webhook-secret")
    assert operator.secrets()["webhook_secret_previous"] == old
    assert operator.secrets()["webhook_secret"] != old
    assert "webhook set" in result.output


def test_a_second_rotation_is_refused_until_telegram_has_the_new_secret(operator: OperatorCommandLine) -> None:
    operator.run("configure")
    operator.deploy()
    operator.run("configure", "--rotate-webhook-secret")
    rotated = operator.secrets()
    result = operator.run("configure", "--rotate-webhook-secret")
    assert result.exit_code == 2
    assert "run `webhook set` first" in result.stderr
    assert operator.secrets() == rotated, "the secret that Telegram has is still accepted"
    operator.run("webhook", "set")
    assert operator.run("configure", "--rotate-webhook-secret").exit_code == 0


def test_a_rotated_key_secret_keeps_every_older_version(operator: OperatorCommandLine) -> None:
    operator.run("configure")
    old = json.loads(operator.secrets()["key_secret"])
    operator.run("configure", "--rotate-key-secret")
    new = json.loads(operator.secrets()["key_secret"])
    assert new["1"] == old["1"], "the ids of people are computed with the oldest version"
    assert parse_key_ring(operator.secrets()["key_secret"]).current == 2


def test_rotating_secrets_that_do_not_exist_creates_them(operator: OperatorCommandLine) -> None:
    operator.run("configure", "--rotate-webhook-secret", "--rotate-key-secret")
    assert set(operator.secrets()) == {"bot_token", "webhook_secret", "webhook_path", "key_secret"}
