"""Secrets in Parameter Store: SecureStrings below one path, of which only those that are named are read."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import REGION
from vpnbot.aws.panel_tokens import PanelTokens
from vpnbot.aws.secret_names import ALL
from vpnbot.aws.secret_sources import SsmParameters
from vpnbot.aws.secrets import Secrets
from vpnbot.aws_calls.endpoint import CLIENT_VARIABLE
from vpnbot.errors import Misconfigured, Retryable

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


SCRIPT = """
import json, sys
from vpnbot.aws.secret_sources import SsmParameters
from vpnbot.aws.panel_tokens import PanelTokens
before = set(sys.modules)
found = SsmParameters(sys.argv[1], ("bot_token",))()
tokens = PanelTokens(sys.argv[1], {})
tokens.put("nl1", "of nl1")
again = PanelTokens(sys.argv[1], {}).get("nl1")
print(json.dumps({"found": found, "again": again, "listed": [*tokens.last_changes()],
                  "later": sorted(set(sys.modules) - before), "modules": sorted(sys.modules)}))
tokens.remove("nl1")
"""


def test_secrets_and_tokens_are_read_without_boto3_and_without_a_module_that_init_has_not_imported(path: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
        [sys.executable, "-c", SCRIPT, path], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["found"], seen["again"], seen["listed"]) == ({"bot_token": "value of bot_token"}, "of nl1", ["nl1"])
    unwanted = ("boto3", "s3transfer", "botocore.client", "botocore.session", "botocore.credentials")
    assert [name for name in seen["modules"] if name.startswith(unwanted)] == []
    assert [name for name in seen["later"] if name.startswith(("vpnbot", "botocore", "urllib3"))] == []


@pytest.mark.parametrize("client", ["", "botocore"])
def test_the_setting_of_the_client_changes_nothing_that_is_read(
    path: str, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CLIENT_VARIABLE, client)
    source = SsmParameters(path, ("bot_token", "none"))
    assert source() == {"bot_token": "value of bot_token"}
    assert not source.delete("none")
    tokens = PanelTokens(path, {})
    tokens.put("de1", "of de1")
    assert datetime.now(UTC) - tokens.last_changes()["de1"] < timedelta(minutes=1)
    tokens.remove("de1")
    with pytest.raises(Misconfigured):
        tokens.get("de1")


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
