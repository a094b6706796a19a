"""Doctor reports faults of the token and of the webhook."""

import time

import boto3
import pytest

from tests.integration.doctor.planted import FAILURE, FAULT, WARNING, Plant, assert_reported
from tests.integration.operator_command_line import OperatorCommandLine


def revoked_token(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("ssm").put_parameter(Name="/vpnbot-demo/bot_token", Value="1:revoked_token", Overwrite=True)


def no_webhook(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.webhook = {"url": ""}


def foreign_webhook(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.webhook["url"] = "https://other.example/telegram"


def another_poller(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    no_webhook(operator, outputs)
    operator.telegram.polled_by_another = True


def outdated_allowed_updates(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.webhook["allowed_updates"] = ["message"]


def changed_connections(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.webhook["max_connections"] = 7


def failed_deliveries(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    description = "Wrong response from the webhook: 401 Unauthorized"
    operator.telegram.info = {"last_error_date": int(time.time()) - 60, "last_error_message": description}


def many_pending_updates(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.info = {"pending_update_count": 500}


def telegram_throttles_first_call(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.planned_responses = [
        (429, {"ok": False, "error_code": 429, "description": "Too Many Requests"})
    ]


def telegram_throttles_second_call(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    me = (200, {"ok": True, "result": {"username": "sample_bot"}})
    operator.telegram.planned_responses = [
        me,
        (429, {"ok": False, "error_code": 429, "description": "Too Many Requests"}),
    ]


@pytest.mark.parametrize(
    FAULT,
    [
        (revoked_token, FAILURE, "Telegram does not know it", "configure"),
        (no_webhook, FAILURE, "✘ no webhook is set", "webhook set"),
        (
            foreign_webhook,
            FAILURE,
            "✘ the webhook belongs to another deployment: https://other.example/telegram",
            "webhook set",
        ),
        (another_poller, FAILURE, "✘ another program polls", "revoke the token"),
        (outdated_allowed_updates, FAILURE, "✘ the webhook asks for kinds of updates that differ", "webhook set"),
        (changed_connections, WARNING, "! Telegram opens up to 7 connections, and the stack allows", "webhook set"),
        (failed_deliveries, WARNING, "! Telegram's last delivery failed", "the secrets differ"),
        (many_pending_updates, WARNING, "! 500 updates wait", "MaxConnections"),
        (telegram_throttles_first_call, WARNING, "! getMe: Too Many Requests", "try again"),
        (telegram_throttles_second_call, WARNING, "! getWebhookInfo: Too Many Requests", "try again"),
    ],
)
def test_each_fault_is_reported_with_advice(
    operator: OperatorCommandLine, outputs: dict[str, str], plant: Plant, exit_code: int, finding: str, advice: str
) -> None:
    plant(operator, outputs)
    assert_reported(operator, exit_code, finding, advice)
