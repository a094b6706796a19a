"""Doctor reports secrets that are missing, lost or not in use yet."""

import json

import boto3
import pytest

from tests.integration.doctor.planted import FAILURE, FAULT, WARNING, Plant, assert_reported
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line


def test_without_secrets_it_prints_the_configure_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_command_line(monkeypatch) as operator:
        result = operator.run("doctor")
    assert result.exit_code == 1
    assert "not stored below /vpnbot-demo: bot_token, webhook_secret, webhook_path, key_secret" in result.output
    assert "→ python -m ops --stage demo configure" in result.output


def broken_ring(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("ssm").put_parameter(Name="/vpnbot-demo/key_secret", Value="{}", Overwrite=True)


def _store_ring(**versions: str) -> None:
    boto3.client("ssm").put_parameter(Name="/vpnbot-demo/key_secret", Value=json.dumps(versions), Overwrite=True)


def lost_version(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.run("configure", "--rotate-key-secret")
    _store_ring(**{"1": json.loads(operator.secrets()["key_secret"])["1"]})


def changed_version(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.run("configure", "--rotate-key-secret")
    ring = json.loads(operator.secrets()["key_secret"])
    _store_ring(**{"1": ring["2"], "2": ring["2"]})


def path_not_deployed(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.run("configure", "--rotate-webhook-secret")
    operator.run("webhook", "set")


def no_path(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("ssm").delete_parameter(Name="/vpnbot-demo/webhook_path")


def unfinished_rotation(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.run("configure", "--rotate-webhook-secret")


def lacking_secret(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("ssm").delete_parameter(Name="/vpnbot-demo/webhook_secret")


@pytest.mark.parametrize(
    FAULT,
    [
        (broken_ring, FAILURE, "✘ key_secret", "your own copy"),
        (lost_version, FAILURE, "✘ key_secret has lost or changed versions that it had: 2", "your own copy"),
        (changed_version, FAILURE, "✘ key_secret has lost or changed versions that it had: 1", "your own copy"),
        (unfinished_rotation, WARNING, "! the previous webhook secret is still accepted", "webhook set"),
        (path_not_deployed, WARNING, "! the new path of the webhook is not deployed", "deploy"),
        (no_path, FAILURE, "✘ not stored below /vpnbot-demo: webhook_path", "configure"),
        (lacking_secret, FAILURE, "✘ not stored below /vpnbot-demo: webhook_secret", "configure"),
    ],
)
def test_each_fault_is_reported_with_advice(
    operator: OperatorCommandLine, outputs: dict[str, str], plant: Plant, exit_code: int, finding: str, advice: str
) -> None:
    plant(operator, outputs)
    assert_reported(operator, exit_code, finding, advice)
