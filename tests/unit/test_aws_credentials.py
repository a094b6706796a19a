"""The keys of the environment are those that botocore would take."""

import pytest
from botocore.exceptions import PartialCredentialsError
from botocore.session import get_session

from vpnbot.aws_calls.credentials import Credentials, EnvironmentCredentials, find_credentials

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
ALL = (*KEYS, "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CREDENTIAL_EXPIRATION", "AWS_PROFILE", "AWS_ACCOUNT_ID")


def of_botocore() -> Credentials | None:
    found: Credentials | None = get_session().get_credentials()
    return found


@pytest.fixture(autouse=True)
def no_other_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ALL:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "BOTO_CONFIG"):
        monkeypatch.setenv(name, "/nonexistent")


@pytest.mark.parametrize(
    "own",
    [
        KEYS,
        {**KEYS, "AWS_SESSION_TOKEN": "token"},
        {**KEYS, "AWS_SECURITY_TOKEN": "older name"},
        {**KEYS, "AWS_SESSION_TOKEN": "token", "AWS_SECURITY_TOKEN": "older name"},
        {**KEYS, "AWS_SESSION_TOKEN": "", "AWS_ACCOUNT_ID": "123456789012"},
        {**KEYS, "AWS_CREDENTIAL_EXPIRATION": "2999-01-01T00:00:00Z", "AWS_SESSION_TOKEN": "token"},
        {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "secret"},
        {},
    ],
)
def test_the_keys_are_those_of_botocore(monkeypatch: pytest.MonkeyPatch, own: dict[str, str]) -> None:
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    found, expected = find_credentials(of_botocore), of_botocore()
    assert (found is None) == (expected is None)
    if found and expected:
        one, other = found.get_frozen_credentials(), expected.get_frozen_credentials()
        assert (one.access_key, one.secret_key, one.token) == (other.access_key, other.secret_key, other.token)
        assert isinstance(found, EnvironmentCredentials) == ("AWS_CREDENTIAL_EXPIRATION" not in own)


def test_keys_that_are_not_complete_are_the_error_of_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    with pytest.raises(PartialCredentialsError):
        find_credentials(of_botocore)
