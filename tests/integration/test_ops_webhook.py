"""The webhook by hand: shown, set as a deployment sets it, deleted only when it is ours."""

from collections.abc import Iterator

import pytest

from tests.integration.operator_command_line import OperatorCommandLine, opened
from vpnbot.telegram.bot_api.incoming import ALLOWED_UPDATES


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with opened(monkeypatch) as operator:
        operator.runs("configure")
        yield operator


def test_set_does_what_a_deployment_does(operator: OperatorCommandLine) -> None:
    address = operator.deploy(MaxConnections="40", ReservedConcurrency="5")["Address"]
    result = operator.runs("webhook", "set")
    assert result.exit_code == 0, result.output
    assert operator.telegram.webhook == {
        "url": f"{address}/telegram",
        "secret_token": operator.secrets()["webhook_secret"],
        "max_connections": 5,
        "allowed_updates": list(ALLOWED_UPDATES),
    }


def test_set_says_what_to_do_before_there_is_a_deployment(operator: OperatorCommandLine) -> None:
    result = operator.runs("webhook", "set")
    assert result.exit_code == 2
    assert "sam build && sam deploy --config-env demo" in result.stderr


def test_show_prints_what_telegram_says(operator: OperatorCommandLine) -> None:
    operator.telegram.info = {"last_error_date": 1795348800, "last_error_message": "Connection timed out"}
    shown = operator.runs("webhook", "show").output
    assert "last_error_date: 2026-11-22 12:00:00 UTC" in shown
    assert "last_error_message: Connection timed out" in shown


def test_delete_takes_our_webhook_away(operator: OperatorCommandLine) -> None:
    operator.deploy()
    operator.runs("webhook", "set")
    assert operator.runs("webhook", "delete").exit_code == 0
    assert operator.telegram.webhook["url"] == ""


def test_delete_leaves_somebody_elses_alone(operator: OperatorCommandLine) -> None:
    operator.deploy()
    operator.telegram.webhook["url"] = "https://other.example/telegram"
    result = operator.runs("webhook", "delete")
    assert result.exit_code == 1
    assert "is not changed" in result.output
    assert operator.telegram.webhook["url"] == "https://other.example/telegram"
