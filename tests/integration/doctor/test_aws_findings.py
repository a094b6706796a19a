"""Doctor reports faults of the table, the queues, the due work and the address."""

import json
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends

from ops import aws_findings
from ops.deployment import Deployment
from tests.infrastructure.transformed_template import REGION
from tests.integration.doctor.planted import FAILURE, FAULT, WARNING, Plant, assert_reported, put_due_work
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.storage.codec import to_record
from vpnbot.storage.table import bind


def many_dead_letters(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    bind(outputs["TableName"])
    due = Due(datetime.now(UTC) - timedelta(days=3), dead_lettered=True)
    for number in range(123):
        to_record(PersonId(f"{number:032x}"), Subscription(due=due)).save()


def no_time_to_live(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    off = {"Enabled": False, "AttributeName": "expires_at"}
    boto3.client("dynamodb").update_time_to_live(TableName=outputs["TableName"], TimeToLiveSpecification=off)


def no_index_of_time(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    """Only a table that was made in another way lacks it: AWS cannot delete a local index."""
    table = dynamodb_backends["123456789012"][REGION].tables[outputs["TableName"]]
    table.indexes = [index for index in table.indexes if index.name != "by_time"]


def no_index(name: str) -> Plant:
    def plant(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
        boto3.client("dynamodb").update_table(
            TableName=outputs["TableName"], GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}]
        )

    return plant


def no_table(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("dynamodb").delete_table(TableName=outputs["TableName"])


def message_in(output: str) -> Plant:
    def plant(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
        boto3.client("sqs").send_message(QueueUrl=outputs[output], MessageBody=json.dumps({"update_id": 1}))

    return plant


def late_due_work(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    put_due_work(outputs["TableName"], datetime.now(UTC) - timedelta(minutes=42, seconds=5))


def dead_lettered_work(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    put_due_work(outputs["TableName"], datetime.now(UTC) - timedelta(days=3), dead_lettered=True)


def no_queue(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("sqs").delete_queue(QueueUrl=outputs["ParkingQueueUrl"])


def test_an_address_that_does_not_answer_is_reported(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = operator.telegram.base
    operator.telegram.base = "http://127.0.0.1:1"
    operator.deploy()
    operator.telegram.base = address
    result = operator.run("doctor")
    assert "✘ http://127.0.0.1:1/health does not answer (no connection)" in result.output


@pytest.mark.parametrize(
    ("addresses", "finding", "advice"),
    [
        ([], "✘ the domain vpn.example.com does not resolve", "CNAME or ALIAS to d-1.execute-api.example"),
        (["127.0.0.1"], "✘ http://127.0.0.1:1/health does not answer", "points to d-1.execute-api.example"),
    ],
)
def test_a_domain_without_a_record_or_with_a_wrong_one_is_reported(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], finding: str, advice: str
) -> None:
    real = socket.getaddrinfo

    def resolved(host: str, *arguments: Any, **options: Any) -> Any:
        if host != "vpn.example.com":
            return real(host, *arguments, **options)
        if not addresses:
            raise OSError("no such name")
        return addresses

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    outputs = {"Address": "http://127.0.0.1:1", "DomainTarget": "d-1.execute-api.example"}
    deployed = Deployment("UPDATE_COMPLETE", outputs, {"DomainName": "vpn.example.com"})
    (found,) = aws_findings.address_findings(deployed)
    assert finding in str(found)
    assert advice in found.what_to_do


def test_missing_safeguards_of_a_production_table_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_command_line(monkeypatch, stage="production") as operator:
        operator.run("configure")
        table_name = operator.deploy()["TableName"]
        client = boto3.client("dynamodb")
        off = {"PointInTimeRecoveryEnabled": False}
        client.update_continuous_backups(TableName=table_name, PointInTimeRecoverySpecification=off)
        result = operator.run("doctor")
    assert "lacks point-in-time recovery" in result.output
    assert result.exit_code == 1


def test_the_table_of_production_is_protected_by_a_command_that_doctor_names(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_command_line(monkeypatch, stage="production") as operator:
        operator.run("configure")
        table_name = operator.deploy()["TableName"]
        advice = f"✘ the table {table_name} is not protected from deletion\n    → python -m ops --stage production"
        assert f"{advice} protect-table" in operator.run("doctor").output
        assert operator.run("protect-table").exit_code == 0
        with pytest.raises(ClientError, match="DeletionProtectionEnabled"):
            boto3.client("dynamodb").delete_table(TableName=table_name)
        assert "not protected" not in operator.run("doctor").output
        assert operator.run("protect-table", "--off").exit_code == 0
        boto3.client("dynamodb").delete_table(TableName=table_name)


@pytest.mark.parametrize(
    FAULT,
    [
        (many_dead_letters, WARNING, "! 123 items of due work are dead-lettered", "dead-letters"),
        (no_time_to_live, FAILURE, "lacks time to live", "python -m ops --stage demo deploy"),
        (no_index_of_time, FAILURE, " lacks by_time", "python -m ops --stage demo deploy"),
        (no_index("due"), FAILURE, " lacks due", "python -m ops --stage demo deploy"),
        (no_index("by_server"), FAILURE, " lacks by_server", "python -m ops --stage demo deploy"),
        (no_index("audience"), FAILURE, " lacks audience", "python -m ops --stage demo deploy"),
        (no_table, FAILURE, "✘ a part of the stack does not exist any more: Requested", "docs/runbooks.md"),
        (message_in("ParkingQueueUrl"), WARNING, "! 1 Telegram updates are quarantined", "replay"),
        (message_in("DueDeadLettersUrl"), WARNING, "! 1 runs of the worker crashed", "DueWorker"),
        (message_in("ClockDeadLettersUrl"), WARNING, "! 1 runs of the dispatcher", "DueDispatcher"),
        (no_queue, FAILURE, "✘ a part of the stack does not exist any more", "docs/runbooks.md"),
        (late_due_work, FAILURE, "✘ due work is 42 min late", "DueDispatcher"),
        (dead_lettered_work, WARNING, "! 1 items of due work are dead-lettered", "dead-letters"),
    ],
)
def test_each_fault_is_reported_with_advice(
    operator: OperatorCommandLine, outputs: dict[str, str], plant: Plant, exit_code: int, finding: str, advice: str
) -> None:
    plant(operator, outputs)
    assert_reported(operator, exit_code, finding, advice)
