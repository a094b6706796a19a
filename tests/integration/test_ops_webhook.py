"""`python -m ops webhook`: show it, set it as a deployment does, delete it only if it is this deployment's."""

from collections.abc import Iterator

import pytest

from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.telegram.bot_api.incoming_update import ALLOWED_UPDATES


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        yield operator


def test_set_registers_the_webhook_as_a_deployment_does(operator: OperatorCommandLine) -> None:
    address = operator.deploy(MaxConnections="40", ReservedConcurrency="5")["Address"]
    path = operator.secrets()["webhook_path"]
    result = operator.run("webhook", "set")
    assert result.exit_code == 0, result.output
    assert operator.telegram.webhook == {
        "url": f"{address}/{path}",
        "secret_token": operator.secrets()["webhook_secret"],
        "max_connections": 5,
        "allowed_updates": list(ALLOWED_UPDATES),
    }


def test_set_ends_the_previous_secret_after_telegram_has_the_new_one(operator: OperatorCommandLine) -> None:
    operator.deploy()
    operator.run("configure", "--rotate-webhook-secret")
    operator.telegram.planned_responses = [(500, {"ok": False, "error_code": 500, "description": "down"})]
    assert operator.run("webhook", "set").exit_code == 2
    assert "webhook_secret_previous" in operator.secrets(), "Telegram may still send it"
    result = operator.run("webhook", "set")
    assert "The previous webhook secret is deleted" in result.output
    assert "webhook_secret_previous" not in operator.secrets()
    assert operator.telegram.webhook["secret_token"] == operator.secrets()["webhook_secret"]
    assert "previous" not in operator.run("webhook", "set").output


def test_set_without_a_deployment_prints_the_deploy_command(operator: OperatorCommandLine) -> None:
    result = operator.run("webhook", "set")
    assert result.exit_code == 2
    assert "python -m ops --stage demo deploy" in result.stderr


def test_show_prints_the_webhook_info_of_telegram(operator: OperatorCommandLine) -> None:
    operator.telegram.info = {"last_error_date": 1795348800, "last_error_message": "Connection timed out"}
    shown = operator.run("webhook", "show").output
    assert "last_error_date: 2026-11-22 12:00:00 UTC" in shown
    assert "last_error_message: Connection timed out" in shown


def test_delete_removes_the_webhook_of_this_deployment(operator: OperatorCommandLine) -> None:
    operator.deploy()
    operator.run("webhook", "set")
    assert operator.run("webhook", "delete").exit_code == 0
    assert operator.telegram.webhook["url"] == ""


def test_delete_keeps_the_webhook_of_another_deployment(operator: OperatorCommandLine) -> None:
    operator.deploy()
    operator.telegram.webhook["url"] = "https://other.example/telegram"
    result = operator.run("webhook", "delete")
    assert result.exit_code == 1
    assert "is not changed" in result.output
    assert operator.telegram.webhook["url"] == "https://other.example/telegram"
