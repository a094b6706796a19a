"""`python -m ops replay`: sends quarantined updates to the webhook; what it does not accept stays quarantined."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import boto3
import pytest

from ops.deployment import Deployment, Target
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.aws.sqs import SqsQuarantine
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.storage.people.quarantine import Reference, StoredQuarantine, quarantined_update, remove_quarantined
from vpnbot.storage.table import bind

ANNA = PersonId("a" * 32)


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        yield operator


def quarantine(queue_url: str, *update_ids: int) -> None:
    for update_id in update_ids:
        body = {"reason": "KeyError", "update": {"update_id": update_id}}
        boto3.client("sqs").send_message(QueueUrl=queue_url, MessageBody=json.dumps(body))


def keep(operator: OperatorCommandLine, outputs: dict[str, str], update_id: int) -> Reference:
    """Quarantine an update as the webhook does: in the table, with a reference in the queue."""
    bind(outputs["TableName"])
    quarantine = StoredQuarantine(SqsQuarantine(outputs["ParkingQueueUrl"]), lambda: datetime.now(UTC))
    quarantine.put(ANNA, {"update_id": update_id, "message": {"text": "private words"}}, "KeyError")
    return Reference(f"{ANNA}#LOG", f"QUARANTINED#{update_id}")


def number_of_messages(queue_url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def visible(queue_url: str) -> int:
    name = "ApproximateNumberOfMessages"
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])
    return int(found["Attributes"][name])


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
    assert number_of_messages(queue_url) == visible(queue_url) == 1


def test_updates_with_a_known_id_and_messages_of_others_do_not_end_the_run(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    quarantine(queue_url, 7, 7)
    boto3.client("sqs").send_message(QueueUrl=queue_url, MessageBody="hello")
    quarantine(queue_url, *range(8, 29))
    result = operator.run("replay")
    assert result.exit_code == 1, "one message stays"
    assert "a message that is not an update stays" in result.output
    assert "23 of 24 quarantined updates were handled." in result.output
    assert {json.loads(body)["update_id"] for _, body in operator.telegram.delivered} == set(range(7, 29))
    assert visible(queue_url) == 1, "the next run finds it at once"


def test_an_update_that_is_quarantined_again_is_not_handled_and_is_tried_once(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    quarantine(queue_url, *range(1, 31))

    def still_a_bug(body: str) -> bool:
        update_id = json.loads(body)["update_id"]
        if update_id % 3 == 0:
            quarantine(queue_url, update_id)
        return bool(update_id % 3 == 0)

    operator.telegram.quarantine_again = still_a_bug
    result = operator.run("replay")
    assert result.exit_code == 1
    assert "update 3 (KeyError): quarantined again" in result.output
    assert "20 of 30 quarantined updates were handled." in result.output
    assert len(operator.telegram.delivered) == 30
    assert visible(queue_url) == 10


def test_messages_that_another_run_has_received_are_reported(operator: OperatorCommandLine) -> None:
    queue_url = operator.deploy()["ParkingQueueUrl"]
    quarantine(queue_url, 1)
    boto3.client("sqs").receive_message(QueueUrl=queue_url, VisibilityTimeout=60)
    result = operator.run("replay")
    assert result.exit_code == 1
    assert "Hidden by another run: 1" in result.output


def test_without_the_queue_of_this_version_the_command_says_what_to_do(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed = Target.deployment

    def older(target: Target) -> Deployment:
        deployment = deployed(target)
        return replace(deployment, outputs={"Address": deployment.address})

    operator.deploy()
    monkeypatch.setattr(Target, "deployment", older)
    result = operator.run("replay")
    assert result.exit_code == 2
    assert "the output ParkingQueueUrl: the stack has none; deploy this version" in result.stderr


def test_an_empty_quarantine_is_reported(operator: OperatorCommandLine) -> None:
    operator.deploy()
    assert "0 of 0" in operator.run("replay").output


def test_a_stored_update_is_delivered_and_removed_from_table_and_queue(operator: OperatorCommandLine) -> None:
    outputs = operator.deploy()
    stored = keep(operator, outputs, 7)
    result = operator.run("replay")
    assert (result.exit_code, "1 of 1" in result.output) == (0, True), result.output
    assert json.loads(operator.telegram.delivered[0][1])["message"]["text"] == "private words"
    assert quarantined_update(stored) is None
    assert number_of_messages(outputs["ParkingQueueUrl"]) == 0


def test_a_stored_update_that_is_not_accepted_stays_in_table_and_queue(operator: OperatorCommandLine) -> None:
    outputs = operator.deploy()
    stored = keep(operator, outputs, 7)
    operator.telegram.webhook_status = 503
    assert operator.run("replay").exit_code == 1
    assert quarantined_update(stored) is not None
    assert visible(outputs["ParkingQueueUrl"]) == 1


def test_one_that_is_quarantined_again_keeps_its_update(operator: OperatorCommandLine) -> None:
    outputs = operator.deploy()
    stored = keep(operator, outputs, 7)

    def still_a_bug(body: str) -> bool:
        keep(operator, outputs, json.loads(body)["update_id"])
        return True

    operator.telegram.quarantine_again = still_a_bug
    assert operator.run("replay").exit_code == 1
    assert quarantined_update(stored) is not None
    assert visible(outputs["ParkingQueueUrl"]) == 1


def test_an_update_that_was_erased_with_its_person_is_not_delivered(operator: OperatorCommandLine) -> None:
    outputs = operator.deploy()
    remove_quarantined(keep(operator, outputs, 7))
    result = operator.run("replay")
    assert result.exit_code == 0, result.output
    assert operator.telegram.delivered == []
    assert number_of_messages(outputs["ParkingQueueUrl"]) == 0
