"""The webhook by hand: shown, set as a deployment sets it, deleted only when it is ours."""

from collections.abc import Iterator

import pytest

from tests.integration.operators_desk import OperatorsDesk, opened
from vpnbot.telegram.bot_api.incoming import ALLOWED_UPDATES


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorsDesk]:
    with opened(monkeypatch) as desk:
        desk.runs("configure")
        yield desk


def test_set_does_what_a_deployment_does(desk: OperatorsDesk) -> None:
    address = desk.deploy(MaxConnections="40", ReservedConcurrency="5")["Address"]
    result = desk.runs("webhook", "set")
    assert result.exit_code == 0, result.output
    assert desk.telegram.webhook == {
        "url": f"{address}/telegram",
        "secret_token": desk.secrets()["webhook_secret"],
        "max_connections": 5,
        "allowed_updates": list(ALLOWED_UPDATES),
    }


def test_set_says_what_to_do_before_there_is_a_deployment(desk: OperatorsDesk) -> None:
    result = desk.runs("webhook", "set")
    assert result.exit_code == 2
    assert "sam build && sam deploy --config-env demo" in result.stderr


def test_show_prints_what_telegram_says(desk: OperatorsDesk) -> None:
    desk.telegram.info = {"last_error_date": 1795348800, "last_error_message": "Connection timed out"}
    shown = desk.runs("webhook", "show").output
    assert "last_error_date: 2026-11-22 12:00:00 UTC" in shown
    assert "last_error_message: Connection timed out" in shown


def test_delete_takes_our_webhook_away(desk: OperatorsDesk) -> None:
    desk.deploy()
    desk.runs("webhook", "set")
    assert desk.runs("webhook", "delete").exit_code == 0
    assert desk.telegram.webhook["url"] == ""


def test_delete_leaves_somebody_elses_alone(desk: OperatorsDesk) -> None:
    desk.deploy()
    desk.telegram.webhook["url"] = "https://other.example/telegram"
    result = desk.runs("webhook", "delete")
    assert result.exit_code == 1
    assert "is not changed" in result.output
    assert desk.telegram.webhook["url"] == "https://other.example/telegram"
