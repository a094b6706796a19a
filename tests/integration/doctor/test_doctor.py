"""`python -m ops doctor` says that a healthy bot is healthy, and what is missing before there is one."""

from datetime import UTC, datetime, timedelta

import pytest
from moto.cloudformation.models import cloudformation_backends

from tests.infrastructure.transformed_template import REGION
from tests.integration.doctor.planted import put_due_work
from tests.integration.operator_command_line import OperatorCommandLine


def test_a_healthy_bot_passes_every_check(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    put_due_work(outputs["TableName"], datetime.now(UTC) + timedelta(days=1))
    result = operator.run("doctor")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert all(line.startswith("✔") for line in lines), result.output
    for part in (
        "@sample_bot",
        "the webhook is",
        "answers",
        "is complete",
        "nothing is quarantined",
        "done on time",
        *(f"the schedule {name} is on" for name in operator.schedules()),
        "no alarm",
    ):
        assert any(part in line for line in lines), part


def test_before_the_first_deployment_it_prints_the_deploy_command(operator: OperatorCommandLine) -> None:
    result = operator.run("doctor")
    assert result.exit_code == 1
    assert (
        f"✘ vpnbot-demo is not deployed in {REGION}\n    → deploy it: python -m ops --stage demo deploy"
        in result.output
    )


def test_a_deployment_that_was_rolled_back_is_reported(
    operator: OperatorCommandLine, outputs: dict[str, str]
) -> None:
    (stack,) = cloudformation_backends["123456789012"][REGION].stacks.values()
    stack.status = "UPDATE_ROLLBACK_COMPLETE"
    assert "! vpnbot-demo is deployed: UPDATE_ROLLBACK_COMPLETE\n    → " in operator.run("doctor").output


def test_an_unreachable_aws_is_reported_with_advice_about_the_network(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:1")
    result = operator.run("doctor")
    assert result.exit_code == 1
    assert "✘ AWS cannot be reached at http://127.0.0.1:1/\n    → check the network" in result.output
