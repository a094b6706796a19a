"""Secrets from Parameter Store, over HTTP."""

import pytest

from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import REGION
from vpnbot.aws.secrets import SsmParameters
from vpnbot.errors import Retryable


@pytest.fixture
def endpoint(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where SSM listens, for every client of this test."""
    for name, value in {**FAKE_CREDENTIALS, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", local_aws.endpoint)
    return local_aws.endpoint


def test_all_secure_strings_below_the_path_are_read_page_by_page(local_aws: LocalAws, endpoint: str) -> None:
    assert endpoint
    ssm = local_aws.client("ssm")
    for number in range(12):
        ssm.put_parameter(Name=f"/secrets-test/name_{number}", Value=f"value {number}", Type="SecureString")
    ssm.put_parameter(Name="/elsewhere/name_0", Value="not ours", Type="SecureString")
    assert SsmParameters("/secrets-test/")() == {f"name_{number}": f"value {number}" for number in range(12)}


def test_a_store_that_does_not_answer_is_asked_again_later(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert endpoint
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Retryable):
        SsmParameters("/secrets-test/")()
