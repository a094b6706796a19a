"""Secrets in Parameter Store: SecureStrings below one path, of which only those that are named are read."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import REGION
from vpnbot.aws.secret_names import ALL
from vpnbot.aws.secret_sources import SsmParameters
from vpnbot.aws.secrets import Secrets
from vpnbot.errors import Retryable

MOST_NAMES_IN_A_CALL = 10
"""Of GetParameters (Systems Manager API reference)."""


@pytest.fixture
def path(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A path in Parameter Store that only this test uses, with three secrets below it and one beside it."""
    variables = {**FAKE_CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": local_aws.endpoint}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    path, ssm = f"/vpnbot/{uuid4().hex[:8]}", local_aws.client("ssm")
    names = ["bot_token", "webhook_secret", "of_another_function"]
    for name in names:
        ssm.put_parameter(Name=f"{path}/{name}", Value=f"value of {name}", Type="SecureString")
    ssm.put_parameter(Name=f"{path}-other/name", Value="of another path", Type="SecureString")
    yield path
    for name in [*(f"{path}/{name}" for name in names), f"{path}-other/name"]:
        ssm.delete_parameter(Name=name)


@pytest.mark.parametrize("end", ["", "/"])
def test_the_named_secrets_are_read_and_one_that_is_not_stored_is_left_out(path: str, end: str) -> None:
    names = ("bot_token", "webhook_secret", "webhook_secret_previous")
    assert SsmParameters(path + end, names)() == {
        "bot_token": "value of bot_token",
        "webhook_secret": "value of webhook_secret",
    }
    assert Secrets(SsmParameters(path + end, names)).get("bot_token") == "value of bot_token"


def test_without_names_parameter_store_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert SsmParameters("/vpnbot", ())() == {}


def test_one_call_can_read_every_secret() -> None:
    assert len(ALL) <= MOST_NAMES_IN_A_CALL


def test_an_unreachable_parameter_store_is_a_temporary_error(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Retryable, match="SSM"):
        SsmParameters(path)()
