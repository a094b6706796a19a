"""Parked updates go through the webhook once more; what it does not take stays parked."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest

from tests.integration.operator_command_line import OperatorCommandLine, opened
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.storage.codec import to_record
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.table import bind

EARLIER = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with opened(monkeypatch) as operator:
        operator.runs("configure")
        yield operator


def park(queue_url: str, *update_ids: int) -> None:
    for update_id in update_ids:
        parked = {"reason": "KeyError", "update": {"update_id": update_id}}
        boto3.client("sqs").send_message(QueueUrl=queue_url, MessageBody=json.dumps(parked))


def waiting(queue_url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def test_parked_updates_are_delivered_as_telegram_would(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    park(queue_url, *range(1, 13))
    result = operator.runs("replay")
    assert result.exit_code == 0, result.output
    assert "12 of 12" in result.output
    assert waiting(queue_url) == 0
    headers, body = operator.telegram.delivered[0]
    assert headers["x-telegram-bot-api-secret-token"] == operator.secrets()["webhook_secret"]
    assert json.loads(body)["update_id"] in range(1, 13)
    assert len(operator.telegram.delivered) == 12


def test_what_is_not_taken_stays_parked(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    park(queue_url, 7)
    operator.telegram.webhook_status = 503
    result = operator.runs("replay")
    assert result.exit_code == 1
    assert "update 7 (KeyError): 503" in result.output
    assert waiting(queue_url) == 1


def test_an_update_that_is_parked_again_is_not_replayed_for_ever(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    park(queue_url, 7, 7)
    assert operator.runs("replay").exit_code == 0
    assert len(operator.telegram.delivered) == 1
    assert waiting(queue_url) == 1


def test_nothing_parked_is_said_too(operator: OperatorCommandLine) -> None:
    operator.deploy()
    assert "0 of 0" in operator.runs("replay").output


def test_what_is_no_update_is_left_where_it_is(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    boto3.client("sqs").send_message(QueueUrl=queue_url, MessageBody="hello")
    result = operator.runs("replay")
    assert result.exit_code == 2
    assert "not an update" in result.stderr
    assert waiting(queue_url) == 1


def give_up(table_name: str) -> None:
    bind(table_name)
    due = Due(EARLIER, attempts=12, dead_lettered=True)
    to_record(PersonId("0" * 32), Subscription(due=due)).save()


def test_work_that_was_given_up_is_shown_and_put_back(operator: OperatorCommandLine) -> None:
    give_up(operator.deploy()["TableName"])
    shown = operator.runs("dead-letters")
    assert "since 2026-11-20 00:00 UTC" in shown.output
    assert "1 of 1 are due again" in operator.runs("dead-letters", "--retry").output
    assert DueIndex().dead_lettered() == []
    again = DueIndex().next_due()
    assert again is not None
    assert again.due_at > EARLIER


def test_no_work_given_up_is_said_too(operator: OperatorCommandLine) -> None:
    operator.deploy()
    assert "No work is dead-lettered" in operator.runs("dead-letters").output
