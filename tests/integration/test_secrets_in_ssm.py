"""Secrets in Parameter Store: SecureStrings below one path, read page by page."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import REGION
from vpnbot.aws.secrets import Secrets, SsmParameters
from vpnbot.errors import Retryable


@pytest.fixture
def path(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A path in Parameter Store that only this test uses, with 14 secrets below it and one beside it."""
    variables = {**FAKE_CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": local_aws.endpoint}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    path, ssm = f"/vpnbot/{uuid4().hex[:8]}", local_aws.client("ssm")
    names = ["bot_token", "webhook_secret", *(f"other_{n}" for n in range(12))]
    for name in names:
        ssm.put_parameter(Name=f"{path}/{name}", Value=f"value of {name}", Type="SecureString")
    ssm.put_parameter(Name=f"{path}-other/name", Value="of another path", Type="SecureString")
    yield path
    for name in [*(f"{path}/{name}" for name in names), f"{path}-other/name"]:
        ssm.delete_parameter(Name=name)


def test_the_secrets_below_the_path_are_read_from_all_pages(path: str) -> None:
    secrets = SsmParameters(path)()
    assert len(secrets) == 14
    assert SsmParameters(f"{path}/")() == secrets
    assert secrets["webhook_secret"] == "value of webhook_secret"
    assert Secrets(SsmParameters(path)).get("bot_token") == "value of bot_token"


def test_an_unreachable_parameter_store_is_a_temporary_error(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Retryable, match="SSM"):
        SsmParameters(path)()
