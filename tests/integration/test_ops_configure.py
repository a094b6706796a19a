"""From a BotFather token to stored secrets, none of which is ever shown."""

import json
from collections.abc import Iterator

import boto3
import pytest

from tests.integration.bot_api_double import TOKEN
from tests.integration.operators_desk import OperatorsDesk, opened
from vpnbot.aws.secrets import parse_key_ring


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorsDesk]:
    with opened(monkeypatch) as desk:
        yield desk


def test_a_token_is_all_that_is_needed(desk: OperatorsDesk) -> None:
    result = desk.runs("configure")
    assert result.exit_code == 0, result.output
    stored = desk.secrets()
    assert stored["bot_token"] == TOKEN
    assert len(stored["webhook_secret"]) >= 32
    assert parse_key_ring(stored["key_secret"]).current == 1
    assert "@sample_bot" in result.output
    assert "sam deploy --config-env demo" in result.output


def test_no_secret_is_shown(desk: OperatorsDesk) -> None:
    shown = desk.runs("configure").output + desk.runs("doctor").output
    for name, value in desk.secrets().items():
        assert value not in shown, name
    assert TOKEN.partition(":")[2] not in shown


def test_secrets_are_stored_encrypted(desk: OperatorsDesk) -> None:
    desk.runs("configure")
    found = boto3.client("ssm").get_parameters_by_path(Path="/vpnbot-demo")["Parameters"]
    assert {parameter["Type"] for parameter in found} == {"SecureString"}


def test_configuring_again_changes_nothing(desk: OperatorsDesk) -> None:
    desk.runs("configure")
    before = desk.secrets()
    result = desk.runs("configure")
    assert desk.secrets() == before
    assert "nothing new" in result.output


def test_a_new_token_keeps_the_other_secrets(desk: OperatorsDesk) -> None:
    boto3.client("ssm").put_parameter(Name="/vpnbot-demo/bot_token", Value="1:old", Type="SecureString")
    boto3.client("ssm").put_parameter(Name="/vpnbot-demo/key_secret", Value="kept", Type="SecureString")
    result = desk.runs("configure")
    assert desk.secrets()["key_secret"] == "kept", "a new ring would orphan every key"
    assert desk.secrets()["bot_token"] == TOKEN
    assert "webhook set" in result.output
    assert "Revision" in result.output, "functions that run have the old token in memory"


def test_the_token_is_asked_for_without_being_echoed(desk: OperatorsDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    result = desk.runs("configure", typing=f"{TOKEN}\n")
    assert result.exit_code == 0
    assert TOKEN not in result.output
    assert desk.secrets()["bot_token"] == TOKEN


def test_enter_keeps_the_stored_token(desk: OperatorsDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.runs("configure")
    monkeypatch.delenv("BOT_TOKEN")
    result = desk.runs("configure", typing="\n")
    assert result.exit_code == 0
    assert "nothing new" in result.output


@pytest.mark.parametrize("wrong", ["not a token", "4242:revoked"])
def test_a_wrong_token_stores_nothing(desk: OperatorsDesk, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("BOT_TOKEN", wrong)
    result = desk.runs("configure")
    assert result.exit_code == 2
    assert "BotFather" in result.stderr
    assert desk.secrets() == {}


def test_each_stack_has_secrets_of_its_own(desk: OperatorsDesk) -> None:
    desk.runs("--stack", "second-shop", "configure")
    assert desk.secrets() == {}
    assert boto3.client("ssm").get_parameters_by_path(Path="/second-shop")["Parameters"]


def test_a_rotated_webhook_secret_leaves_the_old_one_valid(desk: OperatorsDesk) -> None:
    desk.runs("configure")
    old = desk.secrets()["webhook_secret"]
    result = desk.runs("configure", "--rotate-webhook-secret")
    assert desk.secrets()["webhook_secret_previous"] == old
    assert desk.secrets()["webhook_secret"] != old
    assert "webhook set" in result.output


def test_a_rotated_key_secret_keeps_every_older_version(desk: OperatorsDesk) -> None:
    desk.runs("configure")
    old = json.loads(desk.secrets()["key_secret"])
    desk.runs("configure", "--rotate-key-secret")
    new = json.loads(desk.secrets()["key_secret"])
    assert new["1"] == old["1"], "people are named under the oldest version"
    assert parse_key_ring(desk.secrets()["key_secret"]).current == 2


def test_rotation_of_what_was_never_made_just_makes_it(desk: OperatorsDesk) -> None:
    desk.runs("configure", "--rotate-webhook-secret", "--rotate-key-secret")
    assert set(desk.secrets()) == {"bot_token", "webhook_secret", "key_secret"}
