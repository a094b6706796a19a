"""`python -m ops replay`: sends quarantined updates to the webhook; what it does not accept stays quarantined."""

import json
from collections.abc import Iterator

import boto3
import pytest

from tests.integration.operator_command_line import OperatorCommandLine, open_command_line


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        yield operator


def quarantine(queue_url: str, *update_ids: int) -> None:
    for update_id in update_ids:
        body = {"reason": "KeyError", "update": {"update_id": update_id}}
        boto3.client("sqs").send_message(QueueUrl=queue_url, MessageBody=json.dumps(body))


def number_of_messages(queue_url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def test_quarantined_updates_are_delivered_as_telegram_does(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    quarantine(queue_url, *range(1, 13))
    result = operator.run("replay")
    assert result.exit_code == 0, result.output
    assert "12 of 12" in result.output
    assert number_of_messages(queue_url) == 0
    headers, body = operator.telegram.delivered[0]
    assert headers["x-telegram-bot-api-secret-token"] == operator.secrets()["webhook_secret"]
    assert json.loads(body)["update_id"] in range(1, 13)
    assert len(operator.telegram.delivered) == 12


def test_an_update_that_the_webhook_does_not_accept_stays_quarantined(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    quarantine(queue_url, 7)
    operator.telegram.webhook_status = 503
    result = operator.run("replay")
    assert result.exit_code == 1
    assert "update 7 (KeyError): 503" in result.output
    assert number_of_messages(queue_url) == 1


def test_an_update_id_is_replayed_only_once_per_run(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    quarantine(queue_url, 7, 7)
    assert operator.run("replay").exit_code == 0
    assert len(operator.telegram.delivered) == 1
    assert number_of_messages(queue_url) == 1


def test_an_empty_quarantine_is_reported(operator: OperatorCommandLine) -> None:
    operator.deploy()
    assert "0 of 0" in operator.run("replay").output


def test_a_message_that_is_not_an_update_stays_in_the_queue(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    boto3.client("sqs").send_message(QueueUrl=queue_url, MessageBody="hello")
    result = operator.run("replay")
    assert result.exit_code == 2
    assert "not an update" in result.stderr
    assert number_of_messages(queue_url) == 1
